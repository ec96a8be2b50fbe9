"""Layers, each read once as a stream, and laid over each other (OCI image specification 1.1, "layer")."""

import posixpath
import tarfile
from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from pathlib import Path

from ci.intool.common.failure import Failure
from ci.intool.common.media import COMPRESSIONS, PLAIN
from ci.intool.common.tarball import reading
from ci.intool.rootfs.content import Collect, collected
from ci.intool.rootfs.entry import Entry

WHITEOUT = ".wh."
OPAQUE = ".wh..wh..opq"
_CAPABILITY = "SCHILY.xattr.security.capability"
"""Key of the pax header that GNU tar and Go write a file's capabilities to."""


@dataclass(frozen=True, kw_only=True)
class Layer:
    """The entries that one layer adds and removes.

    Attributes:
        entries: path without a leading slash to entry.
        removed: paths that whiteouts take out of the layers below.
        emptied: directories whose content in the layers below is gone (opaque whiteouts).
        whiteouts: paths of the entries that remove something.
    """

    entries: Mapping[str, Entry]
    removed: frozenset[str] = frozenset()
    emptied: frozenset[str] = frozenset()
    whiteouts: tuple[str, ...] = ()

    @property
    def size(self) -> int:
        """Bytes of all its files."""
        return sum(entry.size for entry in self.entries.values())

    def hides(self, path: str, *, directory: bool) -> bool:
        """Whether this layer removes a path of a lower one.

        Args:
            path: of it.
            directory: whether it is one.
        """
        if path in self.removed:
            return True
        if path in self.entries:
            return not (directory and self.entries[path].kind == "directory")
        return any(
            up in self.removed or up in self.emptied or (up in self.entries and self.entries[up].kind != "directory")
            for up in _above(path)
        )


def merge(layers: Sequence[Layer]) -> dict[str, tuple[Entry, int]]:
    """The files that a container sees: path to the entry and the number of its layer, lowest first."""
    seen: dict[str, tuple[Entry, int]] = {}
    for number, layer in enumerate(layers):
        seen = {
            path: found for path, found in seen.items() if not layer.hides(path, directory=found[0].kind == "directory")
        }
        seen |= {path: (entry, number) for path, entry in layer.entries.items()}
    return seen


def read(blob: Path, media_type: str, collect: Collect) -> Layer:
    """Read a layer.

    Args:
        blob: its file.
        media_type: of its descriptor.
        collect: which facts of files' content are collected.

    Raises:
        Failure: it is damaged, too large, of an unknown media type, or an entry of it leaves the image.
    """
    if media_type not in COMPRESSIONS and media_type not in PLAIN:
        raise Failure(
            f"layer {blob.name} has the unknown media type {media_type}",
            "write the layers as tar files, compressed with gzip or zstd or not at all",
        )
    entries: dict[str, Entry] = {}
    removed, emptied = set(), set()
    whiteouts = []
    with reading(blob, COMPRESSIONS.get(media_type, "")) as archive:
        for path, member in _members(archive, blob.name):
            directory, name = posixpath.split(path)
            if name == OPAQUE:
                emptied.add(directory)
            elif name.startswith(WHITEOUT):
                removed.add(posixpath.join(directory, name.removeprefix(WHITEOUT)))
            else:
                entries[path] = _entry(archive, member, path, collect)
                continue
            whiteouts.append(path)
    return Layer(entries=entries, removed=frozenset(removed), emptied=frozenset(emptied), whiteouts=tuple(whiteouts))


def _members(archive: tarfile.TarFile, layer: str) -> Iterator[tuple[str, tarfile.TarInfo]]:
    """Path and member of every entry but the root."""
    for member in archive:
        path = posixpath.normpath(f"/{member.name}").lstrip("/")
        if ".." in member.name.split("/"):
            raise Failure(
                f"layer {layer} has an entry that leaves the image: {member.name[:100]!r}",
                "build the image again, without paths that have `..` in them",
            )
        if path:
            yield path, member


def _entry(archive: tarfile.TarFile, member: tarfile.TarInfo, path: str, collect: Collect) -> Entry:
    kinds = (
        *((member.isdir(), "directory"), (member.issym() or member.islnk(), "link"), (member.isfile(), "file")),
        (True, "other"),
    )
    kind = next(name for holds, name in kinds if holds)
    size = member.size if kind == "file" else 0
    file = archive.extractfile(member) if kind == "file" else None
    return Entry(
        path=path,
        kind=kind,
        type=member.type,
        size=size,
        mode=member.mode & 0o7777,
        uid=member.uid,
        gid=member.gid,
        mtime=member.mtime,
        target=member.linkname,
        capable=_CAPABILITY in member.pax_headers,
        **(collected(collect, path, size, member.mtime, file) if file else {}),
    )


def _above(path: str) -> Iterable[str]:
    """The directories around a path, innermost first, the root ("") last."""
    while path:
        path = posixpath.dirname(path)
        yield path
