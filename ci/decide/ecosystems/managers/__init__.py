"""Package managers: one module each, all with the shape of ``Manager``."""

from collections.abc import Mapping
from typing import Protocol

from ci.decide.ecosystems.managers.berry import Berry
from ci.decide.ecosystems.managers.bun import Bun
from ci.decide.ecosystems.managers.commands import Install
from ci.decide.ecosystems.managers.npm import Npm
from ci.decide.ecosystems.managers.pnpm import Pnpm
from ci.decide.ecosystems.managers.yarn import Yarn


class Manager(Protocol):
    """What the pipeline needs to know of a package manager."""

    @property
    def id(self) -> str:
        """Its unique name here: ``pnpm``, ``npm``, ``yarn`` (1), ``berry`` (yarn 2 and on) or ``bun``."""

    @property
    def name(self) -> str:
        """What ``packageManager`` calls it, which is also its program."""

    @property
    def lockfiles(self) -> tuple[str, ...]:
        """Names of its lockfile, the preferred one first."""

    @property
    def inputs(self) -> tuple[str, ...]:
        """Globs of what, besides manifests and the lockfile, decides what is installed."""

    def owns(self, lockfile: str, text: str, /) -> bool:
        """Whether a lockfile of that name and content is this manager's; yarn 1 and berry share a name."""

    def version(self, text: str, /) -> str:
        """The version to use where package.json names none, by the lockfile's format; empty: the one beside Node."""

    def package(self, version: str, platform: str, /) -> str:
        """The npm package that carries this version for the engine's platform; empty: it comes with Node."""

    def hashed(self, version: str, /) -> str:
        """What the hash in ``packageManager`` is of: ``TARBALL``, a file of the package, or empty: not of this."""

    def bins(self, version: str, /) -> Mapping[str, str]:
        """Programs of that package to link: name to file in the package."""

    def env(self, install: Install, /) -> Mapping[str, str]:
        """Variables of all its commands: registry, store, nothing that asks or tells anyone else."""

    def install(self, install: Install, /) -> list[list[str]]:
        """Commands of the frozen install, without install scripts, the development dependencies too."""

    def run(self, script: str, /) -> list[str]:
        """Run a script of package.json in the current directory."""

    def stale(self, output: str, /) -> bool:
        """Whether an install failed because the lockfile does not fit package.json."""


MANAGERS: tuple[Manager, ...] = (Pnpm(), Npm(), Yarn(), Berry(), Bun())


def by_id(id_: str) -> Manager:
    """The manager with this id.

    Raises:
        KeyError: there is none.
    """
    return {manager.id: manager for manager in MANAGERS}[id_]
