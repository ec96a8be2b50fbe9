"""The files of an image, with the content of those that tell what it is made of; layers are read as streams."""

import hashlib
import posixpath
import re
import tarfile
from collections.abc import Iterator
from typing import NamedTuple

from ci.intool.common.failure import Failure
from ci.intool.common.layout import DOCUMENT_LIMIT, Image, Layout
from ci.intool.common.media import COMPRESSIONS
from ci.intool.common.tarball import reading
from ci.intool.rootfs.contents import OPAQUE, WHITEOUT

_CHUNK = 1 << 20
_TEXT = re.compile(
    r"(?:.*/)?package\.json|var/lib/dpkg/status|var/lib/dpkg/status\.d/(?!.*\.md5sums)[^/]+|(?:etc|usr/lib)/os-release"
)
_NODE = re.compile(r"(?:.*/)?bin/node(?:js)?")
_SOURCES = re.compile(rb"/node-v(\d+\.\d+\.\d+[-.\w]*)\.tar\.gz")
"""In the address of its sources, which each Node.js holds (``process.release.sourceUrl``)."""


class Program(NamedTuple):
    """A Node.js: its version, empty where it holds none, and the SHA-256 of its file."""

    version: str
    sha256: str


Files = dict[str, bytes | Program | None]
"""Path without leading slash to the text or Node.js there; None for any other file."""


def files(layout: Layout, image: Image) -> Files:
    """What a container would see; links and directories are left out.

    Raises:
        Failure: a layer is damaged or its media type unknown, or a text is too large to be one.
    """
    seen: Files = {}
    for layer in image.manifest["layers"]:
        kind = COMPRESSIONS.get(layer["mediaType"], "")
        if not kind:
            raise Failure(
                f"layer {layer['digest']} of {image.platform} has the unknown media type {layer['mediaType']}",
                "compress the layers with gzip or zstd",
            )
        with reading(layout.path(layer["digest"]), kind) as archive:
            own, hidden, emptied = _layer(archive)
        seen = {path: told for path, told in seen.items() if not _hides(path, hidden, emptied)} | own
    return seen


def _hides(path: str, hidden: set[str], emptied: set[str]) -> bool:
    above = list(_above(path))
    return path in hidden or not hidden.isdisjoint(above) or not emptied.isdisjoint(above)


def _above(path: str) -> Iterator[str]:
    while path := posixpath.dirname(path):
        yield path


def _layer(archive: tarfile.TarFile) -> tuple[Files, set[str], set[str]]:
    """A layer's files, the paths that nothing of a lower layer is at or below, and those with nothing below."""
    own: Files = {}
    hidden, emptied = set(), set()
    for member in archive:
        path = _path(member.name)
        directory, base = posixpath.split(path)
        if base == OPAQUE:
            emptied.add(directory)
        elif base.startswith(WHITEOUT):
            hidden.add(posixpath.join(directory, base.removeprefix(WHITEOUT)))
        elif not member.isdir():
            hidden.add(path)
            if member.islnk():
                own[path] = own.get(_path(member.linkname))
            elif member.isfile():
                own[path] = _told(archive, member, path)
    return own, hidden, emptied


def _path(name: str) -> str:
    """Without leading slash, and of characters that JSON can have."""
    return posixpath.normpath(name).lstrip("/").encode(errors="surrogateescape").decode(errors="replace")


def _told(archive: tarfile.TarFile, member: tarfile.TarInfo, path: str) -> bytes | Program | None:
    if not (_TEXT.fullmatch(path) or _NODE.fullmatch(path)):
        return None
    content = archive.extractfile(member)
    assert content  # noqa: S101  it is a file
    if _TEXT.fullmatch(path):
        if member.size > DOCUMENT_LIMIT:
            raise Failure(f"{path} has {member.size} bytes, which is too large", "leave it out of the image")
        return content.read()
    version, digest, tail = "", hashlib.sha256(), b""
    while chunk := content.read(_CHUNK):
        digest.update(chunk)
        found = None if version else _SOURCES.search(tail + chunk)
        version = found[1].decode() if found else version
        tail = chunk[-100:]
    return Program(version, digest.hexdigest())
