"""Machine code: its platform, C library, and the libraries that it needs (System V ABI, chapters 4 and 5)."""

import struct
from dataclasses import dataclass
from typing import IO

PLATFORMS = {
    0x03: "linux/386",
    0x28: "linux/arm",
    0x3E: "linux/amd64",
    0xB7: "linux/arm64",
    0xF3: "linux/riscv64",
    0x16: "linux/s390x",
    0x15: "linux/ppc64le",
}
"""``e_machine`` to platform."""

MAGIC = b"\x7fELF"
_CLASS_64 = 2
_LOAD, _DYNAMIC, _INTERPRETER = 1, 2, 3
_NULL, _NEEDED, _STRTAB, _SONAME, _RPATH, _RUNPATH = 0, 1, 5, 14, 15, 29
_MOST, _LONGEST = 4096, 4096


@dataclass(frozen=True, kw_only=True)
class Elf:
    """A file of machine code.

    Attributes:
        platform: such as ``linux/arm64``; ``another machine`` where it is unknown.
        interpreter: path of the loader; empty for none.
        needed: names of libraries.
        soname: its own name as a library.
        runpath: directories that are searched for them first.
        problem: why it could not be read; empty if it could.
    """

    platform: str = "another machine"
    interpreter: str = ""
    needed: tuple[str, ...] = ()
    soname: str = ""
    runpath: tuple[str, ...] = ()
    problem: str = ""

    @property
    def musl(self) -> bool:
        """Whether it needs musl's C library."""
        names = (self.interpreter.rpartition("/")[2], *self.needed)
        return any(name.startswith(("ld-musl-", "libc.musl-")) or name == "libc.so" for name in names)


def read(file: IO[bytes]) -> Elf:
    """Read a seekable file; one that is cut off or malformed has a ``problem``."""
    try:
        return _Reader(file).read()
    except (struct.error, ValueError, OverflowError, OSError) as error:
        return Elf(problem=str(error) or "it is cut off")


class _Reader:
    def __init__(self, file: IO[bytes]) -> None:
        self._file = file
        ident = self._bytes(0, 16)
        if ident[:4] != MAGIC or ident[4] not in (1, 2) or ident[5] not in (1, 2):
            raise ValueError("its header makes no sense")
        self._wide = ident[4] == _CLASS_64
        self._order = "<" if ident[5] == 1 else ">"
        self._word = "Q" if self._wide else "I"

    def read(self) -> Elf:
        (machine,) = self._fields(18, "H")
        segments = self._segments()
        interpreter = next((self._text(at) for kind, at, _, _ in segments if kind == _INTERPRETER), "")
        tags = next((self._tags(at, size) for kind, at, _, size in segments if kind == _DYNAMIC), [])
        strings = next((self._offset(segments, value) for tag, value in tags if tag == _STRTAB), 0)

        def texts(*kinds: int) -> tuple[str, ...]:
            return tuple(self._text(strings + value) for tag, value in tags if tag in kinds)

        return Elf(
            platform=PLATFORMS.get(machine, "another machine"),
            interpreter=interpreter,
            needed=texts(_NEEDED),
            soname=next(iter(texts(_SONAME)), ""),
            runpath=tuple(part for path in texts(_RPATH, _RUNPATH) for part in path.split(":") if part),
        )

    def _segments(self) -> list[tuple[int, int, int, int]]:
        """Type, offset, address and size in the file of each segment."""
        (start,) = self._fields(32 if self._wide else 28, self._word)
        size, count = self._fields(54 if self._wide else 42, "HH")
        found = []
        for at in range(start, start + size * count, size or 1):
            (kind,) = self._fields(at, "I")
            offset, address, _, length = self._fields(at + (8 if self._wide else 4), self._word * 4)
            found.append((kind, offset, address, length))
        return found

    def _tags(self, start: int, size: int) -> list[tuple[int, int]]:
        entry = struct.calcsize(f"{self._order}{self._word * 2}")
        if size // entry > _MOST:
            raise ValueError(f"it has {size // entry} dynamic entries")
        data = self._bytes(start, size // entry * entry)
        tags: list[tuple[int, int]] = []
        for tag, value in struct.iter_unpack(f"{self._order}{self._word * 2}", data):
            if tag == _NULL:
                break
            tags.append((tag, value))
        return tags

    def _offset(self, segments: list[tuple[int, int, int, int]], address: int) -> int:
        for kind, offset, start, size in segments:
            if kind == _LOAD and start <= address < start + size:
                return offset + address - start
        raise ValueError("its table of texts is nowhere")

    def _text(self, at: int) -> str:
        self._file.seek(at)
        text, end, _ = self._file.read(_LONGEST).partition(b"\0")
        if not end:
            raise ValueError(f"it has no text at {at}")
        return text.decode("utf-8", "replace")

    def _fields(self, at: int, form: str) -> tuple[int, ...]:
        form = f"{self._order}{form}"
        return struct.unpack(form, self._bytes(at, struct.calcsize(form)))

    def _bytes(self, at: int, size: int) -> bytes:
        self._file.seek(at)
        data = self._file.read(size)
        if len(data) < size:
            raise ValueError("it is cut off")
        return data
