"""Reading compressed layers as streams."""

import hashlib
import tarfile
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path
from typing import IO

from ci.oci.compress import opened, read_errors
from ci.oci.failure import Failure

_BUFFER = 1 << 20


@dataclass(frozen=True, kw_only=True)
class Measure:
    """What is known of a layer after reading all of it.

    Attributes:
        diff_id: sha256 of the tar file.
        bytes: of the tar file.
        files: how many files it holds, whatever their kind, directories excepted.
    """

    diff_id: str
    bytes: int
    files: int


class _Counted:
    """Hashes and counts what is read."""

    def __init__(self, file: IO[bytes]) -> None:
        self._file = file
        self.hash = hashlib.sha256()
        self.bytes = 0

    def read(self, size: int) -> bytes:
        data = self._file.read(size)
        self.hash.update(data)
        self.bytes += len(data)
        return data


def measured(path: Path, kind: str) -> Measure:
    """Read a layer to its end.

    Args:
        path: of the blob.
        kind: its compression.

    Raises:
        Failure: it is damaged.
    """
    with _told(path, kind), opened(path, kind) as file:
        counted = _Counted(file)
        with tarfile.open(fileobj=counted, mode="r|", bufsize=_BUFFER) as archive:  # type: ignore[call-overload]
            files = sum(not member.isdir() for member in archive)
        while counted.read(_BUFFER):
            pass
    return Measure(diff_id=f"sha256:{counted.hash.hexdigest()}", bytes=counted.bytes, files=files)


@contextmanager
def reading(path: Path, kind: str) -> Iterator[tarfile.TarFile]:
    """A layer's tar file, whose members are read in their order.

    Raises:
        Failure: it is damaged.
    """
    with (
        _told(path, kind),
        opened(path, kind) as file,
        tarfile.open(fileobj=file, mode="r|", bufsize=_BUFFER) as archive,
    ):
        yield archive


@contextmanager
def _told(path: Path, kind: str) -> Iterator[None]:
    errors: tuple[type[Exception], ...] = (tarfile.TarError, *read_errors(kind))
    try:
        yield
    except errors as error:
        raise Failure(f"layer {path.name} is no {kind} tar file: {error}", "fetch or make the image again") from None
