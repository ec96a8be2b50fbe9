"""The registry as containers reach it: loopback is their own, so its port is also open on the engine's bridge."""

import socket

from offline import network, registry
from offline.daemon import Daemon
from offline.places import Places


def address() -> str:
    """Host and port on the bridge, which only the engine's containers and this machine reach."""
    return f"{network.GATEWAY}:{registry.address().rpartition(':')[2]}"


def hosts() -> dict[str, dict[str, str]]:
    """How a registry client in a container reaches the registry by each of its names: regctl's ``hosts``."""
    here = {"hostname": address(), "tls": "disabled"}
    return {registry.address(): here, **{name: {**here, "pathPrefix": name} for name in registry.MIRRORED}}


def daemon(places: Places) -> Daemon:
    """The process that forwards."""
    return Daemon(name="gateway", pidfile=places.pidfile("gateway"), log=places.log("gateway"))


def start(places: Places) -> None:
    """Forward the port, where that does not happen yet.

    Raises:
        OfflineError: it cannot listen there; names the log.
    """
    process = daemon(places)
    if process.pid() is not None and process.fact("address") == address():
        return
    process.stop(5)
    host, _, port = address().rpartition(":")
    process.start(
        ["socat", f"TCP-LISTEN:{port},bind={host},fork,reuseaddr,freebind", f"TCP:{registry.address()}"],
        address=address(),
    )
    process.wait_ready(_answers, 20)


def _answers() -> bool:
    host, _, port = address().rpartition(":")
    with socket.socket() as probe:
        probe.settimeout(2)
        return probe.connect_ex((host, int(port))) == 0
