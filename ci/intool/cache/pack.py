"""A file or a directory becomes a compressed tar file."""

import hashlib
import importlib
import os
import tarfile
from pathlib import Path
from typing import IO, Any, cast

from ci.intool.cache.artifact import NAME, Layer, unusable
from ci.intool.cache.links import escape
from ci.intool.common.compress import Compressor, compressor

MODES = 0o1777
"""Bits of a mode that are kept: setuid and setgid do not belong in a cache."""

LEVELS = {"zstd": 3, "gzip": 1}
"""Packing must not take longer than what it saves."""


def pack(source: Path, name: str, target: Path) -> Layer:
    """Write a tar file of a tree, in one pass and little memory.

    Modes, links and the numbers of owners are kept. Times are 0. Hard links are links where both ends are inside.
    Sockets, pipes and devices are left out.

    Args:
        source: a file or a directory.
        name: of the entry; paths in the tar file begin with it.
        target: the file to write.

    Raises:
        Failure: the name is invalid, or a symbolic link leads out of the tree.
        OSError: the source cannot be read, or the target not written.
    """
    if not NAME.fullmatch(name):
        raise unusable(f"`{name}` is not a name for a part of a cache")
    links: dict[str, str] = {}

    def kept(member: tarfile.TarInfo) -> tarfile.TarInfo | None:
        if member.ischr() or member.isblk() or member.isfifo():
            return None
        if member.issym():
            links[member.name] = member.linkname
        member.mtime, member.mode, member.uname, member.gname = 0, member.mode & MODES, "", ""
        return member

    with target.open("wb") as file:
        sink = _Sink(file)
        to = cast("IO[bytes]", sink)
        with tarfile.open(fileobj=to, mode="w|", bufsize=1 << 16, format=tarfile.PAX_FORMAT, encoding="utf-8") as tar:
            tar.add(source.resolve(), arcname=name, filter=kept)
        sink.finish()
        size = file.tell()
    if leaves := escape(links):
        raise unusable(f"the link {leaves} -> {links[leaves]} leads out of what is to be stored, or round in a circle")
    return Layer(name=name, digest=sink.blob, size=size, compression=sink.compression, tar=sink.tar)


class _Sink:
    """Compresses a stream into a file; hashes both."""

    def __init__(self, file: IO[bytes]) -> None:
        self._file = file
        self._tar, self._blob = hashlib.sha256(), hashlib.sha256()
        self.compression, self._compressor = _chosen()

    def write(self, data: bytes) -> None:
        self._tar.update(data)
        self._put(self._compressor.compress(data))

    def finish(self) -> None:
        self._put(self._compressor.flush())

    @property
    def tar(self) -> str:
        return f"sha256:{self._tar.hexdigest()}"

    @property
    def blob(self) -> str:
        return f"sha256:{self._blob.hexdigest()}"

    def _put(self, data: bytes) -> None:
        self._blob.update(data)
        self._file.write(data)


def _chosen() -> tuple[str, Compressor]:
    """The compressor: zstd on all cores where this Python has it, else gzip."""
    for name in ("compression.zstd", "backports.zstd"):
        try:
            zstd: Any = importlib.import_module(name)
        except ImportError:
            continue
        of = zstd.CompressionParameter
        workers = min(os.cpu_count() or 1, of.nb_workers.bounds()[1])
        options = {of.compression_level: LEVELS["zstd"], of.checksum_flag: 1, of.nb_workers: workers}
        return "zstd", cast("Compressor", zstd.ZstdCompressor(options=options))
    return "gzip", compressor("gzip", LEVELS["gzip"])
