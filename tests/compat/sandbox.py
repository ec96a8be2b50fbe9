"""Namespaces in which a container runtime lives: what it starts and mounts ends with them."""

import os
import shutil
import signal
import subprocess
import time
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import IO

import pytest

from tests.conftest import command

PROGRAMS = "/usr/sbin:/usr/bin:/sbin:/bin"
"""Where programs are looked for: Debian's, not what else a person may have of the same name."""

UNSHARE = (
    *("setpriv", "--pdeathsig", "KILL", "unshare", "--mount", "--propagation", "private"),
    *("--pid", "--fork", "--mount-proc", "--kill-child=KILL"),
)
MASKED = "/run /dev/shm /var/lib /opt /etc/docker /etc/cni"
"""Directories that runtimes write to whatever they are told: the sandbox has empty ones."""

INIT = f"""
set -e
for place in {MASKED}; do
  if [ -d $place ]; then mount -t tmpfs tmpfs $place; fi
done
for place in /tmp "$HOME"; do
  mount --rbind "$place" "$place"
done
mount --bind "$TMPDIR" /var/tmp
mount --bind /proc/sys /proc/sys
mount -o remount,bind,ro /proc/sys
mount -o remount,bind,ro /
echo ready
exec tini -- sleep infinity
"""
NETWORK = """
ip link set lo up
mount --bind /proc/sys/net /proc/sys/net
mount -o remount,bind,rw /proc/sys/net
"""
"""What comes before the end of `INIT` in a network of its own, whose settings may be changed."""

CGROUPS = Path("/sys/fs/cgroup")


class Sandbox:
    """Mount and process namespaces, on the host's network or with one of their own that has nothing but loopback.

    Neither the kernel's settings nor the host's files can be changed in it, but for those in `home` and /tmp.
    """

    def __init__(self, home: Path, *, apart: bool = False) -> None:
        self.home = home
        self.apart = apart
        (home / "tmp").mkdir(parents=True)
        (home / "config.json").write_text("{}")
        self.env = {
            "PATH": PROGRAMS,
            "HOME": str(home),
            "TMPDIR": str(home / "tmp"),
            "DOCKER_CONFIG": str(home),
            "REGISTRY_AUTH_FILE": str(home / "config.json"),
        }
        namespaces = [*UNSHARE, *(["--net"] if apart else [])]
        init = INIT.replace("echo ready", f"{NETWORK}echo ready") if apart else INIT
        self.unshare = subprocess.Popen(
            [*namespaces, "--", "sh", "-c", init], env=self.env, stdin=subprocess.DEVNULL, stdout=subprocess.PIPE
        )
        assert self.unshare.stdout
        assert self.unshare.stdout.readline() == b"ready\n", "no namespaces here: the tests need root, tini, util-linux"
        self.init = int(Path(f"/proc/{self.unshare.pid}/task/{self.unshare.pid}/children").read_text())
        self.cgroup = f"next-distroless-{self.init}"
        self.daemons: list[subprocess.Popen[bytes]] = []

    def run(self, *argv: str | Path, deadline: float = 120) -> str:
        """Run a program to its good end; returns what it prints."""
        done = command(*self._inside(argv), env=self.env, deadline=deadline)
        assert done.code == 0, f"{argv}: {done.stdout[-1000:]}{done.stderr[-2000:]}"
        return done.stdout.strip()

    def refuse(self, *argv: str | Path) -> str:
        """Run a program to its bad end; returns what it says."""
        done = command(*self._inside(argv), env=self.env, deadline=120)
        assert done.code != 0, f"{argv}: {done.stdout[-1000:]}"
        return done.stderr

    def serve(self, *argv: str | Path, ready: Callable[[], bool]) -> None:
        """Start a daemon, and wait until it is ready."""
        log = self.home / f"{Path(argv[0]).name}.log"
        with log.open("wb") as output:
            daemon = self.begin(*argv, output=output)
        for _ in range(300):
            if daemon.poll() is not None:
                break
            if ready():
                return
            time.sleep(0.1)
        pytest.fail(f"{argv[0]} does not start:\n{log.read_text()[-3000:]}")

    def begin(self, *argv: str | Path, output: IO[bytes] | int) -> subprocess.Popen[bytes]:
        """Start a program that runs beside others, until the sandbox ends at the latest."""
        process = subprocess.Popen(self._inside(argv), env=self.env, stdout=output, stderr=output)
        self.daemons.append(process)
        return process

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

    def _inside(self, argv: tuple[str | Path, ...]) -> list[str]:
        network = ["--net"] if self.apart else []
        return ["nsenter", f"--target={self.init}", "--mount", "--pid", *network, "--", *map(str, argv)]

    def _cgroups(self) -> list[Path]:
        tops = (*CGROUPS.glob(self.cgroup), *CGROUPS.glob(f"*/{self.cgroup}"))
        return [path for top in tops for path in (top, *top.rglob("*")) if path.is_dir()]


def traces(home: Path) -> set[str]:
    """What runtimes leave on a host where they can: rules of iptables, network devices, mounts."""
    rules = [rule for rule in command("iptables-save").stdout.splitlines() if "DOCKER" in rule or "PODMAN" in rule]
    links = [str(link) for kind in ("docker", "podman") for link in Path("/sys/class/net").glob(f"*{kind}*")]
    mounts = [line for line in Path("/proc/self/mounts").read_text().splitlines() if str(home) in line]
    return {*rules, *links, *mounts}


@contextmanager
def sandbox(home: Path, *, apart: bool = False) -> Iterator[Sandbox]:
    """A sandbox of which nothing is left."""
    before = traces(home)
    box = Sandbox(home, apart=apart)
    try:
        yield box
    finally:
        box.end()
    shutil.rmtree(home)
    assert traces(home) <= before
