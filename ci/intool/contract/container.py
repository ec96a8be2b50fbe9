"""A container of runc: started, asked, signalled, and taken away."""

import json
import os
import signal
import subprocess
import time
from collections.abc import Sequence
from pathlib import Path
from typing import Any

ID = "contract"
PROGRAM_TIME = 20
"""Seconds that a program in the container may take."""

LOG_BYTES = 1 << 20
"""Bytes of a log that are read."""

KILLED = 128 + signal.SIGKILL


class Container:
    """One start of a bundle.

    Args:
        runc: the program.
        place: directory for the bundle, its log and runc's state.
        spec: content of ``config.json``.
        limited: whether runc has to be able to make control groups.
    """

    def __init__(self, runc: str, place: Path, spec: Any, *, limited: bool) -> None:
        self._runc = [runc, "--root", str(place / "state"), *([] if limited else ["--rootless=true"])]
        self._log = place / "log"
        (place / "config.json").write_text(json.dumps(spec), "utf-8")
        self.began = time.monotonic()
        command = [*self._runc, "run", "--bundle", str(place), "--pid-file", str(place / "pid"), ID]
        with self._log.open("wb") as log:
            self._process: subprocess.Popen[Any] = subprocess.Popen(
                command, stdin=subprocess.DEVNULL, stdout=log, stderr=log
            )
        self._pid_file = place / "pid"

    @property
    def age(self) -> float:
        """Seconds since the start."""
        return time.monotonic() - self.began

    @property
    def pid(self) -> int:
        """Its process 1, as seen from here; 0 before there is one."""
        try:
            return int(self._pid_file.read_text("utf-8"))
        except (OSError, ValueError):
            return 0

    @property
    def code(self) -> int | None:
        """Exit code of process 1, 128 and the number of a signal that ended it; None while it runs."""
        return self._process.poll()

    def lines(self) -> list[str]:
        """The end of what it printed, or what runc printed where it could not be started."""
        with self._log.open("rb") as log:
            log.seek(max(0, log.seek(0, os.SEEK_END) - LOG_BYTES))
            return log.read().decode("utf-8", "replace").splitlines()

    def run(self, argv: Sequence[str]) -> tuple[int, str]:
        """Run a program in the container: exit code, and what it printed."""
        try:
            done = subprocess.run(
                [*self._runc, "exec", ID, *argv],
                stdin=subprocess.DEVNULL,
                capture_output=True,
                text=True,
                errors="replace",
                timeout=PROGRAM_TIME,
                check=False,
            )
        except subprocess.TimeoutExpired:
            return KILLED, f"no end within {PROGRAM_TIME} s"
        return done.returncode, (done.stdout + done.stderr).strip()

    def terminate(self) -> None:
        """Ask it to end, as every runtime does."""
        self._kill("TERM")

    def ended(self, seconds: float) -> bool:
        """Wait for its end: whether it came within that time."""
        try:
            self._process.wait(max(seconds, 0))
        except subprocess.TimeoutExpired:
            return False
        return True

    def remove(self) -> int:
        """End it by force, if it still runs, and take it away; gives the exit code."""
        if self.code is None:
            self._kill("KILL")
            if not self.ended(PROGRAM_TIME):
                self._process.kill()
        subprocess.run([*self._runc, "delete", "--force", ID], capture_output=True, check=False)
        return self._process.wait(PROGRAM_TIME)

    def _kill(self, name: str) -> None:
        subprocess.run([*self._runc, "kill", ID, name], capture_output=True, check=False)
