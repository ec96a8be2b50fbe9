"""Reads any lockfile."""

import re
from collections.abc import Callable, Mapping
from types import MappingProxyType

from ci.decide.ecosystems.lockfiles import Locked, berry, bun, npm, pnpm, yarn
from ci.decide.ecosystems.lockfiles.garbage import GarbageError
from ci.errors import ProjectError


def read(name: str, text: str) -> tuple[Locked, ...]:
    """Every package of a lockfile, in its order, each once; not the workspace's own, nor links and local files.

    Args:
        name: its path, which ends with the file's name.
        text: its content; not looked at where the format is binary, which gives no packages.

    Raises:
        ProjectError: it cannot be read, or its format is too old.
    """
    file = name.rpartition("/")[2]
    if conflict := re.search(r"^<{7} .*$", text, re.MULTILINE):
        line = text.count("\n", 0, conflict.start()) + 1
        raise ProjectError.of("lockfile.conflict", lockfile=name, line=line)
    try:
        return tuple(dict.fromkeys(_READERS[file](text)))
    except GarbageError as error:
        raise ProjectError.of("lockfile.unreadable", lockfile=name, problem=str(error), hint=error.fix) from None


def _yarn(text: str) -> tuple[Locked, ...]:
    return berry.read(text) if "\n__metadata:" in f"\n{text}" else yarn.read(text)


def _binary(_text: str) -> tuple[Locked, ...]:
    return ()


_READERS: Mapping[str, Callable[[str], tuple[Locked, ...]]] = MappingProxyType(
    {
        "pnpm-lock.yaml": pnpm.read,
        "package-lock.json": npm.read,
        "npm-shrinkwrap.json": npm.read,
        "yarn.lock": _yarn,
        "bun.lock": bun.read,
        "bun.lockb": _binary,
    }
)
