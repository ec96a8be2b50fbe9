"""Builds that miss a variable."""

import re
from collections.abc import Collection, Iterator, Mapping, Sequence
from dataclasses import dataclass

from ci.decide.diagnose import libraries
from ci.decide.variables import Variable
from ci.decide.variables.block import block
from ci.decide.variables.dummies import dummy
from ci.messages import Message, message


@dataclass(frozen=True, kw_only=True)
class Known:
    """What is known of an app's variables before it is built.

    Attributes:
        reads: names that the source reads.
        declared: what validators and example files say.
        given: names that the build has.
    """

    reads: tuple[str, ...] = ()
    declared: tuple[Variable, ...] = ()
    given: tuple[str, ...] = ()


NOTHING = Known()

_FAILED = re.compile(r"(?:Error|Exception)\b|\berror\b|[❌✖✗\u2a2f]")
_NAME = r"[`'\"]?(?P<name>[A-Z][A-Z0-9_]*[A-Z0-9])[`'\"]?"
_NAMES = rf"{_NAME}(?P<more>(?:,? (?:and )?[`'\"]?[A-Z][A-Z0-9_]+[`'\"]?)*)"
_VARIABLE = r"(?i:\benv(?:ironment)?[ -]?var(?:iable)?s?)"
_GIVEN = r"(?:set|defined|provided|found|configured|specified|present)"

_EITHER = re.compile(rf"{_NAME} or [`'\"]?(?P<other>[A-Z][A-Z0-9_]*[A-Z0-9])[`'\"]?(?= {_VARIABLE})")
"""Two variables of which one is enough."""

_STATEMENTS = (
    (
        rf"{_NAME}(?: {_VARIABLE}| env| variable)?,? (?:(?:is|was|are|has) )?(?:a )?"
        rf"(?:not (?:been )?{_GIVEN}|undefined|missing|required|empty|(?:must|has to|needs to|should) be {_GIVEN})"
    ),
    rf"[Pp]lease (?:define|set|provide|specify|configure|add) (?:the |a )?{_NAME}",
    rf"{_NAME} {_VARIABLE}",
    rf"(?i:missing|not found|not set|cannot resolve|invalid)[^\n]*?{_VARIABLE}[^\nA-Z]*{_NAMES}",
    rf"{_VARIABLE}[^\nA-Z]*(?i:missing|not found|not set|invalid)[^\nA-Z]*{_NAMES}",
)
"""What the line of an error says."""

_VALIDATED = re.compile(
    r"(?:Invalid|Missing)[^\n]{0,20} environment variables|environment variables (?:are|were) (?:not|missing|required)"
    r"|ZodError|while parsing environment|MissingEnvVarsError"
)
_ISSUES = (
    r"\bpath['\"]?:\s*\[\s*['\"](?P<name>[A-Z][A-Z0-9_]+)['\"]\s*\]",
    rf"{_NAME}: *\[?\s*['\"]?(?i:required|invalid|undefined|expected|string must|this field|too small)",
    r"\[(?P<name>[A-Z][A-Z0-9_]+)\]:\s+This field is required",
    r"^[ \t]*[-*\u2022]\s+(?P<name>[A-Z][A-Z0-9_]+)[ \t]*$",
    r"^(?:[^\s:]+:[^\s:]+:)?[ \t]+(?P<name>[A-Z][A-Z0-9_]+)[ \t]*$",
    r"are not present in the environment:\s+(?P<names>[A-Z][A-Z0-9_]+(?:, [A-Z][A-Z0-9_]+)*)",
)
"""What validators list below their heading: t3-env, zod, envalid, znv, dotenv-safe, and scripts of apps."""

_URL = (
    r"(?:Invalid URL|ERR_INVALID_URL)[\s\S]{0,400}?input: '(?P<url>(?:https?://)?undefined[^'\n]*|/[^'\n]*|)'",
    r"Failed to parse URL from (?P<url>(?:https?://)?undefined\S*|/\S*)",
)
_LIKE_URL = re.compile(r"URL|URI|HOST|ORIGIN|DOMAIN|ENDPOINT|SITE|BASE")


def missing(text: str, known: Known) -> Message | None:
    """Variables that the app's own code, or a library that validates them, asks for by name.

    The message has all that the source requires, and not only those that the build came to.
    """
    names = {*known.reads, *(variable.name for variable in known.declared)}
    failed = "\n".join(line for line in text.splitlines() if _FAILED.search(line))
    failed = _EITHER.sub(lambda either: either["other" if _only(names, either) else "name"], failed)
    issues = text if _VALIDATED.search(text) else ""
    found = [*_names(_STATEMENTS, failed), *_names(_ISSUES, issues), *libraries.asked(text, sorted(names), known.given)]
    asked = list(dict.fromkeys(name for name in found if name in names or "_" in name))
    if not asked:
        return None
    if refused := [name for name in asked if name in known.given]:
        return message("cause.dummies", names=refused, keys=[f"build.env.{name}" for name in refused])
    wanted = dummies(asked, known)
    skip = ", or set `build.env.SKIP_ENV_VALIDATION`" if "SKIP_ENV_VALIDATION" in known.reads else ""
    return message("cause.variables", names=list(wanted), skip=skip, block=block(wanted))


def dummies(asked: Sequence[str], known: Known) -> Mapping[str, str]:
    """Dummies for what a build asks for, and for all else that the source requires.

    Args:
        asked: names that the build printed.
        known: of the app's variables.

    Returns:
        Value by name; nothing that the build has already.
    """
    declared = {variable.name: variable.dummy for variable in known.declared}
    required = [variable.name for variable in known.declared if variable.required]
    names = [name for name in dict.fromkeys((*asked, *required)) if name not in known.given]
    return {name: declared.get(name) or dummy(name) for name in names}


def url(text: str, env: Sequence[str]) -> Message | None:
    """A URL whose beginning should have come from a variable."""
    match = next((match for pattern in _URL if (match := re.search(pattern, text))), None)
    if not match:
        return None
    likely = [f"build.env.{name}" for name in env if _LIKE_URL.search(name)]
    one_of = f": one of {', '.join(likely)}" if likely else ""
    return message("cause.url", url=match["url"], likely=one_of)


def _only(names: Collection[str], either: re.Match[str]) -> bool:
    return either["other"] in names and either["name"] not in names


def _names(patterns: Sequence[str], text: str) -> Iterator[str]:
    for pattern in patterns:
        for match in re.finditer(pattern, text, re.MULTILINE):
            yield from re.findall(r"[A-Z][A-Z0-9_]+", " ".join(filter(None, match.groupdict().values())))
