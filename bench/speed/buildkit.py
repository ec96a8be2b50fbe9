"""A BuildKit of the bench's own: daemon, state and socket apart from any other on this machine."""

import os
import shutil
from collections.abc import Sequence
from pathlib import Path

from bench.speed.command import BenchError, Timed, timed
from offline import programs, registry
from offline.commands import output
from offline.daemon import Daemon
from offline.places import Places

KEEP = 8_000
"""MB of cache that the daemon keeps at most, and MB of disk below: 10 GB that stay free."""
FREE = 10_000
_START, _STOP = 30.0, 30.0


class BuildKit:
    """The daemon, and calls of its client.

    Args:
        home: directory for its state, its socket and its log; short, because of the path of the socket.
        registry_address: host and port of the registry, which is a mirror of the upstream ones where it has stand-ins.
        mirrors: whether it has.
    """

    def __init__(self, home: Path, registry_address: str, *, mirrors: bool) -> None:
        self._home, self._registry, self._mirrors = home, registry_address, mirrors
        self._socket = home / "buildkitd.sock"
        self._daemon = Daemon(name="BuildKit", pidfile=home / "buildkitd.json", log=home / "buildkitd.log")
        self._programs = programs.built(programs.BUILDKIT, Places.of_environment())

    def start(self) -> None:
        """Start it, where it does not run.

        Raises:
            BenchError: the machine has no runc, or this is not root.
            OfflineError: it does not answer; names the log.
        """
        if self._daemon.pid() is not None:
            return
        if os.geteuid() != 0:
            raise BenchError("BuildKit needs root for its containers\n  fix: run the bench as root")
        if not shutil.which("runc", path=_PATH):
            raise BenchError("no runc on this machine\n  fix: install the Debian package runc")
        self._home.mkdir(parents=True, exist_ok=True)
        self._socket.unlink(missing_ok=True)
        config = self._home / "buildkitd.toml"
        config.write_text(settings(self._registry, mirrors=self._mirrors))
        self._daemon.start(
            [
                *("unshare", "--mount", "--propagation", "private", "--kill-child", "--fork"),
                *(self._programs / "buildkitd", "--config", config, "--root", self._home / "state"),
                *("--addr", f"unix://{self._socket}", "--oci-worker-net", "host"),
                *("--otel-socket-path", self._home / "otel.sock"),
            ],
            env={"PATH": _PATH, "OTEL_TRACES_EXPORTER": "none"},
        )
        self._daemon.wait_ready(lambda: output([*self._client, "debug", "workers"], deadline=5) is not None, _START)

    def stop(self) -> None:
        """Stop it; its state stays."""
        self._daemon.stop(_STOP, signalled=_child)

    def empty(self) -> None:
        """Start it anew with no state."""
        self.remove()
        self.start()

    def remove(self) -> None:
        """Stop it, and remove all that it kept."""
        self.stop()
        shutil.rmtree(self._home / "state", ignore_errors=True)

    def build(self, arguments: Sequence[str], log: Path) -> Timed:
        """Build with its own frontend for Dockerfiles; the time is that of the client's call.

        Args:
            arguments: of ``buildctl build``.
            log: file for its progress.

        Raises:
            BenchError: the build failed.
        """
        return timed([*self._client, "build", "--progress=plain", "--frontend=dockerfile.v0", *arguments], log=log)

    @property
    def _client(self) -> list[str]:
        return [str(self._programs / "buildctl"), "--addr", f"unix://{self._socket}"]


_PATH = f"{os.environ.get('PATH', '')}:/usr/local/sbin:/usr/sbin:/sbin"


def settings(registry_address: str, *, mirrors: bool) -> str:
    """The daemon's configuration, in TOML.

    Args:
        registry_address: host and port of a registry without TLS.
        mirrors: whether it has images of the upstream registries, below their names.
    """
    lines = [f'[registry."{registry_address}"]', "  http = true"]
    for name in registry.MIRRORED if mirrors else ():
        lines += [f'[registry."{name}"]', f'  mirrors = ["{registry_address}/{name}"]']
    lines += ["[worker.oci]", "  gc = true", f'  reservedSpace = "{KEEP}MB"']
    lines += [f'  maxUsedSpace = "{KEEP}MB"', f'  minFreeSpace = "{FREE}MB"']
    return "\n".join([*lines, "[worker.containerd]", "  enabled = false", ""])


def _child(pid: int) -> int:
    children = Path(f"/proc/{pid}/task/{pid}/children").read_text().split()
    return int(children[0]) if children else pid
