"""Documents that are almost right: a valid one with changes, text with cuts, and unexpected values."""

import copy
import json
import math
from collections.abc import Iterator
from typing import Any

from hypothesis import strategies as st

ABSENT = object()
"""Stands for a part that is taken away."""

DIGEST = f"sha256:{'a' * 64}"
PATHS = ("../../x", "/etc/passwd", "a/../../b", ".", "..", "", "a\0b", "\\..\\x", "C:\\x", "a" * 300, "a/" * 3000)
TEXTS = (
    *PATHS,
    *("\ud800", "\u202e", "é" * 50, "\x1b[31m", "--help", "sha256:../../../etc/passwd", DIGEST, "md5:" + "a" * 32),
    *("1" * 5000, "v" + "9" * 5000 + ".0.0", "1.0.0-" + "1" * 5000, "9999-12-31T23:59:59-23:59", "0001-01-01", "NaN"),
)
NUMBERS = (-1, 0, 1, 1 << 31, 1 << 63, 1 << 70, -(1 << 70), 10**4000, 0.5, -0.0, 1e308, math.nan, math.inf)


def deep(depth: int) -> Any:
    """Lists in lists."""
    value: Any = []
    for _ in range(depth):
        value = [value]
    return value


DEEP = deep(600)
"""Deeper than any document has to be, and not too deep to be read."""

JUNK = st.one_of(
    st.sampled_from([None, True, False, [], {}, [None], {"": None}, [[]], DEEP, *TEXTS, *NUMBERS]),
    st.integers(),
    st.text(max_size=20),
    st.recursive(
        st.none() | st.booleans() | st.integers(-2, 2) | st.text(max_size=5),
        lambda inner: st.lists(inner, max_size=3) | st.dictionaries(st.text(max_size=5), inner, max_size=3),
        max_leaves=6,
    ),
)
"""Values of JSON and, among them, what breaks parsers."""


def places(value: Any) -> Iterator[tuple[Any, ...]]:
    """The path of each part of a document."""
    yield ()
    entries = value.items() if isinstance(value, dict) else enumerate(value) if isinstance(value, list) else ()
    for key, inner in entries:
        yield from ((key, *rest) for rest in places(inner) if len(rest) < 12)


def changed(document: Any, place: tuple[Any, ...], part: Any) -> Any:
    """A copy of a document with another part at a place."""
    if not place:
        return document if part is ABSENT else part
    copied = copy.copy(document)
    inner = changed(copied[place[0]], place[1:], part) if len(place) > 1 or part is not ABSENT else ABSENT
    if inner is ABSENT:
        copied.pop(place[0])
    else:
        copied[place[0]] = inner
    return copied


@st.composite
def mutants(draw: st.DrawFn, document: Any, most: int = 3) -> Any:
    """A document of JSON with parts that are missing, doubled, elsewhere, or of another type."""
    for _ in range(draw(st.integers(1, most))):
        everywhere = list(places(document))
        place = draw(st.sampled_from(everywhere))
        other = st.sampled_from(everywhere).map(lambda path, whole=document: part(whole, path))
        document = changed(document, place, draw(st.just(ABSENT) | JUNK | other))
    return document


def part(document: Any, place: tuple[Any, ...]) -> Any:
    """What is at a place of a document."""
    for step in place:
        document = document[step]
    return document


def encoded(document: Any) -> bytes:
    """JSON as a sloppy or hostile writer has it: NaN and halves of surrogate pairs are let through."""
    return json.dumps(document).encode()


@st.composite
def cut(draw: st.DrawFn, text: Any, signs: Any) -> Any:
    """A text, or bytes, with pieces taken out, doubled, and replaced by `signs`."""
    for _ in range(draw(st.integers(1, 4))):
        start = draw(st.integers(0, len(text)))
        end = min(len(text), start + draw(st.integers(0, 12) | st.integers(0, len(text))))
        text = text[:start] + draw(st.just(text[:0]) | signs | st.just(text[start:end] * 2)) + text[end:]
    return text


def texts(valid: str) -> st.SearchStrategy[str]:
    """A text that is almost valid, or none at all."""
    signs = st.sampled_from(["\n", "\0", "'", '"', ":", "@", "{", "[", "\\", "\r", "\u2028", "\t", "&a", "*a", *TEXTS])
    whole = cut(valid, signs | st.text(max_size=5)) | st.text(max_size=200)
    return whole.map(lambda text: text.encode(errors="replace").decode())  # as a file of UTF-8 gives it


def blobs(valid: bytes) -> st.SearchStrategy[bytes]:
    """Bytes that are almost valid, or noise."""
    return cut(valid, st.binary(max_size=8) | st.sampled_from([b"\xff" * 12, b"\0" * 512])) | st.binary(max_size=600)
