"""Names of the variables that a source reads."""

import re
from collections.abc import Iterable

from ci.decide.project.javascript import without_comments

_OWN = re.compile(
    r"NODE_ENV|NODE_OPTIONS|NEXT_RUNTIME|NEXT_PHASE|NEXT_TELEMETRY_\w+|NEXT_PRIVATE_\w+|__NEXT_\w+|npm_\w+"
    r"|PWD|HOME|USER|LOGNAME|SHELL|TERM|LANG|PATH|CI"
)
"""Of Node.js, Next.js, npm and every shell, which set them by themselves."""

_MEMBER = re.compile(r"""\bprocess\.env(?:\??\.(\w+)|(?:\?\.)?\[\s*['"`](\w+)['"`]\s*\])""")
_TAKEN_APART = re.compile(r"\{([^{}]*)\}\s*(?::[^=;]{1,500})?=\s*process\.env\b(?!\s*[.?\[])")
_NAME = re.compile(r"\s*([A-Za-z_]\w*)\s*(?:[:=]|$)")


_DECLARED = re.compile(r"^[ \t]*(?:export[ \t]+)?([A-Za-z_]\w*)[ \t]*=[ \t]*([^\n]*)", re.MULTILINE)
_VALUE = re.compile(r"""(['"`])(.*?)\1|([^#\s]*)""")


def declared(text: str) -> dict[str, str]:
    """The variables that a ``.env`` file has, sorted, with their values."""
    return {name: _value(value) for name, value in sorted(_DECLARED.findall(text))}


def _value(text: str) -> str:
    match = _VALUE.match(text)
    return (match[2] or match[3] or "") if match else ""


def own(name: str) -> bool:
    """Whether Node.js, Next.js or npm sets a variable by itself."""
    return bool(_OWN.fullmatch(name))


def names(texts: Iterable[str]) -> tuple[str, ...]:
    """Names of variables in the lines that mention ``process.env``, sorted."""
    found: set[str] = set()
    for text in map(without_comments, texts):
        found |= {dotted or quoted for dotted, quoted in _MEMBER.findall(text)}
        parts = [part for taken in _TAKEN_APART.findall(text) for part in taken.split(",")]
        found |= {match[1] for match in map(_NAME.match, parts) if match}
    return tuple(sorted(name for name in found if not _OWN.fullmatch(name)))
