"""Compression of layers: deterministic writers and readers of gzip (RFC 1952) and zstd (RFC 8878)."""

import gzip
import importlib
import sys
import zlib
from pathlib import Path
from typing import IO, Any, Protocol, cast

from ci.intool.common.failure import Failure

LEVELS = {"gzip": range(1, 10), "zstd": range(1, 20)}
"""Compression to the levels that it has."""

_MAGIC = {b"\x1f\x8b": "gzip", b"\x28\xb5": "zstd"}
"""First bytes of a file to its compression."""

READ_ERRORS = (EOFError, OSError, zlib.error)
"""Errors of readers for data that is cut off or damaged; zstd's own is added by ``read_errors``."""


class Compressor(Protocol):
    """Compresses a stream."""

    def compress(self, data: bytes, /) -> bytes:
        """Take the next piece, return what is finished."""

    def flush(self) -> bytes:
        """Return the rest."""


def compressor(kind: str, level: int) -> Compressor:
    """A new compressor; neither kind writes a time or a name.

    Args:
        kind: ``gzip`` or ``zstd``.
        level: one of ``LEVELS``.

    Raises:
        Failure: this Python has no zstd.
    """
    if kind == "zstd":
        return cast("Compressor", _zstd().ZstdCompressor(level=level))
    return cast("Compressor", zlib.compressobj(level, zlib.DEFLATED, 31))  # 31: the largest window, gzip's wrapper


def opened(path: Path, kind: str) -> IO[bytes]:
    """Open a file to read what is in it.

    Args:
        path: of the file.
        kind: its compression; empty for none.

    Raises:
        Failure: this Python has no zstd.
    """
    if not kind:
        return path.open("rb")
    return cast("IO[bytes]", _zstd().open(path, "rb") if kind == "zstd" else gzip.open(path, "rb"))


def kind_of(path: Path) -> str:
    """The compression of a file, by its first bytes; empty for none."""
    with path.open("rb") as file:
        return _MAGIC.get(file.read(2), "")


def read_errors(kind: str) -> tuple[type[Exception], ...]:
    """Errors of a reader for data that is cut off or damaged."""
    return (*READ_ERRORS, _zstd().ZstdError) if kind == "zstd" else READ_ERRORS


def _zstd() -> Any:
    for name in ("compression.zstd", "backports.zstd"):
        try:
            return importlib.import_module(name)
        except ImportError:
            continue
    own = ".".join(str(part) for part in sys.version_info[:2])
    raise Failure(f"zstd needs Python 3.14 or newer, and this is {own}", "use Python 3.14, or compression: gzip")
