"""A build that Next.js ends because it finds no TypeScript that it can use. Pure."""

import re

from ci.messages import Message, message

VERSION = "5"
"""Major version of TypeScript that every version of Next.js with this check can load.

Next.js requires ``typescript/lib/typescript.js``. TypeScript 7 is a native program and no longer has this file, so
that ``add typescript`` without a version ends in the same error.
"""

_ENDED = re.compile(
    r"required package\(s\) installed\.\s+Please install (?P<packages>[^\n]+?) by running:\s+(?P<command>\S[^\n]*)"
)
_PACKAGE = re.compile(r"(?<=\s)typescript(?=\s|$)")


def types(text: str) -> Message | None:
    """What Next.js lacks, and the command that adds it in a version that it can load."""
    found = _ENDED.search(text)
    if not found:
        return None
    command = _PACKAGE.sub(f"typescript@{VERSION}", found["command"].rstrip())
    return message("cause.types", packages=found["packages"], command=command)
