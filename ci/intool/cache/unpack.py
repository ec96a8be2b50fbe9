"""Unpack an untrusted tar file; nothing is written outside of its directory."""

import hashlib
import os
import tarfile
from pathlib import Path
from typing import IO

from ci.intool.cache.artifact import Layer, unusable
from ci.intool.cache.links import escape
from ci.intool.cache.pack import MODES
from ci.intool.common.compress import opened
from ci.intool.common.text import plain

CHUNK = 1 << 20
ENTRIES = 1_000_000


def unpack(blob: Path, layer: Layer, into: Path, limit: int) -> tuple[int, dict[str, int]]:
    """Unpack a layer.

    Nothing is ever written through a link: a path is made below directories of the same tar file only, each path once.

    Args:
        blob: the compressed file, whose digest was verified.
        layer: its entry in the manifest.
        into: an empty directory that nothing else writes to. Delete it after a failure.
        limit: bytes that the tar file may have.

    Returns:
        The bytes of the tar file, and the modes that its directories are to get when all is done, the upper ones first.

    Raises:
        Failure: an entry is unsafe, or the content does not match the layer's digest.
        Exception: any error of the readers of tar files and compressions, for damaged data.
    """
    with opened(blob, layer.compression) as file:
        stream = _Stream(file, layer.name, limit)
        tree = _Tree(layer.name, into)
        with tarfile.TarFile(fileobj=stream, mode="r", encoding="utf-8") as archive:  # type: ignore[arg-type]
            while member := archive.next():
                archive.members.clear()  # type: ignore[attr-defined]
                tree.add(member, stream)
        while stream.read(CHUNK):
            pass
    if stream.digest != layer.tar:
        raise unusable(f"{layer.name} does not match its digest")
    if leaves := escape(tree.links):
        raise unusable(f"the link {plain(leaves)} leads out of {layer.name}, or round in a circle")
    return stream.tell(), tree.modes


class _Stream:
    """The tar file as `tarfile` reads it: forward only, hashed, and neither endless nor taken into memory as one."""

    def __init__(self, file: IO[bytes], name: str, limit: int) -> None:
        self._file, self._name, self._limit = file, name, limit
        self._hash = hashlib.sha256()
        self._at = 0

    def read(self, size: int) -> bytes:
        if not 0 <= size <= CHUNK:
            raise unusable(f"{self._name} has a header of {size} bytes")
        data = self._file.read(size)
        self._hash.update(data)
        self._at += len(data)
        if self._at > self._limit:
            raise unusable(f"{self._name} is larger than {self._limit} bytes when it is unpacked")
        return data

    def seek(self, position: int) -> None:
        while self._at < position and self.read(min(CHUNK, position - self._at)):
            pass

    def tell(self) -> int:
        return self._at

    @property
    def digest(self) -> str:
        return f"sha256:{self._hash.hexdigest()}"


class _Tree:
    """The entries that are unpacked so far."""

    def __init__(self, name: str, into: Path) -> None:
        self._name, self._into = name, into
        self._files: set[str] = set()
        self._count = 0
        self._owners = os.geteuid() == 0
        self.links: dict[str, str] = {}
        self.modes: dict[str, int] = {}

    def add(self, member: tarfile.TarInfo, stream: _Stream) -> None:
        """Make one entry; it fails where something is at its path already."""
        self._count += 1
        path = self._into / self._checked(member)
        if member.isdir():
            path.mkdir(0o700)
            self.modes[member.name] = member.mode & MODES
        elif member.issym():
            path.symlink_to(member.linkname)
            self.links[member.name] = member.linkname
        elif member.islnk():
            os.link(self._into / member.linkname, path, follow_symlinks=False)
        else:
            with path.open("xb") as file:
                _copy(stream, file, member.size)
                os.fchmod(file.fileno(), member.mode & MODES)
            self._files.add(member.name)
        if self._owners and not member.islnk():
            os.chown(path, member.uid, member.gid, follow_symlinks=False)

    def _checked(self, member: tarfile.TarInfo) -> str:
        above, _, last = member.name.rpartition("/")
        inside = above in self.modes if above else last == self._name
        link = member.islnk() and member.linkname in self._files
        plain_kind = member.isdir() or member.issym() or (member.isreg() and not member.issparse())
        if last in ("", ".", "..") or not inside or not (link or plain_kind) or self._count > ENTRIES:
            raise unusable(f"{self._name} has an entry that is not to be trusted: {plain(member.name)}")
        return member.name


def _copy(stream: _Stream, file: IO[bytes], size: int) -> None:
    while size:
        data = stream.read(min(CHUNK, size))
        if not data:
            raise unusable("a file is cut off")
        file.write(data)
        size -= len(data)
