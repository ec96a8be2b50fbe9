"""One run of the program `regctl`."""

import math
import os
import re
import subprocess
import time
from collections.abc import Callable, Sequence
from dataclasses import dataclass
from typing import IO

from ci.intool.common.failure import Failure
from ci.intool.registry.refusals import Kind, kind_of

TICK = 1.0
"""Seconds between two looks at a running transfer."""

STALL = 300.0
"""Seconds without a byte moved after which a transfer counts as broken."""


HOPELESS = 4
"""Failed answers of the registry one after the other, after which a new upload is better than another piece."""

_SENT = re.compile(rb'req-method=(?:PATCH|PUT) .*?resp-status="(\d{3})')


@dataclass(frozen=True, kw_only=True)
class Done:
    """A finished call."""

    code: int
    out: bytes
    stderr: str

    @property
    def kind(self) -> Kind | None:
        """Why it failed; None if it did not."""
        return kind_of(self.stderr) if self.code else None


def call(
    arguments: Sequence[str],
    *,
    body: bytes | None = None,
    send: IO[bytes] | None = None,
    receive: IO[bytes] | None = None,
    progress: Callable[[int], None] | None = None,
    until: float = math.inf,
) -> Done:
    """Run `regctl` once.

    Args:
        arguments: its arguments.
        body: standard input.
        send: a file as standard input instead; it is read by the program itself.
        receive: a file for standard output, else it is returned.
        progress: called about every second with the number of bytes of `send` that are read.
        until: monotonic time at which it is killed.
    """
    with _started(arguments, body, send, receive) as process:
        position, moved = -1, time.monotonic()
        while True:
            now = time.monotonic()
            try:
                out, stderr = process.communicate(body, timeout=max(0.0, min(TICK, until - now)))
                return Done(code=process.returncode, out=out or b"", stderr=stderr.decode(errors="replace"))
            except subprocess.TimeoutExpired as late:
                body = None
                # The program shares the file's offset with this process (fork(2)).
                reached = sum(os.lseek(file.fileno(), 0, os.SEEK_CUR) for file in (send, receive) if file)
                if reached != position:
                    position, moved = reached, now
                    if progress and send:
                        progress(reached)
                stalled = bool(send or receive) and now > moved + STALL
                problem = hopeless(late.stderr or b"") or ("timeout" if stalled or now > until else "")
                if problem:
                    process.kill()
                    process.communicate()
                    return Done(code=1, out=b"", stderr=problem)


def hopeless(trace: bytes) -> str:
    """Why an upload whose last requests all failed is given up; empty if it may still succeed.

    `regctl` tries a piece for over a minute, then discards the registry's answer; a new upload fails sooner, with it.
    """
    answers = _SENT.findall(trace)[-HOPELESS:]
    return f"[http {answers[-1].decode()}]" if len(answers) == HOPELESS and min(answers) >= b"500" else ""


def ended_well(arguments: Sequence[str], warning: str) -> bool:
    """Run `regctl`, and kill it as soon as it prints this warning; returns whether it succeeded without the warning."""
    with _started(arguments, None, None, None) as process:
        assert process.stderr is not None  # noqa: S101  it is a pipe
        for line in process.stderr:
            if warning.encode() in line:
                process.kill()
                return False
    return process.returncode == 0


def _started(
    arguments: Sequence[str], body: bytes | None, send: IO[bytes] | None, receive: IO[bytes] | None
) -> subprocess.Popen[bytes]:
    try:
        return subprocess.Popen(
            ["regctl", *arguments],
            stdin=send or (subprocess.DEVNULL if body is None else subprocess.PIPE),
            stdout=receive or subprocess.PIPE,
            stderr=subprocess.PIPE,
        )
    except FileNotFoundError:
        raise Failure("the program regctl is not on PATH", "install regctl (regclient) 0.11 or newer") from None
