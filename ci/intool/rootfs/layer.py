"""Layers, each read once as a stream (OCI image specification 1.1, "layer")."""

import posixpath
import tarfile
from collections.abc import Iterator
from dataclasses import dataclass, replace
from pathlib import Path

from ci.intool.common.failure import Failure
from ci.intool.common.media import COMPRESSIONS
from ci.intool.common.tarball import reading
from ci.intool.rootfs.content import examine
from ci.intool.rootfs.contents import OPAQUE, WHITEOUT
from ci.intool.rootfs.contents import Layer as Contents
from ci.intool.rootfs.entry import Node

_CAPABILITY = "SCHILY.xattr.security.capability"
"""Key of the pax header that GNU tar and Go write a file's capabilities to."""


@dataclass(frozen=True)
class Layer(Contents):
    """What one layer adds and removes; its ``entries`` are nodes.

    Attributes:
        whiteouts: paths of its entries that remove something.
    """

    whiteouts: tuple[str, ...] = ()


def read(blob: Path, media_type: str) -> Layer:
    """Read a layer.

    Args:
        blob: its file.
        media_type: of its descriptor.

    Raises:
        Failure: it is damaged, too large, of an unknown media type, or an entry of it leaves the image.
    """
    if media_type not in COMPRESSIONS:
        raise Failure(f"layer {blob.name} is {media_type}, which cannot be read", "pack it as tar+gzip or tar+zstd")
    entries: dict[str, Node] = {}
    removed, emptied = set(), set()
    whiteouts = []
    with reading(blob, COMPRESSIONS[media_type]) as archive:
        for path, member in _members(archive, blob.name):
            directory, name = posixpath.split(path)
            if name == OPAQUE:
                emptied.add(directory)
            elif name.startswith(WHITEOUT):
                removed.add(posixpath.join(directory, name.removeprefix(WHITEOUT)))
            else:
                entries[path] = _node(archive, member, path)
                continue
            whiteouts.append(path)
    return Layer(entries, frozenset(removed), frozenset(emptied), tuple(whiteouts))


def _members(archive: tarfile.TarFile, layer: str) -> Iterator[tuple[str, tarfile.TarInfo]]:
    """Path and member of every entry but the root."""
    for member in archive:
        path = posixpath.normpath(f"/{member.name}").lstrip("/")
        if ".." in member.name.split("/"):
            raise Failure(
                f"layer {layer} has an entry that leaves the image: {member.name[:100]!r}", "make the image again"
            )
        if path:
            yield path, member


def _node(archive: tarfile.TarFile, member: tarfile.TarInfo, path: str) -> Node:
    kind = (
        *((member.isdir(), "directory"), (member.issym() or member.islnk(), "link"), (member.isfile(), "file")),
        (True, "other"),
    )
    node = Node(
        next(name for holds, name in kind if holds),
        member.size if member.isfile() else 0,
        member.mode & 0o7777,
        f"{member.uid}:{member.gid}",
        member.linkname,
        path=path,
        type=member.type,
        uid=member.uid,
        gid=member.gid,
        mtime=member.mtime,
        capable=_CAPABILITY in member.pax_headers,
    )
    file = archive.extractfile(member) if node.kind == "file" else None
    return replace(node, **examine(path, node.size, node.mtime, file)) if file else node
