"""Layers: a tree as a deterministic, compressed tar file, kept by content."""

import hashlib
import json
import os
import tarfile
import zlib
from collections.abc import Callable, Mapping
from dataclasses import asdict, dataclass
from pathlib import Path
from typing import IO
from uuid import uuid4

from offline.images.tree import Kind, Tree, directory

MTIME = 0
"""Time of every file, in seconds of Unix time."""

COMPRESSION = 4
"""Level of zlib: half the time of level 6 for 3 % more bytes, measured with Node's binary."""

CARRIED = ("etc/passwd", "etc/group", "etc/shadow", "var/lib/dpkg/status")
"""Files that later layers of an image extend, so their text is kept at hand."""


@dataclass(frozen=True, kw_only=True)
class Layer:
    """A layer that has been written.

    Attributes:
        digest: sha256 of the compressed file, with its algorithm.
        diff_id: sha256 of the tar file inside, with its algorithm.
        size: bytes of the compressed file.
        comment: what made it, for the image's history.
        carried: text of the files of ``CARRIED`` as they are in and below this layer.
    """

    digest: str
    diff_id: str
    size: int
    comment: str
    carried: Mapping[str, str]


class _Sink:
    """Hashes and compresses what ``tarfile`` writes."""

    def __init__(self, out: IO[bytes]) -> None:
        self._out = out
        # 31: the largest window, in a gzip wrapper, which zlib writes without time and name.
        self._deflate = zlib.compressobj(COMPRESSION, zlib.DEFLATED, 31)
        self._plain = hashlib.sha256()
        self._packed = hashlib.sha256()
        self.size = 0

    def write(self, data: bytes) -> int:
        self._plain.update(data)
        self._emit(self._deflate.compress(data))
        return len(data)

    def _emit(self, packed: bytes) -> None:
        self._packed.update(packed)
        self.size += len(packed)
        self._out.write(packed)

    def finish(self) -> tuple[str, str]:
        """Digest and diff id of all that was written."""
        self._emit(self._deflate.flush())
        return f"sha256:{self._packed.hexdigest()}", f"sha256:{self._plain.hexdigest()}"


def write(tree: Tree, out: IO[bytes]) -> tuple[str, str, int]:
    """Write a tree as a gzip-compressed tar file.

    The same tree gives the same bytes: paths are sorted (hard links last, after
    what they link to), times are ``MTIME``, owners are numbers, and parent
    directories that are missing are added.

    Args:
        tree: what to write.
        out: a binary file.

    Returns:
        Digest, diff id and size of the compressed file.
    """
    full = {parent: directory() for path in tree for parent in _parents(path)} | tree
    sink = _Sink(out)
    with tarfile.open(fileobj=sink, mode="w|", format=tarfile.PAX_FORMAT, bufsize=1 << 20) as archive:  # type: ignore[call-overload]
        for path in sorted(full, key=lambda p: (full[p].kind is Kind.HARDLINK, p)):
            node = full[path]
            info = tarfile.TarInfo(path)
            info.type = node.kind.value
            info.mode, info.mtime = node.mode, MTIME
            info.uid, info.gid = node.owner
            info.size, info.linkname = len(node.data), node.target
            archive.addfile(info, _Reader(node.data))
    digest, diff_id = sink.finish()
    return digest, diff_id, sink.size


class _Reader:
    """Hands bytes to ``tarfile`` in pieces as large as it asks for, without copying them first."""

    def __init__(self, data: bytes) -> None:
        self._data = memoryview(data)

    def read(self, size: int) -> memoryview:
        piece, self._data = self._data[:size], self._data[size:]
        return piece


def _parents(path: str) -> list[str]:
    parts = path.split("/")
    return ["/".join(parts[:length]) for length in range(1, len(parts))]


class LayerStore:
    """Layers on disk: a file each by its digest, and a record each by the key of what made it.

    Args:
        home: directory of the store.
    """

    def __init__(self, home: Path) -> None:
        self._blobs = home / "blobs"
        self._records = home / "layers"
        self._blobs.mkdir(parents=True, exist_ok=True)
        self._records.mkdir(exist_ok=True)

    def path(self, digest: str) -> Path:
        """The file of a layer."""
        return self._blobs / digest.removeprefix("sha256:")

    def get(self, key: str, make: Callable[[], Tree], *, comment: str, carried: Mapping[str, str]) -> Layer:
        """The layer of a key, made and kept where it is not there yet.

        Args:
            key: content key of what goes into it.
            make: gives the tree.
            comment: what made it.
            carried: files of ``CARRIED`` as the layers below have them.
        """
        record = self._records / f"{key}.json"
        if record.exists():
            known = Layer(**json.loads(record.read_text("utf-8")))
            if self.path(known.digest).exists():
                return known
        tree = make()
        part = self._blobs / f"{uuid4()}.part"
        with part.open("wb") as out:
            digest, diff_id, size = write(tree, out)
        part.rename(self.path(digest))
        own = {path: tree[path].data.decode() for path in CARRIED if path in tree}
        layer = Layer(digest=digest, diff_id=diff_id, size=size, comment=comment, carried={**carried, **own})
        draft = record.with_suffix(f".{os.getpid()}-{uuid4()}.part")
        draft.write_text(json.dumps(asdict(layer)), "utf-8")
        draft.rename(record)
        return layer
