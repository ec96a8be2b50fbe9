"""Namespaces in which a container engine lives: what it starts and mounts ends with them."""

import os
import shutil
import signal
import subprocess
import time
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from pathlib import Path

import pytest

from tests.conftest import command

UNSHARE = (
    *("setpriv", "--pdeathsig", "KILL", "unshare", "--mount", "--propagation", "private"),
    *("--pid", "--fork", "--mount-proc", "--kill-child=KILL", "--", "sh", "-c"),
)
MASKED = "/run /dev/shm /var/lib /opt /etc/docker /etc/cni"
"""Directories that engines write to whatever they are told: the sandbox has empty ones."""

INIT = f"""
set -e
for place in {MASKED}; do
  if [ -d $place ]; then mount -t tmpfs tmpfs $place; fi
done
for place in /tmp "$HOME"; do
  mount --rbind "$place" "$place"
done
mount --bind "$TMPDIR" /var/tmp
mount -o remount,bind,ro /
echo ready
exec tini -- sleep infinity
"""
CGROUPS = Path("/sys/fs/cgroup")
FORWARDING = Path("/proc/sys/net/ipv4/ip_forward")


class Sandbox:
    """Mount and process namespaces on the host's network. The host's files are read-only, but for `home` and /tmp."""

    def __init__(self, home: Path) -> None:
        self.home = home
        (home / "tmp").mkdir(parents=True)
        (home / "config.json").write_text("{}")
        self.env = {
            "PATH": "/usr/sbin:/usr/bin:/sbin:/bin",
            "HOME": str(home),
            "TMPDIR": str(home / "tmp"),
            "DOCKER_CONFIG": str(home),
            "REGISTRY_AUTH_FILE": str(home / "config.json"),
        }
        self.unshare = subprocess.Popen(
            [*UNSHARE, INIT], env=self.env, stdin=subprocess.DEVNULL, stdout=subprocess.PIPE
        )
        assert self.unshare.stdout
        assert self.unshare.stdout.readline() == b"ready\n", "no namespaces here: the tests need root, tini, util-linux"
        self.init = int(Path(f"/proc/{self.unshare.pid}/task/{self.unshare.pid}/children").read_text())
        self.cgroup = f"next-distroless-{self.init}"
        self.daemons: list[subprocess.Popen[bytes]] = []

    def run(self, *argv: str | Path) -> str:
        """Run a program to its good end; returns what it prints."""
        done = command(*self._inside(argv), env=self.env, deadline=120)
        assert done.code == 0, f"{argv}: {done.stdout[-1000:]}{done.stderr[-2000:]}"
        return done.stdout.strip()

    def refuse(self, *argv: str | Path) -> str:
        """Run a program to its bad end; returns what it says."""
        done = command(*self._inside(argv), env=self.env, deadline=120)
        assert done.code != 0, f"{argv}: {done.stdout[-1000:]}"
        return done.stderr

    def serve(self, *argv: str | Path, ready: Callable[[], bool]) -> None:
        """Start a daemon, and wait until it is ready."""
        log = self.home / "daemon.log"
        with log.open("wb") as output:
            daemon = subprocess.Popen(self._inside(argv), env=self.env, stdout=output, stderr=output)
        self.daemons.append(daemon)
        for _ in range(300):
            if daemon.poll() is not None:
                break
            if ready():
                return
            time.sleep(0.1)
        pytest.fail(f"{argv[0]} does not start:\n{log.read_text()[-3000:]}")

    def succeeds(self, *argv: str | Path) -> bool:
        return command(*self._inside(argv), env=self.env, deadline=10).code == 0

    def end(self) -> None:
        """End all that runs; the kernel then takes the mounts away."""
        os.kill(self.init, signal.SIGKILL)
        for process in (self.unshare, *self.daemons):
            process.wait(timeout=30)
        assert self.unshare.stdout
        self.unshare.stdout.close()
        for directory in sorted(self._cgroups(), reverse=True):
            directory.rmdir()

    def left(self) -> list[str]:
        """What can be seen of it after its end."""
        mounts = [line for line in Path("/proc/self/mounts").read_text().splitlines() if str(self.home) in line]
        links = [link for link in os.listdir("/sys/class/net") if link.startswith(("docker", "cni-podman", "podman"))]
        rules = [rule for rule in command("iptables-save").stdout.splitlines() if "DOCKER" in rule or "PODMAN" in rule]
        return [*mounts, *links, *rules, *map(str, self._cgroups())]

    def _inside(self, argv: tuple[str | Path, ...]) -> list[str]:
        return ["nsenter", f"--target={self.init}", "--mount", "--pid", "--", *map(str, argv)]

    def _cgroups(self) -> list[Path]:
        return [
            directory
            for top in (*CGROUPS.glob(self.cgroup), *CGROUPS.glob(f"*/{self.cgroup}"))
            for directory in (top, *(path for path in top.rglob("*") if path.is_dir()))
        ]


@contextmanager
def sandbox(home: Path) -> Iterator[Sandbox]:
    """A sandbox of which nothing is left."""
    forwarding = FORWARDING.read_text()
    box = Sandbox(home)
    try:
        yield box
    finally:
        box.end()
    shutil.rmtree(home)
    assert box.left() == []
    assert FORWARDING.read_text() == forwarding
