"""Packages that do not work before their install script has run."""

import re
from collections.abc import Sequence

from ci.decide.ecosystems.lockfiles import Locked

_UNTIL = {
    "@prisma/engines": "",
    "bcrypt": "6",
    "better-sqlite3": "13",
    "canvas": "",
    "sharp": "0.33",
    "sqlite3": "",
}
"""Name to the first version that brings its machine code by itself; empty: none does."""


def need_scripts(locked: Sequence[Locked]) -> tuple[str, ...]:
    """Names of those of the packages that need ``install.allow-scripts``, sorted."""
    return tuple(sorted({p.name for p in locked if p.name in _UNTIL and _older(p.version, _UNTIL[p.name])}))


def _older(version: str, limit: str) -> bool:
    return not limit or _numbers(version) < _numbers(limit)


def _numbers(version: str) -> list[int]:
    return [int(number) for number in re.findall(r"\d{1,99}", version)]
