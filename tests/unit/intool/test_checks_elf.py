"""What the hardening gate reads of machine code."""

import io

import pytest

from ci.intool.rootfs.elf import Elf, read
from tests.unit.elf_files import AMD64, ARM64, RISCV, elf


@pytest.mark.parametrize("bits", [32, 64])
@pytest.mark.parametrize("order", ["<", ">"])
@pytest.mark.parametrize(
    ("machine", "platform"),
    [(AMD64, "linux/amd64"), (ARM64, "linux/arm64"), (RISCV, "linux/riscv64"), (9, "another machine")],
)
def test_all_forms_are_read(machine: int, platform: str, bits: int, order: str) -> None:
    data = elf(
        machine,
        ["libm.so.6", "libc.so.6"],
        runpath="$ORIGIN:/opt/lib",
        soname="liba.so.1",
        interpreter="/lib64/ld.so",
        bits=bits,
        order=order,
    )
    assert read(io.BytesIO(data)) == Elf(
        platform=platform,
        interpreter="/lib64/ld.so",
        needed=("libm.so.6", "libc.so.6"),
        soname="liba.so.1",
        runpath=("$ORIGIN", "/opt/lib"),
    )


@pytest.mark.parametrize(
    ("fields", "musl"),
    [
        ({"interpreter": "/lib/ld-musl-x86_64.so.1"}, True),
        ({"needed": ["libc.musl-x86_64.so.1"]}, True),
        ({"needed": ["libc.so"]}, True),
        ({"needed": ["libc.so.6"], "interpreter": "/lib64/ld-linux-x86-64.so.2"}, False),
        ({}, False),
    ],
)
def test_musl_is_distinguished_from_glibc(fields: dict[str, str], musl: bool) -> None:  # noqa: FBT001
    assert read(io.BytesIO(elf(**fields))).musl == musl  # type: ignore[arg-type]


def test_a_file_that_is_cut_off_has_a_problem() -> None:
    data = elf(needed=["libc.so.6"], interpreter="/lib/ld.so")
    assert not read(io.BytesIO(data)).problem
    for length in range(len(data) - 16):
        assert read(io.BytesIO(data[:length])).problem


def test_any_changed_byte_is_survived() -> None:
    data = elf(needed=["libc.so.6"], runpath="/a", interpreter="/lib/ld.so")
    for at in range(len(data)):
        for value in (0, 1, 0x7F, 0xFF):
            read(io.BytesIO(data[:at] + bytes([value]) + data[at + 1 :]))
