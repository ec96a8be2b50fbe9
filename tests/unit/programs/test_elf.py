"""``elf.cjs``: what a file of machine code is for."""

import json
import subprocess
from pathlib import Path
from typing import Any

import pytest

from tests.unit.elf_files import AMD64, ARM64, RISCV, elf

PROGRAM = Path(__file__).parents[3] / "ci" / "programs" / "elf.cjs"
RICH = elf(
    AMD64,
    ["libvips-cpp.so.8", "libc.so.6"],
    runpath="$ORIGIN/../lib:/opt/lib",
    soname="addon.node",
    interpreter="/lib64/ld-linux-x86-64.so.2",
)
EMPTY: dict[str, Any] = {"libc": "none", "interpreter": "", "soname": "", "needed": [], "runpath": []}
FILES: dict[str, tuple[bytes, dict[str, Any] | None]] = {
    "all": (
        RICH,
        {
            "machine": AMD64,
            "platform": "linux/amd64",
            "libc": "glibc",
            "interpreter": "/lib64/ld-linux-x86-64.so.2",
            "soname": "addon.node",
            "needed": ["libvips-cpp.so.8", "libc.so.6"],
            "runpath": ["$ORIGIN/../lib", "/opt/lib"],
        },
    ),
    "arm64": (elf(ARM64), {**EMPTY, "machine": ARM64, "platform": "linux/arm64"}),
    "riscv": (elf(RISCV), {**EMPTY, "machine": RISCV, "platform": "linux/riscv64"}),
    "unknown machine": (elf(0x1234), {**EMPTY, "machine": 0x1234, "platform": "other machine"}),
    "musl": (
        elf(AMD64, ["libc.musl-x86_64.so.1"]),
        {
            **EMPTY,
            "machine": AMD64,
            "platform": "linux/amd64",
            "libc": "musl",
            "needed": ["libc.musl-x86_64.so.1"],
        },
    ),
    "musl by its plain name": (
        elf(AMD64, ["libc.so"]),
        {**EMPTY, "machine": AMD64, "platform": "linux/amd64", "libc": "musl", "needed": ["libc.so"]},
    ),
    "musl by its loader": (
        elf(ARM64, interpreter="/lib/ld-musl-aarch64.so.1"),
        {
            **EMPTY,
            "machine": ARM64,
            "platform": "linux/arm64",
            "libc": "musl",
            "interpreter": "/lib/ld-musl-aarch64.so.1",
        },
    ),
    "32 bits": (
        elf(0x28, ["libc.so.6"], soname="a.so", bits=32),
        {
            **EMPTY,
            "machine": 0x28,
            "platform": "linux/arm",
            "libc": "glibc",
            "soname": "a.so",
            "needed": ["libc.so.6"],
        },
    ),
    "big-endian": (
        elf(0x16, ["libm.so.6"], order=">"),
        {**EMPTY, "machine": 0x16, "platform": "linux/s390x", "needed": ["libm.so.6"]},
    ),
    "big-endian, 32 bits": (
        elf(0x14, ["libm.so.6"], bits=32, order=">"),
        {**EMPTY, "machine": 0x14, "platform": "other machine", "needed": ["libm.so.6"]},
    ),
    "text": (b"not \x7fELF at the beginning, but long enough", None),
    "three bytes": (b"\x7fEL", None),
    "four bytes": (b"\x7fELF", None),
    "nothing": (b"", None),
}


def read(node: str, directory: Path, files: dict[str, bytes]) -> dict[str, Any]:
    """What the program says of each file, all in one run."""
    for name, data in files.items():
        (directory / name).write_bytes(data)
    script = f"""
      const {{ read }} = require({json.dumps(str(PROGRAM))})
      console.log(JSON.stringify(Object.fromEntries(process.argv.slice(1).map((name) => [name, read(name)]))))
    """
    done = subprocess.run([node, "-e", script, *files], cwd=directory, capture_output=True, text=True, check=True)
    return dict(json.loads(done.stdout))


@pytest.fixture(scope="module")
def answers(node: str, tmp_path_factory: pytest.TempPathFactory) -> dict[str, Any]:
    return read(node, tmp_path_factory.mktemp("elf"), {name: data for name, (data, _) in FILES.items()})


@pytest.mark.parametrize("name", FILES)
def test_files(answers: dict[str, Any], name: str) -> None:
    assert answers[name] == FILES[name][1]


def test_a_file_that_is_cut_off_anywhere_is_an_error_and_never_a_crash(node: str, tmp_path: Path) -> None:
    cut = read(node, tmp_path, {str(length): RICH[:length] for length in range(len(RICH))})
    assert {length for length, found in cut.items() if found is None} == {str(length) for length in range(20)}
    wrong = [length for length, found in cut.items() if found and "error" not in found and int(length) < len(RICH) - 16]
    assert wrong == []
    assert cut["100"]["error"].startswith("not a valid ELF file: ")


def test_damage_at_any_byte_never_crashes_the_reader(node: str, tmp_path: Path) -> None:
    damaged = {
        f"{at} {value}": RICH[:at] + bytes([value]) + RICH[at + 1 :]
        for at in range(4, len(RICH))
        for value in (0x7F, 0xFF)
    }
    found = read(node, tmp_path, damaged)
    assert len(found) == len(damaged)
    assert all(one and ("error" in one or "platform" in one) for one in found.values())
    assert any("error" in one for one in found.values())
