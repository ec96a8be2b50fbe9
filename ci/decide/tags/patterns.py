"""Regular expressions as JavaScript writes them, as far as Python has the same."""

from __future__ import annotations

import re

from ci.decide.tags.text import unknown

_SLASHES = re.compile(r"/(?P<body>.+)/(?P<flags>[a-z]*)")
_FLAGS = {"i": re.IGNORECASE, "m": re.MULTILINE, "s": re.DOTALL, "g": re.NOFLAG, "u": re.NOFLAG}
_NAMED_GROUP = re.compile(r"\(\?<(?![=!])")


def parse(text: str) -> re.Pattern[str]:
    r"""Read ``v(.*)`` or ``/^v(\d+)$/i``; ``g`` changes nothing, as one match is looked for.

    Raises:
        ValueError: It is no regular expression, or has a flag that is not known.
    """
    slashes = _SLASHES.fullmatch(text)
    body, letters = slashes.groups() if slashes else (text, "")
    flags = re.ASCII
    for letter in letters:
        if letter not in _FLAGS:
            raise ValueError(unknown("flag", letter, tuple(_FLAGS)))
        flags |= _FLAGS[letter]
    try:
        return re.compile(_NAMED_GROUP.sub("(?P<", body), flags)
    except (re.error, OverflowError, RecursionError) as error:
        raise ValueError(f"`{text}` is not a regular expression: {error}") from None
