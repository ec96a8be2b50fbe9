"""Run a program without network access: ``python3 -I without_network.py PROGRAM ARGUMENT…``.

Mounted into a container as one file, so it imports the standard library alone. The kernel then refuses the program, and
all that it starts, every socket but one inside the container (``AF_UNIX``), for good:

- a seccomp filter answers ``socket()`` with ``ENETUNREACH`` (seccomp(2), "SECCOMP_SET_MODE_FILTER"), and hides
  ``io_uring``, which opens sockets by itself, and the system calls of other ABIs;
- ``no_new_privs`` lets no program that it starts gain anything (prctl(2), "PR_SET_NO_NEW_PRIVS");
- all capabilities go but the one that reads files of any owner, so that it cannot take over the container's first
  process, which has them and no filter (ptrace(2), "Ptrace access mode checking").

Unlike a network namespace, this needs no privilege that an engine may refuse, and none that a scanner could misuse.
"""

import ctypes
import os
import platform
import struct
import sys
from collections.abc import Sequence
from typing import NamedTuple, NoReturn

FAILED = 125
"""Exit code if the program is not started, because network access cannot be removed."""

_UNREACHABLE, _NO_SUCH_CALL = 101, 38
"""``ENETUNREACH``, ``ENOSYS`` (errno(3))."""

_IO_URING_SETUP = 425
"""The number of ``io_uring_setup`` on every architecture."""

_FOREIGN = 0x40000000
"""Where the numbers of the x32 ABI begin; no native call has one that high."""

_READS_ALL = 1 << 1
"""``CAP_DAC_OVERRIDE`` (capabilities(7))."""

_LOCAL = 1
"""``AF_UNIX`` (socket(2))."""

_LOAD, _EQUAL, _AT_LEAST, _RETURN = 0x20, 0x15, 0x35, 0x06
"""Instructions of classic BPF (linux/bpf_common.h): load a word, compare with a constant, return."""

_ALLOW, _ERROR = 0x7FFF0000, 0x00050000
"""``SECCOMP_RET_ALLOW``; ``SECCOMP_RET_ERRNO``, to which the number is added."""

_NUMBER, _ABI, _FIRST = 0, 4, 16
"""Offsets in ``struct seccomp_data`` of the call's number, its ABI, and the low half of its first argument."""

_NO_NEW_PRIVS, _SECCOMP, _BY_FILTER = 38, 22, 2
"""``PR_SET_NO_NEW_PRIVS``, ``PR_SET_SECCOMP``, ``SECCOMP_MODE_FILTER``."""

_CAPABILITIES_3 = 0x20080522
"""``_LINUX_CAPABILITY_VERSION_3``."""


class Machine(NamedTuple):
    """An architecture: its ``AUDIT_ARCH_…`` (linux/audit.h), and its number of ``socket``."""

    abi: int
    socket: int


MACHINES = {"x86_64": Machine(0xC000003E, 41), "aarch64": Machine(0xC00000B7, 198)}


def program(machine: Machine) -> bytes:
    """The filter, as the kernel takes it. Pure."""
    allow, refuse, hide = 8, 9, 10
    steps = (
        (_LOAD, _ABI, 0, 0),
        (_EQUAL, machine.abi, 2, hide),
        (_LOAD, _NUMBER, 0, 0),
        (_AT_LEAST, _FOREIGN, hide, 4),
        (_EQUAL, _IO_URING_SETUP, hide, 5),
        (_EQUAL, machine.socket, 6, allow),
        (_LOAD, _FIRST, 0, 0),
        (_EQUAL, _LOCAL, allow, refuse),
        (_RETURN, _ALLOW, 0, 0),
        (_RETURN, _ERROR | _UNREACHABLE, 0, 0),
        (_RETURN, _ERROR | _NO_SUCH_CALL, 0, 0),
    )
    # A comparison has the number of steps to skip; the table above has the number of the step to go to.
    return b"".join(
        struct.pack("=HBBI", code, max(0, yes - number), max(0, no - number), value)
        for number, (code, value, yes, no) in enumerate(steps, 1)
    )


def take_network(machine: Machine) -> None:
    """Remove network access from this process, and from all that it starts.

    Raises:
        OSError: the kernel refuses.
    """
    libc = ctypes.CDLL(None, use_errno=True)

    def checked(done: int, what: str) -> None:
        if done:
            raise OSError(ctypes.get_errno(), f"{what}: {os.strerror(ctypes.get_errno())}")

    header = (ctypes.c_uint32 * 2)(_CAPABILITIES_3, 0)
    sets = (ctypes.c_uint32 * 6)()
    checked(libc.capget(header, sets), "capget")
    kept = sets[1] & _READS_ALL  # effective, permitted, inheritable, and again the three for higher numbers
    checked(libc.capset(header, (ctypes.c_uint32 * 6)(kept, kept, 0, 0, 0, 0)), "capset")
    checked(libc.prctl(_NO_NEW_PRIVS, 1, 0, 0, 0), "PR_SET_NO_NEW_PRIVS")
    steps = program(machine)
    listed = ctypes.create_string_buffer(steps, len(steps))
    given = struct.pack("@HP", len(steps) // 8, ctypes.addressof(listed))  # struct sock_fprog
    checked(libc.prctl(_SECCOMP, _BY_FILTER, ctypes.create_string_buffer(given, len(given)), 0, 0), "PR_SET_SECCOMP")


def main(command: Sequence[str]) -> NoReturn:
    """Replace this process by a program without network access.

    Args:
        command: its name and arguments.
    """
    try:
        take_network(MACHINES[platform.machine()])
    except (KeyError, OSError) as error:
        sys.stderr.write(f"cannot remove network access from {command[0]}: {error}\n")
        sys.exit(FAILED)
    os.execvp(command[0], list(command))  # noqa: S606  that is what it is for


if __name__ == "__main__":
    main(sys.argv[1:])
