"""Packages that do not work before their install script has run."""

from collections.abc import Mapping, Sequence

from ci.decide.ecosystems.locked import Locked
from ci.intool.common import semver
from ci.intool.common.semver import Version

_UNTIL: Mapping[str, Version | None] = {
    "bcrypt": Version(6, 0, 0),
    "better-sqlite3": Version(13, 0, 0),
    "canvas": None,
    "sharp": Version(0, 33, 0),
    "sqlite3": None,
}
"""Name to the first version that brings its machine code by itself, as its pre-releases do; None: none does."""


def need_scripts(locked: Sequence[Locked]) -> tuple[str, ...]:
    """Names of those of the packages that need ``install.allow-scripts``, sorted."""
    return tuple(sorted({p.name for p in locked if p.name in _UNTIL and _older(p.version, _UNTIL[p.name])}))


def _older(version: str, limit: Version | None) -> bool:
    """Whether a version is before a limit; one that is not known counts as such."""
    known = semver.parse(version)
    return limit is None or known is None or known.numbers < limit.numbers
