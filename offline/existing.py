"""A Dagger that the machine has already: its own CLI with an engine in reach. Nothing is built then."""

import os
import shutil
from dataclasses import dataclass
from pathlib import Path

from offline.commands import output
from offline.places import Places
from offline.programs import DAGGER

RUNNER = "_EXPERIMENTAL_DAGGER_RUNNER_HOST"
RUNTIMES = ("docker", "podman", "nerdctl")


@dataclass(frozen=True)
class Existing:
    """A CLI, and what it reaches its engine by."""

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
        return None if runner == f"unix://{places.socket}" else Existing(Path(cli), runner)
    for runtime in RUNTIMES:
        if shutil.which(runtime) and output([runtime, "info"], deadline=10) is not None:
            return Existing(Path(cli), runtime)
    return None
