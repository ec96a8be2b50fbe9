"""Times as text, by layouts of moment.js (documentation, "Display > Format")."""

from __future__ import annotations

import re
from datetime import UTC, datetime, tzinfo
from zoneinfo import ZoneInfo

from ci.decide.tags.moment import WRITE

_TOKEN = re.compile(
    r"\[(?P<literal>[^\[]*)\]|(?P<escape>\\)?"
    r"(?P<token>[Hh]mm(?:ss)?|Mo|M{1,4}|Do|DDDo|D{1,4}|d{2,4}|do?|w[ow]?|W[oW]?|Qo?|N{1,5}|Y{4,6}|YY|y{2,4}|yo?|"
    r"gg(?:ggg?)?|GG(?:GGG?)?|e|E|a|A|hh?|HH?|kk?|mm?|ss?|S{1,9}|x|X|zz?|ZZ?|LTS|LT|L{1,4}|l{1,4}|.)",
    re.DOTALL,
)
"""How moment.js takes a layout apart. A single character that is not a token, such as T, is written as it is."""

_TOKENS = frozenset("QYMDdeEwWaAHhkmsSZzxXNyLl")
"""Characters that are tokens by themselves, or begin longer ones that are."""


def zone(name: str) -> tzinfo:
    """A time zone of the IANA database.

    Raises:
        ValueError: There is none of this name.
    """
    if name == "UTC":
        return UTC
    try:
        return ZoneInfo(name)
    except (KeyError, ValueError, OSError):
        raise ValueError(f"unknown time zone `{name}`; write one of the IANA database, such as Asia/Tokyo") from None


def check(layout: str) -> None:
    """Refuse what cannot be written: tokens of moment.js that are not supported.

    Raises:
        ValueError: Names the token, and the supported ones.
    """
    for found in _TOKEN.finditer(layout):
        token = found["token"]
        if token and not found["escape"] and token not in WRITE and (len(token) > 1 or token in _TOKENS):
            raise ValueError(
                f"the token `{token}` in `{layout}` is not supported; write text as [{token}], or use {' '.join(WRITE)}"
            )


def render(time: datetime, layout: str, in_zone: str) -> str:
    """Write a time.

    Args:
        time: With a time zone.
        layout: Tokens such as ``YYYYMMDD-HHmmss``; ``[text]`` stays as it is.
        in_zone: Name of the time zone to write it in.
    """
    local = time.astimezone(zone(in_zone))
    return _TOKEN.sub(lambda found: _part(local, found), layout)


def _part(time: datetime, found: re.Match[str]) -> str:
    token = found["token"]
    if token is None:
        return str(found["literal"])
    return WRITE[token](time) if token in WRITE and not found["escape"] else token.replace("\\", "")
