"""The tokens of moment.js that write one part of a time (documentation, "Display > Format"), in English."""

from __future__ import annotations

from datetime import UTC, datetime, timedelta
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from collections.abc import Callable

_MONTHS = (
    *("January", "February", "March", "April", "May", "June"),
    *("July", "August", "September", "October", "November", "December"),
)
_DAYS = ("Sunday", "Monday", "Tuesday", "Wednesday", "Thursday", "Friday", "Saturday")
_NOON = 12


def _ordinal(number: int) -> str:
    teen = number // 10 % 10 == 1
    return f"{number}{'th' if teen else {1: 'st', 2: 'nd', 3: 'rd'}.get(number % 10, 'th')}"


def _sunday_first(time: datetime) -> int:
    return time.isoweekday() % 7


def _local_week(time: datetime) -> tuple[int, int]:
    """Year and week where weeks begin on Sunday and the first one has January 1."""
    saturday = time + timedelta(days=6 - _sunday_first(time))
    return saturday.year, (saturday.timetuple().tm_yday - 1) // 7 + 1


def _offset(time: datetime, colon: str) -> str:
    minutes = int((time.utcoffset() or timedelta()).total_seconds() // 60)
    return f"{'-' if minutes < 0 else '+'}{abs(minutes) // 60:02}{colon}{abs(minutes) % 60:02}"


def _milliseconds(time: datetime) -> int:
    return (time - datetime.fromtimestamp(0, UTC)) // timedelta(milliseconds=1)


def _half_day(time: datetime) -> int:
    return time.hour % _NOON or _NOON


def _numbers(
    name: str, number: Callable[[datetime], int], *, ordinal: bool = True
) -> dict[str, Callable[[datetime], str]]:
    """A token for the plain number, a double one for two digits, and one for the ordinal."""
    tokens: dict[str, Callable[[datetime], str]] = {
        name: lambda time: str(number(time)),
        name * 2: lambda time: f"{number(time):02}",
    }
    return tokens | ({f"{name}o": lambda time: _ordinal(number(time))} if ordinal else {})


WRITE: dict[str, Callable[[datetime], str]] = {
    **_numbers("M", lambda time: time.month),
    "MMM": lambda time: _MONTHS[time.month - 1][:3],
    "MMMM": lambda time: _MONTHS[time.month - 1],
    **_numbers("Q", lambda time: (time.month + 2) // 3),
    **_numbers("D", lambda time: time.day),
    "DDD": lambda time: str(time.timetuple().tm_yday),
    "DDDo": lambda time: _ordinal(time.timetuple().tm_yday),
    "DDDD": lambda time: f"{time.timetuple().tm_yday:03}",
    **_numbers("d", _sunday_first),
    "dd": lambda time: _DAYS[_sunday_first(time)][:2],
    "ddd": lambda time: _DAYS[_sunday_first(time)][:3],
    "dddd": lambda time: _DAYS[_sunday_first(time)],
    "e": lambda time: str(_sunday_first(time)),
    "E": lambda time: str(time.isoweekday()),
    **_numbers("w", lambda time: _local_week(time)[1]),
    **_numbers("W", lambda time: time.isocalendar().week),
    "Y": lambda time: str(time.year),
    "YY": lambda time: f"{time.year % 100:02}",
    "YYYY": lambda time: f"{time.year:04}",
    "YYYYY": lambda time: f"{time.year:05}",
    "YYYYYY": lambda time: f"+{time.year:06}",
    "y": lambda time: str(time.year),
    "yo": lambda time: _ordinal(time.year),
    "yy": lambda time: f"{time.year:02}",
    "yyy": lambda time: f"{time.year:03}",
    "yyyy": lambda time: f"{time.year:04}",
    **dict.fromkeys(("N", "NN", "NNN", "NNNNN"), lambda _: "AD"),
    "NNNN": lambda _: "Anno Domini",
    "gg": lambda time: f"{_local_week(time)[0] % 100:02}",
    "gggg": lambda time: f"{_local_week(time)[0]:04}",
    "GG": lambda time: f"{time.isocalendar().year % 100:02}",
    "GGGG": lambda time: f"{time.isocalendar().year:04}",
    "a": lambda time: "am" if time.hour < _NOON else "pm",
    "A": lambda time: "AM" if time.hour < _NOON else "PM",
    **_numbers("H", lambda time: time.hour, ordinal=False),
    **_numbers("h", _half_day, ordinal=False),
    **_numbers("k", lambda time: time.hour or 24, ordinal=False),
    **_numbers("m", lambda time: time.minute, ordinal=False),
    **_numbers("s", lambda time: time.second, ordinal=False),
    "hmm": lambda time: f"{_half_day(time)}{time:%M}",
    "hmmss": lambda time: f"{_half_day(time)}{time:%M%S}",
    "Hmm": lambda time: f"{time.hour}{time:%M}",
    "Hmmss": lambda time: f"{time.hour}{time:%M%S}",
    "z": lambda time: time.tzname() or "",
    "zz": lambda time: time.tzname() or "",
    "Z": lambda time: _offset(time, ":"),
    "ZZ": lambda time: _offset(time, ""),
    "x": lambda time: str(_milliseconds(time)),
    "X": lambda time: str(_milliseconds(time) // 1000),
}
"""How each token writes a time."""
