"""``bun.lock``: JSON with comments and trailing commas."""

import re
from typing import Any

from ci.decide.ecosystems.lockfiles import Locked
from ci.decide.ecosystems.lockfiles.garbage import GarbageError
from ci.decide.ecosystems.lockfiles.git import is_git
from ci.decide.ecosystems.lockfiles.values import texts
from ci.intool.common.media import decoded

# What has no end ends with the text: a search that gave it up would begin again at each of its characters.
_NOT_JSON = re.compile(r'("(?:[^"\\]|\\.)*(?:"|\\?\Z))|//[^\n]*|/\*.*?(?:\*/|\Z)|,(?=\s*[}\]])', re.DOTALL)
_RESOLVED = re.compile(r"(?P<name>@?[^@]+)@(?P<version>.+)")


def read(text: str) -> tuple[Locked, ...]:
    """Packages of the lockfile; workspaces, links and local files are left out.

    Raises:
        GarbageError: not such a lockfile.
    """
    try:
        lock = decoded(_NOT_JSON.sub(lambda match: match[1] or "", text))
    except ValueError as error:
        raise GarbageError(f"not JSON: {error}") from None
    packages = lock.get("packages") if isinstance(lock, dict) and "lockfileVersion" in lock else None
    if not isinstance(packages, dict):
        raise GarbageError("not a lockfile of bun: `lockfileVersion` or `packages` is missing")
    locked = (_package(key, entry) for key, entry in packages.items())
    return tuple(package for package in locked if package)


def _package(key: str, entry: Any) -> Locked | None:
    resolved = entry[0] if isinstance(entry, list) and entry and isinstance(entry[0], str) else ""
    match = _RESOLVED.fullmatch(resolved)
    if not match:
        raise GarbageError(f"`{key}` is not the entry of a package")
    version = match["version"]
    registry = version[0].isdecimal()
    if not registry and not is_git(version) and "://" not in version:
        return None
    strings = [part for part in entry[1:] if isinstance(part, str)]
    limits = next((part for part in entry[1:] if isinstance(part, dict)), {})
    source = next((text for text in strings if "://" in text), "") if registry else version
    return Locked(
        name=match["name"],
        version=version,
        integrity=next((text for text in strings if text.startswith("sha")), ""),
        source=source.partition("#")[0],
        git=is_git(source),
        cpu=texts(limits.get("cpu")),
        os=texts(limits.get("os")),
        libc=texts(limits.get("libc")),
    )
