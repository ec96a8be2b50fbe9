"""Time of the commit, and the remote URL, from a checkout's ``.git`` (git's gitformat-pack(5))."""

import hashlib
import re
import zlib
from collections.abc import Iterator
from datetime import UTC, datetime
from pathlib import Path

COMMIT = 1
"""Type of a commit in a pack."""

LIMIT = 16 << 20
"""Bytes of a commit that are read."""

_COMMITTER = re.compile(rb"^committer .*> (\d+) [+-]\d{4}$", re.MULTILINE)


def commit_time(objects: Path, commit: str) -> str:
    """The committer's time of a commit.

    Args:
        objects: ``.git/objects`` of a shallow clone of that commit, where it is a loose object or the first of a pack.
        commit: its name in hex.

    Returns:
        RFC 3339 in UTC; empty where the commit is not found.
    """
    try:
        content = next((data for data in _commits(objects, commit) if _name(data, commit) == commit), b"")
        time = _COMMITTER.search(content.partition(b"\n\n")[0])
        return datetime.fromtimestamp(int(time[1]), UTC).strftime("%Y-%m-%dT%H:%M:%SZ") if time else ""
    except (ValueError, OverflowError, OSError, zlib.error):
        return ""


def _commits(objects: Path, commit: str) -> Iterator[bytes]:
    loose = objects / commit[:2] / commit[2:]
    if loose.is_file():
        yield zlib.decompressobj().decompress(loose.read_bytes(), LIMIT).partition(b"\0")[2]
    for pack in sorted(objects.glob("pack/*.pack")):
        yield _first(pack)


def remote(config: Path) -> str:
    """The URL that a clone came from, without a login; empty where it has none.

    Args:
        config: ``.git/config``.
    """
    text = config.read_text("utf-8", errors="replace")
    found = re.search(r"^\[remote \"origin\"\][^\[]*?^[ \t]*url[ \t]*=[ \t]*(\S+)", text, re.MULTILINE)
    return re.sub(r"(?<=://)[^/]*@", "", found[1]) if found else ""


def _first(pack: Path) -> bytes:
    """The first object of a pack, where it is a commit: git writes commits first."""
    with pack.open("rb") as data:
        data.seek(12)
        byte = ord(data.read(1) or b"\0")
        kind = byte >> 4 & 7
        while byte & 0x80:
            byte = ord(data.read(1) or b"\0")
        unpacked = zlib.decompressobj()
        content = b""
        while kind == COMMIT and not unpacked.eof and len(content) < LIMIT and (piece := data.read(1 << 16)):
            content += unpacked.decompress(piece, LIMIT - len(content))
        return content


def _name(content: bytes, like: str) -> str:
    kind = hashlib.sha256 if len(like) > hashlib.sha1(usedforsecurity=False).digest_size * 2 else _sha1
    return kind(b"commit %d\0%s" % (len(content), content)).hexdigest()


def _sha1(data: bytes) -> "hashlib._Hash":
    return hashlib.sha1(data, usedforsecurity=False)
