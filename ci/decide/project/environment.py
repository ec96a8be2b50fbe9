"""Names of the variables that a source reads.

Those of the system are in ``ci/programs/system-variables.json``, which the report on the bundle reads too. It has
expressions that ECMA-262 and Python share, by who sets or reads them: every shell, Node.js, Next.js, package managers.
"""

import json
import re
from collections.abc import Iterable
from pathlib import Path

from ci.decide.project.javascript import without_comments

_TABLE = Path(__file__).parents[2] / "programs" / "system-variables.json"
_OWN = re.compile("|".join(json.loads(_TABLE.read_text("utf-8")).values()), re.ASCII)

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
    """Whether a variable is one of the system, of Node.js, of Next.js or of a package manager, and so not the app's."""
    return bool(_OWN.fullmatch(name))


def names(texts: Iterable[str]) -> tuple[str, ...]:
    """Names of variables in the lines that mention ``process.env``, sorted."""
    found: set[str] = set()
    for text in map(without_comments, texts):
        found |= {dotted or quoted for dotted, quoted in _MEMBER.findall(text)}
        parts = [part for taken in _TAKEN_APART.findall(text) for part in taken.split(",")]
        found |= {match[1] for match in map(_NAME.match, parts) if match}
    return tuple(sorted(name for name in found if not _OWN.fullmatch(name)))
