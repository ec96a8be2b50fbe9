"""The registry on loopback: mirror of the upstream registries' names, and where releases are pushed."""

import json
import os
import socket
import urllib.request
from http import HTTPStatus
from pathlib import Path

from offline.daemon import Daemon
from offline.errors import OfflineError
from offline.places import Places

MIRRORED = ("docker.io", "gcr.io", "ghcr.io")
"""Upstream registries; each has its images below a path of its name."""


def address() -> str:
    """Host and port; the port is 5000, or ``NEXT_DISTROLESS_REGISTRY_PORT``."""
    return f"127.0.0.1:{os.environ.get('NEXT_DISTROLESS_REGISTRY_PORT', '5000')}"


def daemon(places: Places) -> Daemon:
    """The registry's process."""
    return Daemon(name="registry", pidfile=places.pidfile("registry"), log=places.log("registry"))


def running(places: Places) -> bool:
    """Whether it runs, on the port that is wanted now."""
    process = daemon(places)
    return process.pid() is not None and process.fact("address") == address()


def start(programs: Path, places: Places) -> None:
    """Start it where it does not run.

    Args:
        programs: directory of the tools.
        places: its blobs live in the state directory.

    Raises:
        OfflineError: another program has the port, or it does not start.
    """
    if running(places):
        return
    process = daemon(places)
    process.stop(10)
    refuse_taken_port()
    config = places.state / "registry.json"
    config.parent.mkdir(parents=True, exist_ok=True)
    config.write_text(json.dumps(_config(places.state / "registry"), indent=2))
    process.start([programs / "registry", "serve", config], env={"OTEL_TRACES_EXPORTER": "none"}, address=address())
    process.wait_ready(answers, 20)


def refuse_taken_port() -> None:
    """Raise an OfflineError where another program listens on the registry's port."""
    host, _, port = address().rpartition(":")
    with socket.socket() as probe:
        probe.setsockopt(socket.SOL_SOCKET, socket.SO_REUSEADDR, 1)
        try:
            probe.bind((host, int(port)))
        except OSError as error:
            raise OfflineError(
                f"the registry cannot listen on {address()}: {error.strerror}",
                "stop the program that has the port (`ss -ltnp`), or choose another one: "
                "export NEXT_DISTROLESS_REGISTRY_PORT=5001",
            ) from None


def answers() -> bool:
    """Whether a registry answers (OCI distribution specification 1.1, end-1)."""
    try:
        with urllib.request.urlopen(f"http://{address()}/v2/", timeout=2) as reply:
            return bool(reply.status == HTTPStatus.OK)
    except OSError:
        return False


def _config(storage: Path) -> object:
    # YAML is a superset of JSON, and the registry reads YAML.
    return {
        "version": 0.1,
        "log": {"level": "warn", "accesslog": {"disabled": True}},
        "storage": {"filesystem": {"rootdirectory": str(storage)}, "delete": {"enabled": True}},
        "http": {"addr": address()},
    }
