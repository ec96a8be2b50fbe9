"""The Dagger engine that ours runs on: one of the bench's own, which may be emptied, or the one that runs already."""

import os
import shutil
import sys
from collections.abc import Mapping
from pathlib import Path
from typing import Protocol

from bench.speed.command import BenchError, timed
from offline import existing, installation, registry
from offline.places import Places

PROJECT = Path(__file__).parents[2]
NETWORK, PORT = "214", "5014"
"""Of the bench's own engine and registry, so that they run beside the usual ones."""


class Engine(Protocol):
    """An engine and the registry beside it.

    Attributes:
        title: for the facts.
        empties: whether it may be emptied, as cases on a new engine need it.
        registry: host and port.
        env: variables for its client.
        reach: arguments of the run by which it reaches the registry, where it cannot by itself.
    """

    @property
    def title(self) -> str: ...  # noqa: D102
    @property
    def empties(self) -> bool: ...  # noqa: D102
    @property
    def registry(self) -> str: ...  # noqa: D102
    @property
    def env(self) -> Mapping[str, str]: ...  # noqa: D102
    @property
    def reach(self) -> tuple[str, ...]: ...  # noqa: D102

    def start(self) -> None:
        """Start it, where it does not run."""
        ...

    def empty(self) -> None:
        """Start it anew with nothing but what its registry has."""
        ...

    def stop(self) -> None:
        """Stop it and remove what it kept, where it is the bench's own."""
        ...


class Own:
    """An embedded engine with state, network and port of its own; the usual one is left as it is.

    Args:
        home: directory of its state; short, because of the path of its socket.
        log: file of its set-up.
    """

    title, empties, reach = "an engine of the bench's own", True, ()

    def __init__(self, home: Path, log: Path) -> None:
        self._places = Places(cache=Places.of_environment().cache, state=home)
        self._log = log
        self._apart = {
            "NEXT_DISTROLESS_STATE": str(home),
            "NEXT_DISTROLESS_REGISTRY_PORT": PORT,
            "NEXT_DISTROLESS_NETWORK": NETWORK,
        }

    @property
    def registry(self) -> str:
        """Host and port."""
        return f"127.0.0.1:{PORT}"

    @property
    def env(self) -> Mapping[str, str]:
        """Variables for its client."""
        os.environ["NEXT_DISTROLESS_REGISTRY_PORT"] = PORT
        known = installation.environment(self._places)
        return {**known, "PATH": known["PATH"].replace("$PATH", os.environ["PATH"])}

    def start(self) -> None:
        """Start it, where it does not run."""
        self._run("up")

    def empty(self) -> None:
        """Start it anew with nothing but what its registry has."""
        self._run("down")
        shutil.rmtree(self._places.state / "engine", ignore_errors=True)
        self._run("up")

    def stop(self) -> None:
        """Stop it, and remove its state and its registry."""
        self._run("down")
        shutil.rmtree(self._places.state, ignore_errors=True)

    def _run(self, command: str) -> None:
        # PATH without a Dagger of this machine would be another bench: `offline` uses that one where there is one.
        apart = {**self._apart, "_EXPERIMENTAL_DAGGER_RUNNER_HOST": ""}
        timed([sys.executable, "-m", "offline", command], log=self._log, cwd=PROJECT, env=apart)


class Running:
    """The engine that the environment names: never emptied, never stopped."""

    title, empties = "an engine that was there", False

    def __init__(self) -> None:
        self._places = Places.of_environment()
        self._found = existing.find(self._places)

    @property
    def reach(self) -> tuple[str, ...]:
        """One in a container reaches this machine's loopback by a service only."""
        return ("--registry", f"tcp://{registry.address()}") if self._found else ()

    @property
    def registry(self) -> str:
        """Host and port."""
        return registry.address()

    @property
    def env(self) -> Mapping[str, str]:
        """Nothing: the environment has it."""
        return {}

    def start(self) -> None:
        """Start the registry, where the engine is the machine's own and has none.

        Raises:
            BenchError: there is no client.
        """
        if not shutil.which("dagger"):
            raise BenchError('no dagger on PATH\n  fix: make up && eval "$(make -s env)", or ENGINE=own')
        if self._found:
            existing.start_registry(self._found, self._places)

    def empty(self) -> None:
        """Refuse.

        Raises:
            BenchError: always: what is in it is not the bench's.
        """
        raise BenchError("an engine that was there is not emptied\n  fix: ENGINE=own, or CASES= without new engines")

    def stop(self) -> None:
        """Leave it as it is."""
