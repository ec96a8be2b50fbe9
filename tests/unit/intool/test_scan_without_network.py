"""A program without network access: the filter by a table, and the real kernel."""

import errno
import json
import socket
import struct
import subprocess
import sys
from pathlib import Path
from typing import Any

import pytest

from ci.intool.scan import without_network
from ci.intool.scan.without_network import FAILED, MACHINES, program

LAUNCHER = without_network.__file__
ALLOWED = 0x7FFF0000
REFUSED = 0x00050000 | errno.ENETUNREACH
HIDDEN = 0x00050000 | errno.ENOSYS

PROBE = """
import ctypes, json, os, socket, subprocess, sys
def tried(work):
    try:
        return work() and "works"
    except OSError as error:
        return error.errno
connect = lambda: socket.create_connection(("127.0.0.1", int(sys.argv[1])))
libc = ctypes.CDLL(None, use_errno=True)
status = dict(line.rstrip("\\n").split(":\\t", 1) for line in open("/proc/self/status") if ":\\t" in line)
child = [sys.executable, "-c", f"import socket; socket.create_connection(('127.0.0.1', {sys.argv[1]}))"]
print(json.dumps({
    "connect": tried(connect),
    "by name": tried(lambda: socket.socket(socket.AF_INET6)),
    "netlink": tried(lambda: socket.socket(socket.AF_NETLINK, socket.SOCK_RAW)),
    "inside": tried(lambda: socket.socketpair()),
    "ring": [libc.syscall(425, 8, 0), ctypes.get_errno()],
    "take over": [libc.ptrace(16, int(sys.argv[2]), 0, 0), ctypes.get_errno()],
    "a child": subprocess.run(child, capture_output=True).returncode,
    "capabilities": int(status["CapPrm"], 16) & ~2,
    "privileges": status["NoNewPrivs"],
}))
"""


def answer(filter_: bytes, abi: int, number: int, first: int) -> int:
    """What the kernel's machine for classic BPF makes of a call."""
    steps = list(struct.iter_unpack("=HBBI", filter_))
    data = {0: number, 4: abi, 16: first}
    at, word = 0, 0
    while True:
        code, yes, no, value = steps[at]
        at += 1
        if code == 0x06:
            return int(value)
        if code == 0x20:
            word = data[value]
        else:
            at += yes if {0x15: word == value, 0x35: word >= value}[code] else no


X86, ARM = MACHINES["x86_64"].abi, MACHINES["aarch64"].abi


@pytest.mark.parametrize(
    ("machine", "call", "wanted"),
    [
        ("x86_64", (X86, 41, socket.AF_UNIX), ALLOWED),
        ("x86_64", (X86, 41, socket.AF_INET), REFUSED),
        ("x86_64", (X86, 41, socket.AF_INET6), REFUSED),
        ("x86_64", (X86, 41, 0), REFUSED),
        ("x86_64", (X86, 41, 0xFFFFFFFF), REFUSED),
        ("x86_64", (X86, 425, 1), HIDDEN),
        ("x86_64", (X86, 0, socket.AF_INET), ALLOWED),
        ("x86_64", (X86, 198, socket.AF_INET), ALLOWED),
        ("x86_64", (X86, 0x40000000 | 41, socket.AF_UNIX), HIDDEN),
        ("x86_64", (0x40000003, 359, socket.AF_INET), HIDDEN),
        ("aarch64", (ARM, 198, socket.AF_UNIX), ALLOWED),
        ("aarch64", (ARM, 198, socket.AF_INET), REFUSED),
        ("aarch64", (ARM, 425, 1), HIDDEN),
        ("aarch64", (ARM, 41, socket.AF_INET), ALLOWED),
        ("aarch64", (0x40000028, 281, socket.AF_INET), HIDDEN),
    ],
)
def test_the_filter(machine: str, call: tuple[int, int, int], wanted: int) -> None:
    assert answer(program(MACHINES[machine]), *call) == wanted


def probed(*before: str) -> dict[str, Any]:
    """What a program can do while somebody listens, and another process of the same user runs beside it."""
    with socket.create_server(("127.0.0.1", 0)) as server, subprocess.Popen(["sleep", "60"]) as other:
        try:
            arguments = [PROBE, str(server.getsockname()[1]), str(other.pid)]
            called = subprocess.run(
                [*before, sys.executable, "-c", *arguments], capture_output=True, text=True, check=True, timeout=60
            )
        finally:
            other.kill()
    found: dict[str, Any] = json.loads(called.stdout)
    return found


def test_a_program_and_its_children_have_no_network() -> None:
    free, cut = probed(), probed(sys.executable, "-I", LAUNCHER)
    assert (free["connect"], free["a child"]) == ("works", 0)
    assert {cut[key] for key in ("connect", "by name", "netlink")} == {errno.ENETUNREACH}
    assert cut["a child"] == 1
    assert cut["inside"] == "works"
    assert cut["ring"] == [-1, errno.ENOSYS]
    assert (cut["capabilities"], cut["privileges"]) == (0, "1")
    if free["capabilities"]:
        assert cut["take over"] == [-1, errno.EPERM]


def test_the_exit_code_and_output_are_the_programs() -> None:
    called = subprocess.run(
        [sys.executable, "-I", LAUNCHER, "sh", "-c", "echo out; echo err >&2; exit 7"],
        capture_output=True,
        text=True,
        check=False,
    )
    assert (called.returncode, called.stdout, called.stderr) == (7, "out\n", "err\n")


def test_a_program_is_not_started_where_the_network_stays(
    monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str], tmp_path: Path
) -> None:
    monkeypatch.setattr("platform.machine", lambda: "riscv64")
    with pytest.raises(SystemExit) as ended:
        without_network.main(["touch", str(tmp_path / "started")])
    assert ended.value.code == FAILED
    assert "cannot remove network access from touch:" in capsys.readouterr().err
    assert not (tmp_path / "started").exists()
