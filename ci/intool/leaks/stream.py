"""Searching a stream for many texts, with one level of gzip inside it."""

import re
import zlib
from collections.abc import Collection, Iterator
from dataclasses import dataclass, field

from ci.intool.common.failure import Failure

CHUNK = 1 << 20
"""Bytes that are read at a time: what fits a processor's cache is searched fastest."""

HITS = 16
"""Places of one text in one stream that are reported."""

_GZIP = re.compile(rb"\x1f\x8b\x08[\x00-\x1f]")
"""The start of a gzip member (RFC 1952, 2.3.1): its mark, deflate, and flags whose reserved bits are zero."""
_MARK = 4


@dataclass
class Budget:
    """How many bytes may be read, what is decompressed included.

    Attributes:
        name: what is read.
        limit: in bytes.
        spent: so far.
    """

    name: str
    limit: int
    spent: int = 0

    def take(self, count: int) -> None:
        """Count bytes.

        Raises:
            Failure: there are more than the limit.
        """
        self.spent += count
        if self.spent > self.limit:
            raise Failure(
                f"{self.name} is more than {self.limit} bytes when decompressed, and was not searched to its end",
                "make it smaller, or raise `limit`",
            )


@dataclass(frozen=True)
class Hit:
    """A text that was found.

    Attributes:
        text: which one.
        offset: of its first byte; for one inside a gzip member, of the member.
        inside: whether it is inside a gzip member.
    """

    text: bytes
    offset: int
    inside: bool = False


@dataclass
class Search:
    """Takes a stream piece by piece.

    Attributes:
        texts: what to search for.
        budget: of the whole.
        nested: whether to look into gzip members.
        hits: what was found so far.
    """

    texts: Collection[bytes]
    budget: Budget
    nested: bool = True
    hits: list[Hit] = field(default_factory=list)

    def __post_init__(self) -> None:
        self._keep = max([_MARK, *map(len, self.texts)]) - 1
        self._tail, self._offset = b"", 0
        self._members: list[_Member] = []
        self._left = dict.fromkeys(self.texts, HITS)

    def feed(self, chunk: bytes) -> None:
        """Search the next piece; a text that crosses the border to the previous one is found, too."""
        self.budget.take(len(chunk))
        window = self._tail + chunk
        start = self._offset - len(self._tail)
        for text in self._left:
            for at in self._found(window, text):
                self.hits.append(Hit(text, start + at))
        if self.nested:
            self._inflate(window, chunk, start)
        self._offset += len(chunk)
        self._tail = window[-self._keep :]

    def _found(self, window: bytes, text: bytes) -> Iterator[int]:
        """Where a text is, but for what ends in the part of the window that was searched before."""
        at = window.find(text, max(0, len(self._tail) - len(text) + 1))
        while at >= 0 and self._left[text]:
            self._left[text] -= 1
            yield at
            at = window.find(text, at + 1)

    def _inflate(self, window: bytes, chunk: bytes, start: int) -> None:
        for member in self._members:
            member.feed(chunk)
        for mark in _GZIP.finditer(window, max(0, len(self._tail) - _MARK + 1)):
            member = _Member(start + mark.start(), Search(self.texts, self.budget, nested=False, hits=[]))
            member.feed(window[mark.start() :])
            self._members.append(member)
        for member in self._members:
            self.hits += [Hit(hit.text, member.offset, inside=True) for hit in member.search.hits]
            member.search.hits.clear()
        self._members = [member for member in self._members if not member.done]


class _Member:
    """A gzip member, or data that begins like one."""

    def __init__(self, offset: int, search: Search) -> None:
        self.offset, self.search, self.done = offset, search, False
        self._decompress = zlib.decompressobj(31)  # 31: the largest window, gzip's wrapper

    def feed(self, data: bytes) -> None:
        self.search.budget.take(len(data))
        try:
            while data or not self._decompress.eof:
                plain = self._decompress.decompress(data, CHUNK)
                self.search.feed(plain)
                data = self._decompress.unconsumed_tail
                if self._decompress.eof or (not data and len(plain) < CHUNK):
                    break
        except zlib.error:
            self.done = True
        self.done = self.done or self._decompress.eof
