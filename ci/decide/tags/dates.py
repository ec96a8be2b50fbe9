"""Times as text, by the tokens of moment.js (documentation, "Display > Format"), in English."""

from __future__ import annotations

import re
from datetime import UTC, datetime, tzinfo
from zoneinfo import ZoneInfo

from ci.decide.tags.moment import WRITE

_LONG = {
    "LTS": "h:mm:ss A",
    "LT": "h:mm A",
    "LLLL": "dddd, MMMM D, YYYY h:mm A",
    "LLL": "MMMM D, YYYY h:mm A",
    "LL": "MMMM D, YYYY",
    "L": "MM/DD/YYYY",
    "llll": "ddd, MMM D, YYYY h:mm A",
    "lll": "MMM D, YYYY h:mm A",
    "ll": "MMM D, YYYY",
    "l": "M/D/YYYY",
}
_TOKEN = re.compile(
    r"\[(?P<literal>[^\[\]]*)\]|(?P<escape>\\)?"
    r"(?P<token>[Hh]mm(?:ss)?|Mo|M{1,4}|Do|DDDo|D{1,4}|do|d{1,4}|wo|ww?|Wo|WW?|Qo?|Y{5,6}|YYYY|YY|Y|y{2,4}|yo?|N{1,5}|"
    r"gggg|gg|GGGG|GG|e|E|a|A|hh?|HH?|kk?|mm?|ss?|S{1,9}|x|X|zz?|ZZ?|LTS|LT|L{1,4}|l{1,4}|.)",
    re.DOTALL,
)


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


def render(time: datetime, layout: str, in_zone: str) -> str:
    """Write a time.

    Args:
        time: With a time zone.
        layout: Tokens such as ``YYYYMMDD-HHmmss``; ``[text]`` stays as it is.
        in_zone: Name of the time zone to write it in.
    """
    return _render(time.astimezone(zone(in_zone)), layout)


def _render(time: datetime, layout: str) -> str:
    return _TOKEN.sub(lambda found: _part(time, found), layout)


def _part(time: datetime, found: re.Match[str]) -> str:
    token = found["token"]
    if token is None:
        return str(found["literal"])
    if found["escape"]:
        return token
    if token in _LONG:
        return _render(time, _LONG[token])
    if token[0] == "S":
        return f"{time.microsecond // 1000:03}000000"[: len(token)]
    return WRITE[token](time) if token in WRITE else token
