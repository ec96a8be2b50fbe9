"""Running what is measured: its time from outside, its output in a file, and its end in the error."""

import os
import signal
import subprocess
import time
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from pathlib import Path

_PATIENCE = 60
"""Seconds that a command has to end after its deadline, for each signal."""
_TAIL = 20


class BenchError(Exception):
    """A bench that cannot go on: what happened, and what to do."""


@dataclass(frozen=True)
class Timed:
    """A command that ended well: seconds from start to end, and what it printed."""

    seconds: float
    printed: str


def timed(
    argv: Sequence[str | Path],
    *,
    log: Path,
    cwd: Path | None = None,
    env: Mapping[str, str] | None = None,
    deadline: float = 1800,
) -> Timed:
    """Run a command to its end.

    Args:
        argv: program and arguments.
        log: file to which its standard error and what it printed are appended.
        cwd: directory to run in.
        env: variables added to the environment; an empty one is taken out.
        deadline: seconds after which it is ended.

    Raises:
        BenchError: it failed or took too long; has the end of its log.
    """
    log.parent.mkdir(parents=True, exist_ok=True)
    variables = {name: value for name, value in {**os.environ, **(env or {})}.items() if value}
    printed = log.with_suffix(".out")
    with log.open("ab") as err, printed.open("wb") as out:
        start = time.monotonic()
        process = subprocess.Popen(
            [str(part) for part in argv],
            stdin=subprocess.DEVNULL,
            stdout=out,
            stderr=err,
            cwd=cwd,
            env=variables,
            start_new_session=True,
        )
        try:
            code = _ended(process, deadline)
        except BaseException:
            _stop(process)
            raise
        seconds = time.monotonic() - start
    text = printed.read_text("utf-8", "replace")
    if code:
        why = "took longer than its deadline" if code == _LATE else f"failed with exit code {code}"
        end = "\n".join((log.read_text("utf-8", "replace") + text).splitlines()[-_TAIL:])
        raise BenchError(f"{argv[0]} {why} (log: {log}):\n{end}\n  fix: see the log, then go on with RESUME=1")
    return Timed(seconds, text)


_LATE = -1000


def _ended(process: subprocess.Popen[bytes], deadline: float) -> int:
    try:
        return process.wait(deadline)
    except subprocess.TimeoutExpired:
        _stop(process)
        return _LATE


def _stop(process: subprocess.Popen[bytes]) -> None:
    for ending in (signal.SIGINT, signal.SIGTERM, signal.SIGKILL):
        try:
            os.killpg(process.pid, ending)
            process.wait(_PATIENCE)
        except subprocess.TimeoutExpired:
            continue
        except ProcessLookupError:
            pass
        return
