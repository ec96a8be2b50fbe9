"""Files of an image: layers are read as streams and laid over each other (OCI image specification 1.1, "layer")."""

import hashlib
import posixpath
import tarfile
from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import IO

from ci.intool.common.layout import DOCUMENT_LIMIT
from ci.intool.common.media import COMPRESSIONS, decoded
from ci.intool.common.tarball import reading
from ci.intool.rootfs.packages import owner

WHITEOUT = ".wh."
OPAQUE = ".wh..wh..opq"
CHUNK = 1 << 20


@dataclass(frozen=True, slots=True)
class Entry:
    """A file, directory or link.

    Attributes:
        kind: ``file``, ``directory``, ``link`` or ``other``.
        size: bytes; 0 for all but files.
        mode: permission bits.
        owner: ``uid:gid``.
        content: a file's SHA-256, a link's target.
        package: name and version, where this is an npm package's package.json.
    """

    kind: str
    size: int
    mode: int
    owner: str
    content: str = ""
    package: tuple[str, str] | None = None


@dataclass(frozen=True)
class Layer:
    """What one layer adds and removes.

    Attributes:
        entries: path without a leading slash to entry.
        removed: paths that whiteouts take out of the layers below.
        emptied: directories whose content in the layers below is gone (opaque whiteouts).
    """

    entries: Mapping[str, Entry]
    removed: frozenset[str] = frozenset()
    emptied: frozenset[str] = frozenset()

    @property
    def size(self) -> int:
        """Bytes of all its files."""
        return sum(entry.size for entry in self.entries.values())

    def hides(self, path: str, *, directory: bool) -> bool:
        """Whether something of a lower layer is gone under this one."""
        if path in self.removed:
            return True
        if path in self.entries:
            return not (directory and self.entries[path].kind == "directory")
        return any(
            up in self.removed or up in self.emptied or (up in self.entries and self.entries[up].kind != "directory")
            for up in _above(path)
        )


def merge(layers: Sequence[Layer]) -> dict[str, tuple[Entry, int]]:
    """What a container sees: path to entry and the number of the layer it comes from, lowest first."""
    seen: dict[str, tuple[Entry, int]] = {}
    for number, layer in enumerate(layers):
        seen = {
            path: found for path, found in seen.items() if not layer.hides(path, directory=found[0].kind == "directory")
        }
        seen |= {path: (entry, number) for path, entry in layer.entries.items()}
    return seen


def read(path: Path, media_type: str) -> Layer:
    """Read a layer's file once, from start to end.

    Args:
        path: the blob's file.
        media_type: of the layer.

    Raises:
        Failure: it is no tar archive, is cut short, or is compressed by what this Python cannot read.
    """
    with reading(path, COMPRESSIONS.get(media_type, "")) as archive:
        return _layer(archive)


def _layer(archive: tarfile.TarFile) -> Layer:
    entries: dict[str, Entry] = {}
    removed, emptied = set(), set()
    for member in archive:
        path = posixpath.normpath(member.name).lstrip("/")
        directory, base = posixpath.split(path)
        if base == OPAQUE:
            emptied.add(directory)
        elif base.startswith(WHITEOUT):
            removed.add(posixpath.join(directory, base.removeprefix(WHITEOUT)))
        elif path != ".":
            entries[path] = _entry(archive, member, path)
    return Layer(entries, frozenset(removed), frozenset(emptied))


def _entry(archive: tarfile.TarFile, member: tarfile.TarInfo, path: str) -> Entry:
    mode, ids = member.mode & 0o7777, f"{member.uid}:{member.gid}"
    if member.isdir():
        return Entry("directory", 0, mode, ids)
    if member.issym() or member.islnk():
        return Entry("link", 0, mode, ids, member.linkname)
    if not member.isfile():
        return Entry("other", 0, mode, ids)
    content = archive.extractfile(member)
    assert content  # noqa: S101  it is a file
    package = owner(path)
    wanted = package and path == f"{package.root}/package.json" and member.size <= DOCUMENT_LIMIT
    kept = bytearray() if wanted else None
    digest = hashlib.sha256()
    for chunk in _chunks(content):
        digest.update(chunk)
        if kept is not None:
            kept += chunk
    return Entry("file", member.size, mode, ids, digest.hexdigest(), _package(kept))


def _package(text: bytearray | None) -> tuple[str, str] | None:
    try:
        facts = decoded(bytes(text)) if text else None
    except ValueError:
        return None
    match facts:
        case {"name": str(name), "version": str(version)}:
            return name, version
    return None


def _chunks(file: IO[bytes]) -> Iterator[bytes]:
    while chunk := file.read(CHUNK):
        yield chunk


def _above(path: str) -> Iterable[str]:
    """The directories around a path, innermost first, the root ("") last."""
    while path:
        path = posixpath.dirname(path)
        yield path
