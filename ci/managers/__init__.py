"""Package managers: one module each, all with the shape of ``Manager``."""

from collections.abc import Sequence
from typing import Protocol

from ci.managers.npm import Npm
from ci.managers.pnpm import Pnpm


class Manager(Protocol):
    """What the pipeline needs to know of a package manager."""

    @property
    def name(self) -> str:
        """Its name, which is also its npm package and its program."""

    @property
    def lockfile(self) -> str:
        """Name of its lockfile."""

    @property
    def inputs(self) -> tuple[str, ...]:
        """Globs of what, besides manifests and the lockfile, decides what is installed."""

    def version(self, lockfile: str) -> str:
        """The version to use where package.json names none, by the lockfile's format; empty: the one beside Node."""

    def install(self, store: str) -> list[str]:
        """The frozen install, without install scripts, with its store in a directory that is kept."""

    def rebuild(self, packages: Sequence[str]) -> list[str]:
        """Run the install scripts of these packages."""

    def run(self, script: str) -> list[str]:
        """Run a script of package.json."""

    def stale(self, output: str) -> bool:
        """Whether an install failed because the lockfile does not fit package.json."""


MANAGERS: tuple[Manager, ...] = (Pnpm(), Npm())
"""All that are supported."""


def by_name(name: str) -> Manager | None:
    """The manager of that name, or None."""
    return next((m for m in MANAGERS if m.name == name), None)
