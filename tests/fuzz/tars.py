"""Tar files that a broken or hostile writer makes."""

import gzip
import io
import tarfile
from collections.abc import Sequence
from typing import Any

from hypothesis import strategies as st

from tests.fuzz.strategies import PATHS

KINDS = (
    *(tarfile.REGTYPE, tarfile.AREGTYPE, tarfile.DIRTYPE, tarfile.SYMTYPE, tarfile.LNKTYPE, tarfile.CHRTYPE),
    *(tarfile.BLKTYPE, tarfile.FIFOTYPE, tarfile.CONTTYPE, tarfile.GNUTYPE_SPARSE, tarfile.GNUTYPE_LONGNAME),
    *(tarfile.GNUTYPE_LONGLINK, tarfile.XHDTYPE, tarfile.XGLTYPE, tarfile.SOLARIS_XHDTYPE, b"Z"),
)
PAX = {
    "path": ["../x", "/x", "deps/a\0b", "x" * 5000],
    "linkpath": ["../../etc/passwd", "/etc/passwd"],
    "size": ["-1", "99999999999999", "x", "1" * 5000],
    "mtime": ["nan", "x", "1e999"],
    "uid": ["-1", "x", str(1 << 70)],
    "hdrcharset": ["BINARY", "ISO-IR 10646 2000 UTF-8", "none"],
    "GNU.sparse.major": ["0", "1", "x"],
    "GNU.sparse.minor": ["0", "1", "x"],
    "GNU.sparse.map": ["0,1", "0", "x", "1,-5,99999999999,1"],
    "GNU.sparse.size": ["1", "x", "99999999999999"],
    "GNU.sparse.realsize": ["1", "x", "99999999999999"],
    "GNU.sparse.numblocks": ["1", "x", "99999999"],
    "GNU.sparse.name": ["../x", ""],
    "comment": ["x" * 2000, "=", ""],
}

NAMES = st.sampled_from(["deps", "deps/a", "deps/a/b", "deps/l", "deps/l/x", "deps/./a", "deps//a", *PATHS])
"""Few names, so that entries meet."""

TARGETS = st.sampled_from(["a", ".", "..", "../..", "l", "a/b", "/", "/etc/passwd", "deps/a", "../canary", *PATHS])


@st.composite
def entries(draw: st.DrawFn) -> list[Any]:
    """Entries, which need not fit each other; the first ones are a good beginning."""
    return [folder(), *draw(st.lists(entry(), max_size=6))]


def folder(name: str = "deps") -> Any:
    member = tarfile.TarInfo(name)
    member.type, member.mode = tarfile.DIRTYPE, 0o755
    return member, b""


@st.composite
def entry(draw: st.DrawFn) -> Any:
    """One entry with its content."""
    content = draw(st.binary(max_size=40))
    member = tarfile.TarInfo(draw(NAMES))
    member.type = draw(st.sampled_from([*KINDS[:6], *KINDS]))
    member.linkname = draw(TARGETS)
    member.mode = draw(st.sampled_from([0o644, 0o755, 0o4755, 0o2000, 0]))
    member.size = draw(st.sampled_from([len(content), 0, 1, 600, 1 << 33, 1 << 62]) | st.just(len(content)))
    member.pax_headers = draw(
        st.just({}) | st.fixed_dictionaries({}, optional={key: st.sampled_from(values) for key, values in PAX.items()})
    )
    return member, content


def tar(parts: Sequence[Any], form: int = tarfile.PAX_FORMAT) -> bytes:
    """The tar file of entries, as their own headers describe them."""
    packed = bytearray()
    for member, content in parts:
        packed += member.tobuf(form, "utf-8", "surrogateescape")
        packed += content + bytes(-len(content) % tarfile.BLOCKSIZE)
    return bytes(packed) + bytes(2 * tarfile.BLOCKSIZE)


def gzipped(data: bytes) -> bytes:
    return gzip.compress(data, 1, mtime=0)


def bomb(size: int) -> bytes:
    """A gzip file of a tar file that has one file of zeros, of the given size."""
    member = tarfile.TarInfo("zeros")
    member.size = size
    packed = io.BytesIO()
    with gzip.GzipFile(fileobj=packed, mode="wb", compresslevel=9, mtime=0) as file:
        file.write(member.tobuf(tarfile.GNU_FORMAT))
        piece = bytes(1 << 20)
        for _ in range(size >> 20):
            file.write(piece)
        file.write(bytes(2 * tarfile.BLOCKSIZE))
    return packed.getvalue()
