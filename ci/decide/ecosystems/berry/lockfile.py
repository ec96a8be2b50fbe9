"""``yarn.lock`` of yarn 2 and on."""

import re
from urllib.parse import unquote

from ci.decide.ecosystems.locked import Locked, is_git
from ci.decide.ecosystems.lockfile import LockfileError, entries

_FIELD = re.compile(r'  (version|resolution|checksum|conditions): "?(.*?)"?')
_RESOLUTION = re.compile(r"(?P<name>@?[^@]+)@(?P<reference>.+)")
_LOCAL = re.compile(r"(workspace|link|portal|file|exec|patch):")
_ARCHIVE = re.compile(r"::__archiveUrl=([^&]+)")


def read(text: str) -> tuple[Locked, ...]:
    """Packages of the lockfile; workspaces, links, local files are left out, and patched copies of what is there.

    Raises:
        LockfileError: not such a lockfile.
    """
    locked = (_package(key, fields) for key, fields in entries(text, _FIELD) if key != "__metadata:")
    return tuple(package for package in locked if package)


def _package(key: str, fields: dict[str, str]) -> Locked | None:
    resolution = _RESOLUTION.fullmatch(fields.get("resolution", ""))
    if not resolution or not fields.get("version"):
        raise LockfileError(f"`{key}` is not the entry of a package")
    reference = resolution["reference"]
    if _LOCAL.match(reference):
        return None
    if reference.startswith("npm:"):
        archive = _ARCHIVE.search(reference)
        source = unquote(archive[1]) if archive else ""
    else:
        source = reference.partition("::")[0]
    return Locked(
        name=resolution["name"],
        version=fields["version"],
        integrity=fields.get("checksum", ""),
        source=source.partition("#")[0],
        git=is_git(source) or "#commit=" in source,
        **_conditions(fields.get("conditions", "")),
    )


def _conditions(text: str) -> dict[str, tuple[str, ...]]:
    pairs = re.findall(r"\b(\w+)=([^\s&|()]+)", text)
    return {name: tuple(value for key, value in pairs if key == name) for name in ("cpu", "os", "libc")}
