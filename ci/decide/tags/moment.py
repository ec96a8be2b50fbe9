"""The tokens of moment.js that are supported, each writing one part of a time (documentation, "Display > Format")."""

from __future__ import annotations

from datetime import UTC, datetime, timedelta
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from collections.abc import Callable

_MONTHS = (
    *("January", "February", "March", "April", "May", "June"),
    *("July", "August", "September", "October", "November", "December"),
)
_DAYS = ("Monday", "Tuesday", "Wednesday", "Thursday", "Friday", "Saturday", "Sunday")
_NOON = 12


def _ordinal(number: int) -> str:
    teen = number // 10 % 10 == 1
    return f"{number}{'th' if teen else {1: 'st', 2: 'nd', 3: 'rd'}.get(number % 10, 'th')}"


def _offset(time: datetime, colon: str) -> str:
    minutes = int((time.utcoffset() or timedelta()).total_seconds() // 60)
    return f"{'-' if minutes < 0 else '+'}{abs(minutes) // 60:02}{colon}{abs(minutes) % 60:02}"


def _milliseconds(time: datetime) -> int:
    return (time - datetime.fromtimestamp(0, UTC)) // timedelta(milliseconds=1)


def _half_day(time: datetime) -> int:
    return time.hour % _NOON or _NOON


WRITE: dict[str, Callable[[datetime], str]] = {
    "YYYY": lambda time: f"{time.year:04}",
    "YY": lambda time: f"{time.year % 100:02}",
    "Q": lambda time: str((time.month + 2) // 3),
    "M": lambda time: str(time.month),
    "MM": lambda time: f"{time.month:02}",
    "MMM": lambda time: _MONTHS[time.month - 1][:3],
    "MMMM": lambda time: _MONTHS[time.month - 1],
    "D": lambda time: str(time.day),
    "Do": lambda time: _ordinal(time.day),
    "DD": lambda time: f"{time.day:02}",
    "DDD": lambda time: str(time.timetuple().tm_yday),
    "DDDD": lambda time: f"{time.timetuple().tm_yday:03}",
    "GGGG": lambda time: f"{time.isocalendar().year:04}",
    "W": lambda time: str(time.isocalendar().week),
    "WW": lambda time: f"{time.isocalendar().week:02}",
    "d": lambda time: str(time.isoweekday() % 7),
    "ddd": lambda time: _DAYS[time.weekday()][:3],
    "dddd": lambda time: _DAYS[time.weekday()],
    "E": lambda time: str(time.isoweekday()),
    "H": lambda time: str(time.hour),
    "HH": lambda time: f"{time.hour:02}",
    "h": lambda time: str(_half_day(time)),
    "hh": lambda time: f"{_half_day(time):02}",
    "a": lambda time: "am" if time.hour < _NOON else "pm",
    "A": lambda time: "AM" if time.hour < _NOON else "PM",
    "m": lambda time: str(time.minute),
    "mm": lambda time: f"{time.minute:02}",
    "s": lambda time: str(time.second),
    "ss": lambda time: f"{time.second:02}",
    "S": lambda time: str(time.microsecond // 100_000),
    "SS": lambda time: f"{time.microsecond // 10_000:02}",
    "SSS": lambda time: f"{time.microsecond // 1000:03}",
    "Z": lambda time: _offset(time, ":"),
    "ZZ": lambda time: _offset(time, ""),
    "x": lambda time: str(_milliseconds(time)),
    "X": lambda time: str(_milliseconds(time) // 1000),
}
"""How each token writes a time, in English."""
