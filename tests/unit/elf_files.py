"""Tiny ELF files, made by the tests themselves."""

import struct
from collections.abc import Sequence

AMD64, ARM64, RISCV = 0x3E, 0xB7, 0xF3
BASE = 0x10000
"""Where the file is loaded, so that addresses differ from offsets."""


def elf(
    machine: int = AMD64,
    needed: Sequence[str] = (),
    *,
    runpath: str = "",
    soname: str = "",
    interpreter: str = "",
    bits: int = 64,
    order: str = "<",
) -> bytes:
    """A shared library (or program) with a dynamic section and nothing else.

    Args:
        machine: e_machine.
        needed: names of the libraries it needs.
        runpath: DT_RUNPATH, empty for none.
        soname: DT_SONAME, empty for none.
        interpreter: the loader, empty for none.
        bits: 32 or 64.
        order: ``<`` little-endian, ``>`` big-endian.
    """
    word = "Q" if bits == 64 else "I"
    header, segment, tag = (64, 56, 16) if bits == 64 else (52, 32, 8)
    strings = b"\0"
    tags: list[tuple[int, int]] = []
    for kind, texts in ((1, needed), (14, [soname]), (29, [runpath])):
        for text in filter(None, texts):
            tags.append((kind, len(strings)))
            strings += text.encode() + b"\0"
    count = 3
    at_strings = header + count * segment
    at_interpreter = at_strings + len(strings)
    at_dynamic = at_interpreter + len(interpreter) + 1
    tags += [(5, BASE + at_strings), (0, 0)]
    size = at_dynamic + len(tags) * tag

    def program(kind: int, offset: int, length: int) -> bytes:
        rest = (offset, BASE + offset, BASE + offset, length, length)
        if bits == 64:
            return struct.pack(f"{order}IIQQQQQQ", kind, 4, *rest, 1)
        return struct.pack(f"{order}IIIIIIII", kind, *rest, 4, 1)

    ident = b"\x7fELF" + bytes([bits // 32, 1 if order == "<" else 2, 1]) + bytes(9)
    fields = (3, machine, 1, 0, header, 0, 0, header, segment, count, 0, 0, 0)
    interp = program(3 if interpreter else 4, at_interpreter, len(interpreter) + 1)
    return b"".join(
        [
            ident,
            struct.pack(f"{order}HHI{word}{word}{word}IHHHHHH", *fields),
            program(1, 0, size),
            interp,
            program(2, at_dynamic, len(tags) * tag),
            strings,
            interpreter.encode() + b"\0",
            *(struct.pack(f"{order}{word}{word}", *pair) for pair in tags),
        ]
    )
