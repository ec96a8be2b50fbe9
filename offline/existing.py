"""A Dagger that the machine has already: its own CLI with an engine in reach. Nothing is built then."""

import os
import shutil
from dataclasses import dataclass
from pathlib import Path

from offline import registry
from offline.commands import output, run
from offline.places import Places
from offline.programs import DAGGER
from offline.progress import step

RUNNER = "_EXPERIMENTAL_DAGGER_RUNNER_HOST"
RUNTIMES = ("docker", "podman", "nerdctl")
REGISTRY = "docker.io/library/registry:3@sha256:ddf754342cfc8acc51a56d5d0ab6af06826461864460636d8bd5c546dab2a7b8"


@dataclass(frozen=True)
class Existing:
    """A CLI, and what it reaches its engine by: a runner's address, or the name of a container runtime."""

    cli: Path
    engine: str


def find(places: Places) -> Existing | None:
    """The Dagger of this machine, or None where the embedded one is to be used.

    A CLI counts when its version is the one that this project is pinned to, and when the environment names a runner or
    a container runtime answers (the CLI starts its engine there by itself). The embedded engine's own environment
    (``make env``) does not count.
    """
    cli = shutil.which("dagger")
    if not cli or Path(cli).resolve().is_relative_to(places.cache.resolve()):
        return None
    if DAGGER not in (output([cli, "version"]) or ""):
        return None
    runner = os.environ.get(RUNNER)
    if runner:
        reachable = runner != f"unix://{places.socket}" and output([cli, "core", "version"], deadline=20)
        return Existing(Path(cli), runner) if reachable else None
    for runtime in RUNTIMES:
        if shutil.which(runtime) and output([runtime, "info"], deadline=10) is not None:
            return Existing(Path(cli), runtime)
    return None


def start_registry(found: Existing, places: Places) -> None:
    """Start a registry on loopback with the machine's container runtime, where none answers there.

    Raises:
        OfflineError: the runtime refused; names the log.
    """
    if found.engine not in RUNTIMES or registry.answers():
        return
    with step(f"starting a registry on {registry.address()} with {found.engine}"):
        run(
            [
                *(found.engine, "run", "--detach", "--rm", "--name", "next-distroless-registry"),
                *("--publish", f"{registry.address()}:5000", REGISTRY),
            ],
            log=places.log("registry"),
            fix="pass ADDRESS=registry/name to publish elsewhere",
        )


def stop_registry(found: Existing, places: Places) -> None:
    """Stop the registry that ``start_registry`` started; what was pushed to it goes with it."""
    if found.engine in RUNTIMES and output([found.engine, "inspect", "next-distroless-registry"]) is not None:
        run([found.engine, "stop", "next-distroless-registry"], log=places.log("registry"), fix="stop it by hand")
