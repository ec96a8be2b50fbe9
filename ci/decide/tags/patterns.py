"""Regular expressions as JavaScript reads them, as far as Python has the same."""

from __future__ import annotations

import re
from dataclasses import dataclass
from typing import TYPE_CHECKING

from ci.decide.tags.ecmascript import translate
from ci.decide.tags.text import unknown

if TYPE_CHECKING:
    from collections.abc import Iterator

_SLASHES = re.compile(r"/(?P<body>.+)/(?P<flags>.*)")
_FLAGS = ("i", "m", "s", "g", "u", "y", "d")


@dataclass(frozen=True, kw_only=True)
class Expression:
    """A regular expression that was checked.

    Attributes:
        compiled: The same in Python's syntax.
        groups: Number of its groups.
        unsure: Groups that JavaScript may fill differently.
        flags: Letters behind the slashes.
    """

    compiled: re.Pattern[str]
    groups: int
    unsure: frozenset[int]
    flags: str

    def find(self, text: str) -> tuple[str | None, ...] | None:
        """What JavaScript's ``text.match`` gives: the match and its groups or, with the flag ``g``, all matches."""
        units = text if "u" in self.flags else _units(text)
        if "g" in self.flags:
            return tuple(map(_text, self._every(units))) or None
        found = self.compiled.match(units) if "y" in self.flags else self.compiled.search(units)
        return (
            tuple(None if group is None else _text(group) for group in (found[0], *found.groups())) if found else None
        )

    def _every(self, units: str) -> Iterator[str]:
        """All matches; after one without characters the next is looked for a character further on."""
        place = 0
        while place <= len(units) and (found := self.compiled.search(units, place)):
            yield found[0]
            place = found.end() + (found.start() == found.end())


def parse(text: str, *, slashes: bool = True) -> Expression:
    r"""Read ``v(.*)`` or ``/^v(\d+)$/i``.

    Args:
        text: The expression.
        slashes: Whether slashes around it enclose it, with flags behind them.

    Raises:
        ValueError: JavaScript has no such expression, or Python has no equal for it.
    """
    enclosed = _SLASHES.fullmatch(text)
    if enclosed and not slashes:
        raise ValueError(
            f"`{text}`: slashes are part of the text in match=; leave them out, or use type=match for flags"
        )
    body, flags = enclosed.groups() if enclosed else (text, "")
    _refuse_flags(flags)
    try:
        translated = translate(
            body if "u" in flags else _units(body),
            ignore_case="i" in flags,
            multiline="m" in flags,
            dot_all="s" in flags,
            unicode="u" in flags,
        )
        compiled = re.compile(translated.text, re.ASCII | (re.IGNORECASE if "i" in flags else re.NOFLAG))
    except (ValueError, re.error, OverflowError, RecursionError) as error:
        raise ValueError(f"`{text}` is not a regular expression that can be used: {_text(str(error))}") from None
    return Expression(compiled=compiled, groups=translated.groups, unsure=translated.unsure, flags=flags)


def _refuse_flags(flags: str) -> None:
    for place, letter in enumerate(flags):
        if letter not in _FLAGS:
            raise ValueError(unknown("flag", letter, _FLAGS))
        if letter in flags[:place]:
            raise ValueError(f"the flag `{letter}` is there twice")
    for both in ("iu", "gy"):
        if set(both) <= set(flags):
            raise ValueError(f"the flags `{both[0]}` and `{both[1]}` together are not supported")


def _units(text: str) -> str:
    """The text as JavaScript sees it without the flag ``u``: a character for each UTF-16 code unit."""
    data = text.encode("utf-16-le", "surrogatepass")
    return "".join(chr(int.from_bytes(data[place : place + 2], "little")) for place in range(0, len(data), 2))


def _text(units: str) -> str:
    return units.encode("utf-16-le", "surrogatepass").decode("utf-16-le", "replace")
