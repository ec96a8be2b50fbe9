"""Reading compressed layers as streams."""

import hashlib
import tarfile
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path
from typing import IO, cast

from ci.intool.common.archive import LIMIT, forward
from ci.intool.common.compress import opened, read_errors
from ci.intool.common.failure import Failure

_BUFFER = 1 << 20


@dataclass(frozen=True, kw_only=True)
class Measure:
    """Facts of a layer, known after reading all of it.

    Attributes:
        diff_id: sha256 of the tar file.
        bytes: of the tar file.
        files: how many files it holds, whatever their kind, directories excepted.
    """

    diff_id: str
    bytes: int
    files: int


class _Counted:
    """Hashes and counts what is read, up to a limit."""

    def __init__(self, file: IO[bytes], limit: int) -> None:
        self._file, self._limit = file, limit
        self.hash = hashlib.sha256()
        self.bytes = 0

    def read(self, size: int) -> bytes:
        data = self._file.read(size)
        self.hash.update(data)
        self.bytes += len(data)
        if self.bytes > self._limit:
            raise tarfile.ReadError(f"it is larger than {self._limit} bytes when it is unpacked")
        return data


def measured(path: Path, kind: str, limit: int = LIMIT) -> Measure:
    """Read a layer to its end.

    Args:
        path: of the blob.
        kind: its compression.
        limit: bytes that its tar file may have.

    Raises:
        Failure: it is damaged, or larger.
    """
    with _read_failures(path, kind), opened(path, kind) as file:
        counted = _Counted(file, limit)
        with forward(cast("IO[bytes]", counted), limit) as archive:
            files = sum(not member.isdir() for member in archive)
        while counted.read(_BUFFER):
            pass
    return Measure(diff_id=f"sha256:{counted.hash.hexdigest()}", bytes=counted.bytes, files=files)


@contextmanager
def reading(path: Path, kind: str, limit: int = LIMIT) -> Iterator[tarfile.TarFile]:
    """A layer's tar file, whose members are read in their order.

    Args:
        path: of the blob.
        kind: its compression; empty for none.
        limit: bytes that its tar file may have.

    Raises:
        Failure: it is damaged, or larger.
    """
    with _read_failures(path, kind), opened(path, kind) as file, forward(file, limit) as archive:
        yield archive


@contextmanager
def _read_failures(path: Path, kind: str) -> Iterator[None]:
    errors: tuple[type[Exception], ...] = (tarfile.TarError, *read_errors(kind))
    try:
        yield
    except errors as error:
        named = f"{kind} tar file" if kind else "tar file"
        raise Failure(f"layer {path.name} is not a {named}: {error}", "fetch or make the image again") from None
