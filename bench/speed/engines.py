"""The Dagger engine that ours runs on: one of the bench's own, which may be emptied, or the one that runs already."""

import os
import shutil
import sys
from collections.abc import Mapping
from dataclasses import replace
from pathlib import Path
from typing import Protocol

from bench.speed.command import BenchError, timed
from offline import engine, existing, installation, registry
from offline.places import Places

PROJECT = Path(__file__).parents[2]


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
    """An embedded engine with its registry and a state of its own.

    Two embedded engines cannot run at the same time on one machine: each has the machine's port 53 for the names of its
    containers. So the usual one is stopped meanwhile, and started again at the end.

    Args:
        home: directory of its state; short, because of the path of its socket.
        log: file of its set-up.
    """

    title, empties, reach = "an engine of the bench's own", True, ()

    def __init__(self, home: Path, log: Path) -> None:
        self._places = replace(Places.of_environment(), state=home)
        self._log = log
        self._usual = False

    @property
    def registry(self) -> str:
        """Host and port."""
        return registry.address()

    @property
    def env(self) -> Mapping[str, str]:
        """Variables for its client."""
        known = installation.environment(self._places)
        return {**known, "PATH": known["PATH"].replace("$PATH", os.environ["PATH"])}

    def start(self) -> None:
        """Start it in place of the usual one, without anything that another bench left."""
        self._usual = engine.daemon(Places.of_environment()).pid() is not None
        if self._usual:
            self._offline("down", Places.of_environment())
        self._offline("down", self._places)
        shutil.rmtree(self._places.state, ignore_errors=True)
        self._offline("up", self._places)

    def empty(self) -> None:
        """Start it anew with nothing but what its registry has."""
        self._offline("down", self._places)
        shutil.rmtree(self._places.state / "engine")
        self._offline("up", self._places)

    def stop(self) -> None:
        """Stop it, remove its state and its registry, and start the usual one again if it ran."""
        self._offline("down", self._places)
        shutil.rmtree(self._places.state, ignore_errors=True)
        if self._usual:
            self._offline("up", Places.of_environment())

    def _offline(self, command: str, places: Places) -> None:
        env = {"NEXT_DISTROLESS_STATE": str(places.state), "_EXPERIMENTAL_DAGGER_RUNNER_HOST": ""}
        timed([sys.executable, "-m", "offline", command], log=self._log, cwd=PROJECT, env=env)


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
