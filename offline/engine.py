"""The Dagger engine as a process of this machine: start, health, stop."""

import os
import socket
import sys
from pathlib import Path

from offline import network, registry
from offline.daemon import Daemon
from offline.errors import OfflineError
from offline.places import Places

STOP_SECONDS = 60.0
"""A stopping engine saves its cache index first, over 15 s after a day's work; one that hangs is killed."""

START_SECONDS = 300
"""One that was killed discards its cache at the next start: 75 s were seen after twenty apps."""

KEEP_MB = "20000,4000,40000"
"""Cache that is always kept, disk space that is left free, and the most that is used, in MB.

By default the engine wants a fifth of the disk free, and where that is not so it deletes what a run has just built.
"""


def daemon(places: Places) -> Daemon:
    """The engine's process: ``unshare``, whose child is process 1 of the engine's namespace."""
    return Daemon(name="engine", pidfile=places.pidfile("engine"), log=places.log("engine"))


def start(programs: Path, sdk: Path, sdk_digest: str, places: Places) -> None:
    """Start it where it does not run, in mount and process namespaces of its own.

    Args:
        programs: directory of the engine's programs.
        sdk: content directory with the Python SDK.
        sdk_digest: digest of the SDK's manifest in it.
        places: its state and socket.

    Raises:
        OfflineError: another one has the network, or it ended at once, or does not answer; names the log.
    """
    process = daemon(places)
    if process.pid() is not None:
        return
    if network.in_use():
        raise OfflineError(
            f"another embedded engine runs on this machine: it has links on the bridge {network.BRIDGE}",
            "stop it first: `make down` with the NEXT_DISTROLESS_STATE that it was started with",
        )
    remembered = network.remember()
    network.remove(None)
    places.socket.unlink(missing_ok=True)
    config = places.state / "engine.toml"
    config.parent.mkdir(parents=True, exist_ok=True)
    config.write_text(_config())
    process.start(
        [
            *("unshare", "--mount", "--propagation", "private", "--pid", "--fork", "--kill-child", "--mount-proc"),
            *(sys.executable, "-I", Path(__file__).with_name("namespace.py")),
            *("--programs", programs, "--content", sdk, "--engine"),
            *("--config", config, "--root", places.state / "engine", "--addr", f"unix://{places.socket}"),
            *("--network-name", network.NAME, "--network-cidr", network.CIDR, "--oci-cni-pool-size", "8"),
            *("--oci-worker-gc-keepstorage", KEEP_MB),
        ],
        env={"DAGGER_PYTHON_SDK_MANIFEST_DIGEST": sdk_digest, "DO_NOT_TRACK": "1"},
        programs=str(programs),
        sdk=sdk_digest,
        registry=registry.address(),
        ip_forward=remembered,
    )
    process.wait_ready(lambda: answers(places.socket), START_SECONDS)


def stop(places: Places) -> bool:
    """Stop it and remove its network from the host, unless that is another engine's; returns whether it ran."""
    process = daemon(places)
    remembered = process.fact("ip_forward")
    ran = process.stop(STOP_SECONDS, signalled=_first_child)
    if ran or not network.in_use():
        network.remove(remembered)
    places.socket.unlink(missing_ok=True)
    return ran


def answers(address: Path) -> bool:
    """Whether the engine accepts connections."""
    with socket.socket(socket.AF_UNIX) as probe:
        probe.settimeout(2)
        try:
            probe.connect(os.fspath(address))
        except OSError:
            return False
    return True


def _first_child(pid: int) -> int:
    children = Path(f"/proc/{pid}/task/{pid}/children").read_text().split()
    return int(children[0]) if children else pid


def _config() -> str:
    mirrors = "".join(f'[registry."{name}"]\nmirrors = ["{registry.address()}/{name}"]\n' for name in registry.MIRRORED)
    return f'{mirrors}[registry."{registry.address()}"]\nhttp = true\n'
