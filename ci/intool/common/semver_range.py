"""Ranges of versions as npm reads them: the strict grammar and the pre-release rule of node-semver. Pure.

The grammar is that of "Range Grammar" in node-semver's README: ``||``, hyphen ranges, comparators, x-ranges, ``~`` and
``^``. Every range becomes alternatives, each a list of comparators that all have to hold.
"""

from __future__ import annotations

import operator
import re
from dataclasses import dataclass

from ci.intool.common.semver import LARGEST, LONGEST, Version, identifiers

_COMPARE = {"<": operator.lt, "<=": operator.le, ">": operator.gt, ">=": operator.ge, "": operator.eq}
_LOWEST_PRERELEASE = ("0",)
"""``-0``, which comes before every other pre-release of the same numbers."""

_PART = r"0|[1-9][0-9]{0,15}|[xX*]"
_PARTIAL = (
    rf"(?P<{{0}}prefix>[v=]*)(?P<{{0}}major>{_PART})(?:\.(?P<{{0}}minor>{_PART})"
    rf"(?:\.(?P<{{0}}patch>{_PART})(?:-(?P<{{0}}pre>[0-9A-Za-z.-]+))?)?)?"
).replace("{0,15}", "{{0,15}}")
_ITEM = re.compile(rf"(?P<operator>~ ?>?|\^|[<>] =(?! )|[<>]?=?) ?{_PARTIAL.format('')}(?= |$)")
_HYPHEN = re.compile(rf"{_PARTIAL.format('low_')} - {_PARTIAL.format('high_')}")
_BUILD = re.compile(r"\+[0-9A-Za-z-]+(?:\.[0-9A-Za-z-]+)*")


class _NoRangeError(ValueError):
    """A text is not a range."""


@dataclass(frozen=True)
class Comparator:
    """One condition.

    Attributes:
        operator: ``<``, ``<=``, ``>`` or ``>=``; empty for equality.
        version: that is compared with.
    """

    operator: str
    version: Version

    def holds(self, version: Version) -> bool:
        """Whether a version meets the condition."""
        return bool(_COMPARE[self.operator](version, self.version))

    def __str__(self) -> str:
        return f"{self.operator}{self.version}"


NOTHING = Comparator("<", Version(0, 0, 0, _LOWEST_PRERELEASE))
"""The condition that no version meets."""


@dataclass(frozen=True)
class Range:
    """A range of versions.

    Attributes:
        alternatives: lists of comparators; a version is in the range where all of one list hold. An empty list
            allows everything.
        prereleases: whether pre-releases count as any other version; else one is only in a range that names a
            pre-release of the same major, minor and patch.
    """

    alternatives: tuple[tuple[Comparator, ...], ...]
    prereleases: bool = False

    def allows(self, version: Version) -> bool:
        """Whether a version is in the range."""
        return any(self._all(comparators, version) for comparators in self.alternatives)

    def lowest(self, floor: Version) -> Version | None:
        """The lowest final version in the range that is not below a final one.

        Args:
            floor: where to begin; a final version.

        Returns:
            The version, whether it was ever released or not; None if the range ends below.
        """
        starts = [_final(one) for comparators in self.alternatives for one in comparators]
        return min((one for one in (floor, *starts) if one >= floor and self.allows(one)), default=None)

    def _all(self, comparators: tuple[Comparator, ...], version: Version) -> bool:
        if not all(one.holds(version) for one in comparators):
            return False
        named = (one.version for one in comparators if not one.version.final)
        return version.final or self.prereleases or any(one.numbers == version.numbers for one in named)

    def __str__(self) -> str:
        """Comparators alone, as node-semver writes a range; ``*`` for one that allows everything."""
        return "||".join(" ".join(map(str, comparators)) for comparators in self.alternatives) or "*"


def parse(text: str, *, prereleases: bool = False) -> Range | None:
    """Read a range.

    Args:
        text: the range, such as ``>=20.9 <23 || ^24.1.0``; empty for any version.
        prereleases: whether pre-releases count as any other version (``includePrerelease`` of node-semver, by which
            npm checks ``engines``).

    Returns:
        The range; None if the text is not a range.
    """
    try:
        alternatives = [_alternative(part, prereleases=prereleases) for part in text.split("||")]
    except _NoRangeError:
        return None
    possible = [one for one in alternatives if one[:1] != (NOTHING,)] or alternatives[:1]
    return Range(((),) if () in possible else tuple(possible), prereleases)


def _final(comparator: Comparator) -> Version:
    """The lowest final version that may meet a condition with a lower bound."""
    major, minor, patch = comparator.version.numbers
    above = comparator.operator == ">" and comparator.version.final
    return Version(major, minor, patch + 1 if above else patch)


def _alternative(text: str, *, prereleases: bool) -> tuple[Comparator, ...]:
    words = _BUILD.sub("", " ".join(text.split()))
    if hyphen := _HYPHEN.fullmatch(words):
        low, high = (_Partial.of(hyphen, side, prereleases=prereleases) for side in ("low_", "high_"))
        return _simple([*low.at_least(), *high.at_most()], prereleases=prereleases)
    found: list[Comparator] = []
    position = 0
    while position < len(words):
        item = _ITEM.match(words, position)
        if not item:
            raise _NoRangeError
        partial = _Partial.of(item, "", prereleases=prereleases)
        found += partial.under(item["operator"])
        position = item.end() + 1
    return _simple(found, prereleases=prereleases)


def _simple(comparators: list[Comparator], *, prereleases: bool) -> tuple[Comparator, ...]:
    """Comparators without duplicates and without ``*``; only the impossible one if it is among them."""
    if NOTHING in comparators:
        return (NOTHING,)
    everything = Comparator(">=", Version(0, 0, 0, _LOWEST_PRERELEASE if prereleases else ()))
    return tuple(one for one in dict.fromkeys(comparators) if one != everything)


@dataclass(frozen=True, kw_only=True)
class _Partial:
    """A version of which parts may be open: ``20``, ``20.x``, ``20.9.0-rc.1``.

    Attributes:
        prefix: ``v`` and ``=`` before it.
        numbers: those before the first open part.
        out_of_order: whether a number follows an open part.
        prerelease: identifiers behind ``-``; empty unless all numbers are there.
        floor: pre-release of the lowest version of an open part: ``-0`` where pre-releases count.
    """

    prefix: str
    numbers: tuple[int, ...]
    out_of_order: bool
    prerelease: tuple[str, ...]
    floor: tuple[str, ...]

    @classmethod
    def of(cls, found: re.Match[str], side: str, *, prereleases: bool) -> _Partial:
        parts = [None if (found[side + p] or "x") in "xX*" else found[side + p] for p in ("major", "minor", "patch")]
        count = parts.index(None) if None in parts else len(parts)
        prerelease = identifiers(found[f"{side}pre"] or "")
        if prerelease is None:
            raise _NoRangeError
        return cls(
            prefix=found[f"{side}prefix"],
            numbers=tuple(int(part) for part in parts[:count] if part),
            out_of_order=any(parts[count:]),
            prerelease=prerelease if count == len(parts) else (),
            floor=_LOWEST_PRERELEASE if prereleases else (),
        )

    @property
    def full(self) -> bool:
        return len(self.numbers) == 3  # noqa: PLR2004  major, minor, patch

    def at_least(self) -> list[Comparator]:
        """The left side of a hyphen range."""
        if not self.numbers:
            return []
        if self.full:
            self._refuse_prefix()
        return [Comparator(">=", self._start(self.prerelease or self.floor))]

    def at_most(self) -> list[Comparator]:
        """The right side of a hyphen range: all of an open part belongs to it."""
        if not self.numbers:
            return []
        if not self.full:
            return [self._below(len(self.numbers))]
        if self.floor and not self.prerelease:
            return [self._below(3)]
        if not self.prerelease:
            self._refuse_prefix()
        return [Comparator("<=", self._start(self.prerelease))]

    def under(self, sign: str) -> list[Comparator]:
        """The comparators of an operator and this version."""
        if sign.startswith("~"):
            return self._from_here(min(len(self.numbers), 2))
        if sign == "^":
            return self._from_here(self._caret())
        if self.out_of_order:
            raise _NoRangeError
        sign = "" if sign == "=" else sign.replace(" ", "")
        if self.full:
            self._refuse_prefix()
            return [Comparator(sign, self._start(self.prerelease))]
        return self._open(sign)

    def _open(self, sign: str) -> list[Comparator]:
        count = len(self.numbers)
        if not count:
            return [NOTHING] if sign in {"<", ">"} else []
        if sign == "<":
            return [Comparator("<", self._start(_LOWEST_PRERELEASE))]
        if sign == "<=":
            return [self._below(count)]
        if sign == ">":
            return [Comparator(">=", _version(_next(self.numbers, count), self.floor))]
        return self._from_here(count) if not sign else [Comparator(">=", self._start(self.floor))]

    def _caret(self) -> int:
        """How many numbers ``^`` keeps: up to the first that is not 0."""
        return next((n for n, number in enumerate(self.numbers, 1) if number), len(self.numbers))

    def _from_here(self, kept: int) -> list[Comparator]:
        """From this version on, as long as its first numbers stay."""
        if not self.numbers:
            return []
        start = self._start(self.prerelease if self.full else self.floor)
        return [Comparator(">=", start), self._below(kept)]

    def _start(self, prerelease: tuple[str, ...]) -> Version:
        return _version(self.numbers, prerelease)

    def _below(self, kept: int) -> Comparator:
        return Comparator("<", _version(_next(self.numbers, kept), _LOWEST_PRERELEASE))

    def _refuse_prefix(self) -> None:
        if self.prefix not in {"", "v"}:
            raise _NoRangeError


def _next(numbers: tuple[int, ...], kept: int) -> tuple[int, ...]:
    """The first version whose first numbers are others."""
    return (*numbers[: kept - 1], numbers[kept - 1] + 1)


def _version(numbers: tuple[int, ...], prerelease: tuple[str, ...]) -> Version:
    major, minor, patch = (*numbers, 0, 0)[:3]
    version = Version(major, minor, patch, prerelease)
    if max(version.numbers) > LARGEST or len(str(version)) > LONGEST:
        raise _NoRangeError
    return version
