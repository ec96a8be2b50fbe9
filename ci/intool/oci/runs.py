"""The first run of bytes in which two contents differ. Pure but for reading them."""

import codecs
from typing import IO, Any

GAP = 8
"""Equal bytes that end a run: fewer are chance, as in two random names."""

LIMIT = 1 << 16
"""Bytes after which a run is not followed any further."""

_CHUNK = 1 << 20
_AROUND = 24
_SHOWN = 64


def first_run(a: IO[bytes], b: IO[bytes]) -> dict[str, Any]:
    """Find the first difference of two contents that differ in at least one byte.

    Returns:
        ``start`` and ``end`` (exclusive) of the run, at most ``LIMIT`` bytes; ``encoding``, ``text`` or ``hex``; and
        an excerpt of both sides, ``a`` and ``b``, with what is around the run's beginning.
    """
    offset, left, right = 0, a.read(_CHUNK), b.read(_CHUNK)
    before = b""
    while left == right and left:
        offset += len(left)
        before = left[-_AROUND:]
        left, right = a.read(_CHUNK), b.read(_CHUNK)
    left, right = before + left + a.read(LIMIT), before + right + b.read(LIMIT)
    offset -= len(before)
    start = _common(left, right)
    end = _end(left, right, start)
    window = slice(max(0, start - _AROUND), min(end, start + _SHOWN) + _AROUND)
    encoding, texts = _shown(left[window], right[window])
    return {"start": offset + start, "end": offset + end, "encoding": encoding, "a": texts[0], "b": texts[1]}


def _common(left: bytes, right: bytes) -> int:
    """Length of the common beginning."""
    low, high = 0, min(len(left), len(right))
    while low < high:
        middle = (low + high + 1) // 2
        low, high = (middle, high) if left[low:middle] == right[low:middle] else (low, middle - 1)
    return low


def _end(left: bytes, right: bytes, start: int) -> int:
    """One past the last byte that differs, before ``GAP`` equal ones, the contents' ends or the limit."""
    end = start
    for at in range(start, min(max(len(left), len(right)), start + LIMIT)):
        if left[at : at + 1] != right[at : at + 1]:
            end = at + 1
        elif at - end >= GAP - 1:
            break
    return end


def _shown(*sides: bytes) -> tuple[str, list[str]]:
    try:
        texts = [_decoded(side) for side in sides]
    except UnicodeDecodeError:
        return "hex", [side.hex() for side in sides]
    if all(char.isprintable() or char in "\t\n\r" for text in texts for char in text):
        return "text", texts
    return "hex", [side.hex() for side in sides]


def _decoded(excerpt: bytes) -> str:
    """UTF-8 without the parts of characters that the excerpt's ends cut through."""
    whole = excerpt.lstrip(bytes(range(0x80, 0xC0)))
    return codecs.getincrementaldecoder("utf-8")().decode(whole)
