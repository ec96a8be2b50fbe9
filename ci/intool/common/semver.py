"""Versions as Semantic Versioning 2.0.0 defines them: grammar, and precedence (item 11). Pure."""

from __future__ import annotations

import re
from dataclasses import dataclass, field
from functools import total_ordering

LONGEST = 256
"""Characters of a version; node-semver's limit."""

LARGEST = 2**53 - 1
"""Highest number in a version: JavaScript's ``Number.MAX_SAFE_INTEGER``, which is node-semver's limit."""

_VERSION = re.compile(
    r"v?(0|[1-9][0-9]{0,15})\.(0|[1-9][0-9]{0,15})\.(0|[1-9][0-9]{0,15})"
    r"(?:-(?P<prerelease>[0-9A-Za-z.-]+))?(?:\+(?P<build>[0-9A-Za-z.-]+))?"
)
_LEADING_ZERO = re.compile(r"0[0-9]+")

Precedence = tuple[tuple[int, int, int], bool, tuple[tuple[bool, int, str], ...]]
"""Compares as the versions do: numbers, then whether it is final, then the identifiers of a pre-release."""


@total_ordering
@dataclass(frozen=True)
class Version:
    """A version. Versions compare by precedence, so those that differ in build metadata alone are equal.

    Attributes:
        major: first number.
        minor: second number.
        patch: third number.
        prerelease: identifiers of the pre-release; empty for a final version.
        build: identifiers of the build metadata.
    """

    major: int
    minor: int
    patch: int
    prerelease: tuple[str, ...] = ()
    build: tuple[str, ...] = field(default=(), compare=False)

    @property
    def final(self) -> bool:
        """Whether it is a final version, without pre-release."""
        return not self.prerelease

    @property
    def numbers(self) -> tuple[int, int, int]:
        """Major, minor and patch."""
        return self.major, self.minor, self.patch

    @property
    def precedence(self) -> Precedence:
        """Key that orders versions: numeric identifiers by value and before others, which are ordered by ASCII."""
        parts = ((False, int(part), "") if part.isdecimal() else (True, 0, part) for part in self.prerelease)
        return self.numbers, self.final, tuple(parts)

    def __lt__(self, other: Version) -> bool:
        return self.precedence < other.precedence

    def __str__(self) -> str:
        """Normal form: without ``v`` and build metadata."""
        return f"{self.major}.{self.minor}.{self.patch}" + (f"-{'.'.join(self.prerelease)}" if self.prerelease else "")


def parse(text: str) -> Version | None:
    """Read a version.

    Args:
        text: the version, with or without a ``v`` before it; no whitespace around it.

    Returns:
        The version; None if the text is not a version, is longer than ``LONGEST`` or has a number above ``LARGEST``.
    """
    found = _VERSION.fullmatch(text) if len(text) <= LONGEST else None
    if not found:
        return None
    major, minor, patch = (int(number) for number in found.groups()[:3])
    prerelease = identifiers(found["prerelease"] or "")
    build = tuple(found["build"].split(".")) if found["build"] else ()
    if prerelease is None or not all(build) or max(major, minor, patch) > LARGEST:
        return None
    return Version(major, minor, patch, prerelease, build)


def major(text: str) -> int | None:
    """The first number of a version; None if the text is not a version."""
    found = parse(text)
    return found.major if found else None


def identifiers(text: str) -> tuple[str, ...] | None:
    """Split the part behind the ``-``, which may be empty; None if an identifier is empty or begins with a zero."""
    parts = tuple(text.split(".")) if text else ()
    return None if any(not part or _LEADING_ZERO.fullmatch(part) for part in parts) else parts
