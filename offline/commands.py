"""Running other programs: output to a log file, and its last lines in the error."""

import os
import subprocess
from collections import deque
from collections.abc import Mapping, Sequence
from pathlib import Path

from offline.errors import OfflineError


def run(
    argv: Sequence[str | Path],
    *,
    log: Path,
    fix: str,
    cwd: Path | None = None,
    env: Mapping[str, str] | None = None,
    deadline: float = 1200,
) -> None:
    """Run a program to its end.

    Args:
        argv: the program and its arguments.
        log: file that gets all output.
        fix: the next step, for the error when it fails.
        cwd: directory to run in.
        env: variables added to the environment.
        deadline: seconds after which it is killed.

    Raises:
        OfflineError: it failed, could not start or took too long; names the log.
    """
    log.parent.mkdir(parents=True, exist_ok=True)
    with log.open("ab") as out:
        try:
            done = subprocess.run(
                [str(a) for a in argv],
                stdin=subprocess.DEVNULL,
                stdout=out,
                stderr=out,
                cwd=cwd,
                env={**os.environ, **(env or {})},
                timeout=deadline,
                check=False,
            )
        except FileNotFoundError:
            raise OfflineError(f"{argv[0]} is not installed", fix) from None
        except subprocess.TimeoutExpired:
            raise OfflineError(f"{argv[0]} did not end within {deadline:.0f} s (log: {log})", fix) from None
    if done.returncode:
        raise OfflineError(f"{argv[0]} failed with exit code {done.returncode} (log: {log})\n{tail(log)}", fix)


def output(argv: Sequence[str | Path], *, deadline: float = 60) -> str | None:
    """What a program prints on standard output, or None where it is missing, fails or takes too long."""
    try:
        done = subprocess.run(
            [str(a) for a in argv],
            stdin=subprocess.DEVNULL,
            capture_output=True,
            text=True,
            timeout=deadline,
            check=False,
        )
    except (FileNotFoundError, subprocess.TimeoutExpired):
        return None
    return done.stdout.strip() if done.returncode == 0 else None


def tail(log: Path, lines: int = 12) -> str:
    """The last lines of a log, indented for an error message; empty where there is no log."""
    if not log.exists():
        return ""
    with log.open(errors="replace") as text:
        return "".join(f"  | {line.rstrip()[:400]}\n" for line in deque(text, maxlen=lines)).rstrip()
