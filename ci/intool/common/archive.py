"""Untrusted tar files, read forward: bounded in time and memory, and with one kind of error."""

from __future__ import annotations

import tarfile
from typing import IO, Any

LIMIT = 8 << 30
"""Bytes that a tar file may have, unpacked."""

ENTRIES = 1_000_000
"""Entries that it may have."""

HEADER = 1 << 20
"""Bytes of the largest extended header: it is taken into memory."""

PATH = 4096
"""Characters of the longest path: no container could use a longer one (Linux, PATH_MAX)."""

_BUFFER = 1 << 20
_EXTENDED = frozenset(
    {
        *(tarfile.XHDTYPE, tarfile.XGLTYPE, tarfile.SOLARIS_XHDTYPE),
        *(tarfile.GNUTYPE_LONGNAME, tarfile.GNUTYPE_LONGLINK),
    }
)


class _Header(tarfile.TarInfo):
    """An entry whose size is checked before its content is read, at the place where tarfile lets a subclass do so."""

    def _proc_member(self, archive: Any) -> Any:
        if self.size < 0 or (self.type in _EXTENDED and self.size > HEADER):
            raise tarfile.ReadError(f"a header declares {self.size} bytes")
        return super()._proc_member(archive)  # type: ignore[misc]


class Archive(tarfile.TarFile):
    """An untrusted tar file: the limits hold for each entry."""

    tarinfo = _Header

    def __init__(self, *args: Any, limit: int = LIMIT, **options: Any) -> None:
        self._limit, self._entries = limit, 0
        super().__init__(*args, **options)

    def next(self) -> tarfile.TarInfo | None:
        """The next entry.

        Raises:
            tarfile.TarError: its header is damaged, or one of the limits is reached.
        """
        try:
            member = super().next()
        except (ArithmeticError, LookupError, ValueError, RecursionError) as error:
            raise tarfile.ReadError(f"damaged header: {error}") from None
        self._entries += 1
        if self.offset > self._limit or self._entries > ENTRIES:
            raise tarfile.ReadError(f"it is larger than {self._limit} bytes or {ENTRIES} entries when it is unpacked")
        if member and (member.issparse() or max(len(member.name), len(member.linkname)) > PATH):
            raise tarfile.ReadError("an entry is sparse, or has a path that is too long")
        return member


def forward(file: IO[bytes], limit: int = LIMIT, mode: str = "r|") -> tarfile.TarFile:
    """Open a tar file to read its entries in their order.

    Args:
        file: what ``tarfile`` reads; only its ``read`` is used.
        limit: bytes that the tar file may have, unpacked.
        mode: ``r|``, or ``r|*`` for one that may be compressed.

    Raises:
        tarfile.TarError: it is not a tar file. Reading its entries raises it, too.
    """
    try:
        return Archive.open(fileobj=file, mode=mode, bufsize=_BUFFER, limit=limit)  # type: ignore[call-overload,no-any-return]
    except (ArithmeticError, LookupError, ValueError) as error:
        raise tarfile.ReadError(str(error)) from None
