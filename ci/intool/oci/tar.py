"""Deterministic tar streams: the same entries give the same bytes, on any Python (POSIX.1-2017, pax, "ustar").

Headers are written here and not by ``tarfile``, whose bytes for the same entry differ between Python releases.
"""

import enum
from collections.abc import Iterable, Iterator
from dataclasses import dataclass, field
from pathlib import Path

from ci.intool.common.failure import Failure

BLOCK = 512
CHUNK = 1 << 20
_NAME, _PREFIX = 100, 155
_NUMBERS = {"uid": 7, "gid": 7, "size": 11}
"""Octal digits of a header's fields that may have to go into a pax record."""


class Kind(enum.Enum):
    """The kind of an entry; the value is the type flag of its header."""

    FILE = b"0"
    SYMLINK = b"2"
    DIRECTORY = b"5"


@dataclass(frozen=True, kw_only=True)
class Entry:
    """An entry of a tar file. Two are equal where their headers are; content is not compared.

    Attributes:
        path: without a slash at either end.
        kind: what it is.
        mode: permission bits.
        owner: number of its user, and of its group.
        mtime: seconds of Unix time.
        size: bytes of a file's content.
        target: of a symbolic link.
        source: the file whose content is taken.
    """

    path: str
    kind: Kind
    mode: int
    owner: int = 0
    mtime: int = 0
    size: int = 0
    target: str = ""
    source: Path = field(default=Path(), compare=False)


def stream(entries: Iterable[Entry]) -> Iterator[bytes]:
    """The bytes of a tar file, in pieces of about ``CHUNK`` bytes.

    Raises:
        Failure: a file's size differs from its entry's: something writes to the file.
    """
    gathered = bytearray()
    for entry in entries:
        gathered += header(entry)
        if entry.kind is Kind.FILE:
            for piece in _content(entry):
                gathered += piece
                if len(gathered) >= CHUNK:
                    yield bytes(gathered)
                    gathered.clear()
    yield bytes(gathered) + bytes(2 * BLOCK)


def header(entry: Entry) -> bytes:
    """The header of an entry, with an extended one in front where ustar's fields do not hold it."""
    name = entry.path + ("/" if entry.kind is Kind.DIRECTORY else "")
    numbers = {"uid": entry.owner, "gid": entry.owner, "size": entry.size}
    records = {key: str(value) for key, value in numbers.items() if value >= 8 ** _NUMBERS[key]}
    prefix, rest = _split(name) or ("", "")
    if not rest:
        records["path"] = name
    if not entry.target.isascii() or len(entry.target) > _NAME:
        records["linkpath"] = entry.target
    fields = {key: 0 if key in records else value for key, value in numbers.items()}
    main = _ustar(
        prefix=prefix,
        name=rest or "long",
        link="" if "linkpath" in records else entry.target,
        flag=entry.kind.value,
        mode=entry.mode,
        mtime=entry.mtime,
        **fields,
    )
    return (_extended(records) if records else b"") + main


def _split(name: str) -> tuple[str, str] | None:
    """A name as the two fields of ustar hold it, prefix first; None if they do not."""
    if not name.isascii():
        return None
    if len(name) <= _NAME:
        return "", name
    cut = name.find("/", len(name) - _NAME - 1)
    return (name[:cut], name[cut + 1 :]) if 0 < cut <= _PREFIX and cut + 1 < len(name) else None


def _extended(records: dict[str, str]) -> bytes:
    body = b"".join(_record(key, value) for key, value in sorted(records.items()))
    head = _ustar(prefix="", name="pax", link="", flag=b"x", mode=0o644, mtime=0, uid=0, gid=0, size=len(body))
    return head + _padded(body)


def _record(key: str, value: str) -> bytes:
    """A record: its length, digits of the length included, key and value."""
    rest = f" {key}={value}\n".encode()
    length = len(rest) + len(str(len(rest)))
    length = len(rest) + len(str(length))
    return str(length).encode() + rest


def _ustar(
    *, prefix: str, name: str, link: str, flag: bytes, mode: int, mtime: int, uid: int, gid: int, size: int
) -> bytes:
    before = b"".join(
        (
            name.encode().ljust(_NAME, b"\0"),
            *(b"%0*o\0" % (width, value) for width, value in ((7, mode), (7, uid), (7, gid), (11, size), (11, mtime))),
        )
    )
    after = b"".join(
        (
            flag,
            link.encode().ljust(_NAME, b"\0"),
            b"ustar\0",
            b"00".ljust(2 + 32 + 32 + 8 + 8, b"\0"),
            prefix.encode().ljust(_PREFIX + 12, b"\0"),
        )
    )
    checksum = sum(before) + 8 * ord(" ") + sum(after)
    return before + b"%06o\0 " % checksum + after


def _content(entry: Entry) -> Iterator[bytes]:
    left = entry.size
    with entry.source.open("rb", buffering=0) as file:
        while piece := file.read(CHUNK):
            left -= len(piece)
            yield piece
    if left:
        raise Failure(
            f"{entry.source} changed while it was packed", "run it again, with nothing writing to the payload"
        )
    yield bytes(-entry.size % BLOCK)


def _padded(data: bytes) -> bytes:
    return data + bytes(-len(data) % BLOCK)
