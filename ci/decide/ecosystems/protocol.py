"""What the pipeline needs to know of a package manager: the protocol ``Ecosystem``."""

import re
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import Any, Protocol

from ci.decide.ecosystems.locked import Locked
from ci.intool.common import semver

TARBALL = "tarball"
"""What a hash in ``packageManager`` covers, for most managers."""


@dataclass(frozen=True, kw_only=True)
class Install:
    """An install.

    Attributes:
        version: exact version of the manager; empty for the one that comes with Node.
        store: directory that is kept between runs, for downloads.
        registry: URL of the npm registry to ask; empty for what the app's own configuration says.
    """

    version: str = ""
    store: str = "/store"
    registry: str = ""


@dataclass(frozen=True, kw_only=True)
class Settings:
    """A file with a manager's settings.

    Attributes:
        file: its name, in the source and in the home directory of who installs.
        credential: what in it is a credential, which no source may hold.
    """

    file: str
    credential: re.Pattern[str]


NPMRC = Settings(file=".npmrc", credential=re.compile(r"(_authToken|_password|_auth)[ \t]*=[ \t]*(?![\"']?\$\{)\S"))
"""npm's own, which others read too."""


def major(version: str) -> int:
    """First number of a manager's exact version; 0 for the one that comes with Node.js, whose version is empty."""
    return semver.major(version) or 0


class Ecosystem(Protocol):
    """A package manager with its manifests and its lockfile.

    A new one is one module with a class that inherits from this and says what differs, and its place in
    ``ci.decide.ecosystems.ECOSYSTEMS``.
    """

    @property
    def id(self) -> str:
        """Its unique name here: ``pnpm``, ``npm``, ``yarn`` (1), ``berry`` (yarn 2 and on) or ``bun``."""

    @property
    def name(self) -> str:
        """Its name in ``packageManager``, which is also that of its program."""

    @property
    def generation(self) -> str:
        """The versions of that name that belong to this ecosystem, for messages; empty for all."""
        return ""

    def covers(self, version: str, /) -> bool:  # noqa: ARG002  most cover all
        """Whether an exact version of that name is of this ecosystem."""
        return True

    # Files of the source.

    @property
    def lockfiles(self) -> tuple[str, ...]:
        """Names of its lockfile, the preferred one first."""

    @property
    def manifests(self) -> tuple[str, ...]:
        """Names of files that describe a package or a workspace."""
        return ("package.json",)

    @property
    def settings(self) -> Settings:
        """Registries and their credentials."""
        return NPMRC

    @property
    def inputs(self) -> tuple[str, ...]:
        """Globs of what, besides package.json and the lockfile, decides what is installed."""

    def workspaces(self, files: Mapping[str, str], package_json: Mapping[str, Any], /) -> Sequence[str] | None:  # noqa: ARG002  most read the second
        """Globs of a workspace's packages; None where its manifests describe no workspace.

        Args:
            files: content of the source's files, by path.
            package_json: of the source's root; empty where it has none.

        Raises:
            ProjectError: a manifest cannot be read.
        """
        if "workspaces" not in package_json:
            return None
        globs = package_json["workspaces"]
        return listed(globs.get("packages") if isinstance(globs, dict) else globs)

    # The lockfile.

    def owns(self, lockfile: str, text: str, /) -> bool:  # noqa: ARG002  most have names of their own
        """Whether a lockfile of that name and content is its own; yarn 1 and berry share a name."""
        return lockfile in self.lockfiles

    def format(self, text: str, /) -> str:
        """Name and version of a lockfile's format, as the file writes them; empty where it has none."""

    def read(self, lockfile: str, text: str, /) -> tuple[Locked, ...]:
        """Packages of a lockfile; workspaces, links and local files are left out.

        Raises:
            LockfileError: it cannot be read, or its format is too old.
        """

    def unread(self, lockfile: str, /) -> str:  # noqa: ARG002  most are read by any name
        """What to do about a lockfile of that name, because it cannot be read here; empty where it is read."""
        return ""

    @property
    def scanned_as(self) -> str:
        """Trivy's type of its lockfile."""
        return self.name

    # The manager itself.

    @property
    def published(self) -> tuple[str, ...]:
        """The npm packages that carry it, ``name@range``: these versions are known by checksum (``checksums.txt``)."""

    def version(self, lockfile: str, /) -> str:
        """The version to use where the source names none, by the lockfile's content; empty: the one beside Node."""

    def declared(self, files: Mapping[str, str], /) -> tuple[str, str]:  # noqa: ARG002  most have package.json alone
        """The version that the source names outside package.json, and the file; both empty where it does not."""
        return "", ""

    def package(self, version: str, platform: str, /) -> str:
        """The npm package that carries this version for the engine's platform; empty: it comes with Node."""

    def hashed(self, version: str, /) -> str:
        """What the hash in ``packageManager`` covers: ``TARBALL``, a file of the package, or nothing (empty)."""

    def bins(self, version: str, /) -> Mapping[str, str]:
        """Programs of that package to link: name to file in the package."""

    # Its commands.

    @property
    def lock(self) -> str:
        """What somebody runs to write the lockfile, without an install where the manager can do without."""

    @property
    def fits(self) -> str:
        """What somebody runs to see whether the lockfile fits package.json; it fails where it does not."""

    def env(self, install: Install, /) -> Mapping[str, str]:
        """Variables of all its commands: registry, store, no prompt, no telemetry."""

    def install(self, install: Install, /) -> list[list[str]]:
        """Commands of the frozen install, without install scripts, the development dependencies too."""

    def stale(self, output: str, /) -> bool:
        """Whether an install failed because the lockfile does not fit package.json."""

    def run(self, script: str, /) -> list[str]:
        """Run a script of package.json in the current directory."""
        return [self.name, "run", script]

    @property
    def hooks(self) -> bool:
        """Whether it runs the scripts ``preX`` and ``postX`` around a script ``X``."""
        return True

    def from_npmrc(self, npmrc: str, /) -> str:
        """Registries and tokens of an ``.npmrc`` as the content of its own settings file.

        Raises:
            ConfigError: what it says is not what npm writes.
        """
        return npmrc

    # Versions of what other packages depend on.

    @property
    def overrides(self) -> tuple[str, ...]:
        """Keys of package.json that lead to the object with the overrides."""

    @property
    def overrides_by_range(self) -> bool:
        """Whether a key of that object may be ``name@range``, so that it is for some versions of a package only."""
        return False


def listed(globs: object) -> tuple[str, ...]:
    """The texts of a list; other values are left out."""
    return tuple(glob for glob in globs if isinstance(glob, str)) if isinstance(globs, list) else ()
