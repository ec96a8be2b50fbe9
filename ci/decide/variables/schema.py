"""Which variables a validator requires, and in what form: t3-env, zod, valibot, envalid and znv, read without running.

A program can say more than can be read this way. What is not understood counts as text, and the build decides.
"""

import re
from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from itertools import islice

from ci.decide.variables.dummies import Form

_ENTRY = re.compile(r"""(?<![\w.$'"`])(['"]?)([A-Z][A-Z0-9_]*[A-Z0-9])\1\s*:\s*""")
_VALIDATES = re.compile(
    r"\b(?:z|zod|v|yup|[Jj]oi|envalid|s|t)\s*\.\s*(?!env)\w+|^(?:str|num|bool|port|url|host|email|json)\s*\("
)
_OPTIONAL = re.compile(
    r"\.\s*(?:optional|nullish|default|prefault|catch|notRequired)\s*\(|^(?:\w+\s*\.\s*)?(?:optional|nullish)\s*\("
    r"|\bdefault\s*:"
)
_NAME = re.compile(r"([A-Za-z_$][\w$]*)(?=\s*(?:$|[.(]))")
_LIBRARY = re.compile(r"(?:z|zod|v|yup|[Jj]oi|envalid|s|t|str|num|bool|port|url|host|email|json|process)\b")
_TEXTS = r"""['"`]([^'"`\n]*)['"`]"""
_LISTED = re.compile(r"\.\s*(?:enum|picklist|oneOf|valid)\s*\(\s*\[([^\]]*)\]|\bchoices\s*:\s*\[([^\]]*)\]")
_LITERAL = re.compile(rf"\.\s*literal\s*\(\s*(?:{_TEXTS}|(true|false|\d+))")
_KINDS = (
    ("url", r"\.\s*(?:url|httpUrl|uri)\s*\(|^url\s*\("),
    ("email", r"\.\s*email\s*\(|^email\s*\("),
    ("boolean", r"\.\s*(?:boolean|stringbool)\s*\(|^bool\s*\(|===?\s*['\"](?:true|false)['\"]"),
    ("number", r"\.\s*(?:number|bigint|int)\s*\(|^(?:num|port)\s*\(|\b(?:parseInt|parseFloat|Number)\b"),
    ("json", r"JSON\.parse|^json\s*\("),
    ("uuid", r"\.\s*(?:uuid|uuidv4|guid)\s*\("),
    ("date", r"\.\s*(?:datetime|date)\s*\("),
    ("host", r"\.\s*(?:hostname|host)\s*\(|^host\s*\("),
)
_PATTERN = re.compile(r"\.\s*(?:regex|matches|pattern)\s*\(\s*/((?:\\.|\[(?:\\.|[^\]\\\n])*\]|[^/\\\n])+)/")
_MOST = 4_000
"""Characters of an expression that are looked at."""

_LONGEST, _ENTRIES = 100_000, 400
"""Characters and entries of a program that are looked at; more were not written by a person."""

_DEPTH = 4
"""How often a name is followed to what it stands for."""


@dataclass(frozen=True, kw_only=True)
class Rule:
    """What a validator says of a variable.

    Attributes:
        required: whether it must be set.
        form: of its value.
    """

    required: bool
    form: Form


def rules(text: str) -> Mapping[str, Rule]:
    """The variables that a program validates, by name.

    Args:
        text: of the program, without comments.
    """
    found: dict[str, Rule] = {}
    text = text[:_LONGEST]
    for match in islice(_ENTRY.finditer(text), _ENTRIES):
        expression = _chosen(_resolved(text, _expression(text, match.end())))
        if _VALIDATES.search(expression):
            rule = Rule(required=not _OPTIONAL.search(expression), form=_form(expression))
            known = found.get(match[2])
            found[match[2]] = rule if not known or rule.required else known
    return found


def _expression(text: str, start: int) -> str:
    """From a place to the comma, bracket or semicolon that ends the expression there."""
    depth, quote, at = 0, "", start
    for at in range(start, min(len(text), start + _MOST)):
        sign = text[at]
        if quote:
            if sign == quote and text[at - 1] != "\\":
                quote = ""
        elif sign in "'\"`":
            quote = sign
        elif sign in "([{":
            depth += 1
        elif sign in ")]}":
            if depth == 0:
                break
            depth -= 1
        elif depth == 0 and sign in ",;":
            break
    else:
        at += 1
    return text[start:at].strip()


def _resolved(text: str, expression: str, depth: int = _DEPTH) -> str:
    """An expression whose leading name, such as ``requiredUrl``, is replaced by what the file says it is."""
    named = _NAME.match(expression)
    if not named or _LIBRARY.match(expression) or not depth:
        return expression
    declared = re.search(rf"\b(?:const|let|var)\s+{re.escape(named[1])}\b(?:\s*:[^=\n]+)?\s*=\s*", text)
    if not declared:
        return expression
    value = _statement(text, declared.end())
    value = re.sub(r"^(?:\([^)]*\)|\w+)\s*=>\s*", "", value)
    return _resolved(text, value, depth - 1) + expression[named.end() :]


def _statement(text: str, start: int) -> str:
    """An expression that ends with its line, unless the next one goes on with ``.`` or ``?``."""
    whole = _expression(text, start)
    depth = 0
    for at, sign in enumerate(whole):
        depth += (sign in "([{") - (sign in ")]}")
        if sign == "\n" and depth == 0 and not re.match(r"\s*[.?:&|]", whole[at:]):
            return whole[:at]
    return whole


def _chosen(expression: str) -> str:
    """The branch of a condition that a build takes, which has NODE_ENV=production and no other variable."""
    parts = _ternary(expression)
    if not parts:
        return expression
    condition, then, otherwise = parts
    if "NODE_ENV" in condition:
        equal = "!=" not in condition
        holds = equal == bool(re.search(r"['\"]production['\"]", condition))
    else:
        holds = condition.lstrip("( ").startswith("!") and not condition.lstrip("( ").startswith("!!")
    return _chosen(then if holds else otherwise)


def _ternary(expression: str) -> tuple[str, str, str] | None:
    depth, question, nested = 0, -1, 0
    for at, sign in enumerate(expression):
        depth += (sign in "([{") - (sign in ")]}")
        if depth:
            continue
        if sign == "?" and expression[at + 1 : at + 2] not in (".", "?") and expression[at - 1] != "?":
            nested += 1
            question = at if question < 0 else question
        elif sign == ":" and question >= 0:
            nested -= 1
            if not nested:
                return expression[:question], expression[question + 1 : at].strip(), expression[at + 1 :].strip()
    return None


def _form(expression: str) -> Form:
    kind = next((kind for kind, pattern in _KINDS if re.search(pattern, expression)), "text")
    exact = _number(expression, "length")
    pattern = _PATTERN.search(expression)
    return Form(
        kind=kind,
        least=exact or _number(expression, "min") or _number(expression, "minLength"),
        most=exact or _number(expression, "max") or _number(expression, "maxLength"),
        starts=_given(expression, "startsWith"),
        ends=_given(expression, "endsWith"),
        choices=tuple(_choices(expression)),
        pattern=pattern[1] if pattern else "",
    )


def _choices(expression: str) -> Iterator[str]:
    listed = _LISTED.search(expression)
    if listed:
        yield from re.findall(_TEXTS, listed[1] or listed[2] or "")
    yield from (text or other for text, other in _LITERAL.findall(expression))


def _number(expression: str, method: str) -> int:
    match = re.search(rf"\.\s*{method}\s*\(\s*(\d{{1,6}})\b", expression)
    return int(match[1]) if match else 0


def _given(expression: str, method: str) -> str:
    match = re.search(rf"\.\s*{method}\s*\(\s*{_TEXTS}", expression)
    return match[1] if match else ""
