"""Paths that an app wrote to: from the upper directory of an overlay, and from its log."""

import re
import stat
from collections.abc import Iterable, Iterator, Mapping
from pathlib import Path

from ci.intool.contract.bundle import PROVIDED, TMP
from ci.intool.contract.observed import RefusedWrite, Write

_REFUSED = re.compile(r"EROFS|[Rr]ead-only file system|\bEACCES\b|ENOENT: no such file or directory, mkdir")
"""Node.js reports ENOENT where a recursive ``mkdir`` meets a read-only file system."""

_PATH = re.compile(r"'(/[^']+)'|\"(/[^\"]+)\"")

SHOWN = 300
"""Characters of a line of the log that are kept."""


def written(upper: Path, lower: Path) -> tuple[Write, ...]:
    """What differs from the image: of a directory that the app made, the directory alone.

    Args:
        upper: the upper directory of the overlay that the app ran on.
        lower: the image's files.
    """
    return tuple(sorted(_written(upper, upper, lower), key=lambda one: one.path))


def _written(directory: Path, upper: Path, lower: Path) -> Iterator[Write]:
    for entry in directory.iterdir():
        path = entry.relative_to(upper).as_posix()
        if path in PROVIDED:
            continue
        below, found = lower / path, entry.lstat()
        if stat.S_ISCHR(found.st_mode) and found.st_rdev == 0:
            yield Write(path=path, kind="deleted")
        elif not stat.S_ISDIR(found.st_mode):
            yield Write(path=path, kind="changed" if _there(below) else "created")
        elif below.is_dir() and not below.is_symlink():
            yield from _written(entry, upper, lower)
        elif _given(entry, upper):
            yield Write(path=path, kind="created", directory=True)


def _there(path: Path) -> bool:
    return path.is_symlink() or path.exists()


def _given(entry: Path, upper: Path) -> bool:
    """Whether a directory has more in it than what a runtime provides, such as ``/etc`` for ``/etc/hosts``."""
    inside = [path.relative_to(upper).as_posix() for path in entry.rglob("*") if not path.is_dir()]
    return not inside or any(path not in PROVIDED for path in inside)


def undeclared(writes: Iterable[Write], writable: Mapping[str, str]) -> tuple[Write, ...]:
    """Those that no declared path covers; temporary files are always allowed. Pure.

    Args:
        writes: paths that the app wrote to.
        writable: path in the image, without leading slash, to ``file`` or ``directory``.
    """
    allowed = [*writable, TMP]
    return tuple(one for one in writes if not any(covers(path, one.path) for path in allowed))


def covers(declared: str, path: str) -> bool:
    """Whether a path is a declared one, or below it. Pure."""
    return path == declared or path.startswith(f"{declared}/")


def refused(log: Iterable[str]) -> tuple[RefusedWrite, ...]:
    """Writes that failed, from the log: each path once. Pure."""
    found: dict[str, RefusedWrite] = {}
    for line in log:
        match = _PATH.search(line) if _REFUSED.search(line) else None
        if match:
            path = (match[1] or match[2]).lstrip("/")
            found.setdefault(path, RefusedWrite(path=path, line=line.strip()[:SHOWN]))
    return tuple(found.values())
