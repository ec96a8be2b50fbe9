"""``package-lock.json``, versions 2 and 3."""

from typing import Any

from ci.decide.ecosystems.lockfiles import Locked
from ci.decide.ecosystems.lockfiles.garbage import GarbageError
from ci.decide.ecosystems.lockfiles.git import is_git
from ci.decide.ecosystems.lockfiles.values import text, texts
from ci.intool.common.media import decoded

_VERSIONS = (2, 3)


def read(content: str) -> tuple[Locked, ...]:
    """Packages of the lockfile; one that is bundled in another is part of that one.

    Raises:
        GarbageError: not such a lockfile.
    """
    try:
        lock = decoded(content)
    except ValueError as error:
        raise GarbageError(f"not JSON: {error}") from None
    version = lock.get("lockfileVersion") if isinstance(lock, dict) else None
    if version == 1:
        raise GarbageError("version 1 is too old", "run `npm install --lockfile-version 3 --package-lock-only`")
    packages = lock.get("packages") if version in _VERSIONS else None
    if not isinstance(packages, dict) or not all(isinstance(entry, dict) for entry in packages.values()):
        raise GarbageError(f"not a lockfile of version {' or '.join(map(str, _VERSIONS))}")
    return tuple(_package(path, entry) for path, entry in packages.items() if _installed(path, entry))


def _installed(path: str, entry: dict[str, Any]) -> bool:
    local = entry.get("link") or text(entry.get("resolved")).startswith("file:")
    return "node_modules/" in path and not local and not entry.get("inBundle")


def _package(path: str, entry: dict[str, Any]) -> Locked:
    name, version = text(entry.get("name")) or path.rpartition("node_modules/")[2], text(entry.get("version"))
    if not name or not version:
        raise GarbageError(f"`{path}` has no name or no version")
    source = text(entry.get("resolved"))
    return Locked(
        name=name,
        version=version,
        integrity=text(entry.get("integrity")),
        source=source.partition("#")[0],
        git=is_git(source),
        cpu=texts(entry.get("cpu")),
        os=texts(entry.get("os")),
        libc=texts(entry.get("libc")),
    )
