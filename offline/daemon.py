"""Long-running processes: started apart from this one, found again by identity, stopped with a deadline."""

import contextlib
import json
import os
import signal
import subprocess
import time
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass
from pathlib import Path

from offline.commands import tail
from offline.errors import OfflineError

LOG_BYTES = 20_000_000
"""A log larger than this is begun anew at the next start."""


@dataclass(frozen=True, kw_only=True)
class Daemon:
    """A process that outlives the command that started it.

    Attributes:
        name: what messages call it.
        pidfile: where its identity is kept: a process id alone may by now be another program's.
        log: file with its output.
    """

    name: str
    pidfile: Path
    log: Path

    def pid(self) -> int | None:
        """Its process id, or None where it does not run."""
        try:
            known = json.loads(self.pidfile.read_text())
            pid, started = int(known["pid"]), str(known["started"])
        except (OSError, ValueError, KeyError, TypeError):
            return None
        return pid if _started(pid) == started else None

    def fact(self, key: str) -> str | None:
        """A fact written down at the start, such as the key of what was started."""
        try:
            value = json.loads(self.pidfile.read_text()).get(key)
        except (OSError, ValueError):
            return None
        return None if value is None else str(value)

    def start(self, argv: Sequence[str | Path], *, env: Mapping[str, str] | None = None, **facts: str) -> int:
        """Start it in a session of its own, its output appended to the log; returns its process id."""
        for path in (self.pidfile, self.log):
            path.parent.mkdir(parents=True, exist_ok=True)
        full = self.log.exists() and self.log.stat().st_size > LOG_BYTES
        with self.log.open("wb" if full else "ab") as out:
            process = subprocess.Popen(
                [str(a) for a in argv],
                stdin=subprocess.DEVNULL,
                stdout=out,
                stderr=out,
                env={**os.environ, **(env or {})},
                start_new_session=True,
                cwd="/",
            )
        self.pidfile.write_text(json.dumps({"pid": process.pid, "started": _started(process.pid), **facts}))
        return process.pid

    def wait_ready(self, ready: Callable[[], bool], deadline: float) -> None:
        """Wait until ``ready()`` holds.

        Raises:
            OfflineError: it ended, or was not ready within ``deadline`` seconds; names the log.
        """
        end = time.monotonic() + deadline
        while not ready():
            if self.pid() is None:
                raise OfflineError(
                    f"the {self.name} ended as it started (log: {self.log})\n{tail(self.log)}",
                    "see the lines above; after mending their cause run the command again",
                )
            if time.monotonic() > end:
                raise OfflineError(
                    f"the {self.name} did not answer within {deadline:.0f} s (log: {self.log})\n{tail(self.log)}",
                    "`make down`, then run the command again",
                )
            time.sleep(0.05)

    def stop(self, deadline: float, signalled: Callable[[int], int] = lambda pid: pid) -> bool:
        """Stop it: SIGTERM, and SIGKILL to what is left after ``deadline`` seconds.

        Args:
            deadline: seconds that it may take to end by itself.
            signalled: the process to signal, where it is not the one that was started.

        Returns:
            Whether it ran.
        """
        pid = self.pid()
        if pid is not None:
            target = signalled(pid)
            for number, patience in ((signal.SIGTERM, deadline), (signal.SIGKILL, 10.0)):
                try:
                    os.kill(target, number)
                except ProcessLookupError:
                    break
                if self._ended(patience):
                    break
            else:
                raise OfflineError(f"the {self.name} (process {pid}) does not end", "look at it with `ps`, then retry")
        self.pidfile.unlink(missing_ok=True)
        return pid is not None

    def _ended(self, patience: float) -> bool:
        end = time.monotonic() + patience
        while self.pid() is not None:
            if time.monotonic() > end:
                return False
            time.sleep(0.05)
        return True


def _started(pid: int) -> str | None:
    """When a process was started, in clock ticks since boot (proc(5), stat field 22); None for a dead one."""
    try:
        fields = Path(f"/proc/{pid}/stat").read_text().rpartition(")")[2].split()
    except OSError:
        return None
    if fields[0] == "Z":
        with contextlib.suppress(OSError):
            os.waitpid(pid, os.WNOHANG)
        return None
    return fields[19]
