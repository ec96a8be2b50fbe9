"""What the commands of a package manager depend on."""

from dataclasses import dataclass

from ci.intool.common import semver


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


def major(version: str) -> int:
    """First number of a manager's exact version; 0 for the one that comes with Node.js, whose version is empty."""
    return semver.major(version) or 0
