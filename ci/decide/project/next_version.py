"""The version of Next.js."""

from collections.abc import Sequence

from ci.decide.ecosystems.locked import Locked
from ci.intool.common import semver, semver_range
from ci.intool.common.semver import Version
from ci.messages import Message, message

OLDEST = 13
"""The first major version whose standalone output the pipeline knows."""


def exact(wanted: str, locked: Sequence[Locked]) -> str:
    """The exact version of the lockfile, of several the one in the wanted range; that range where none is clear.

    Args:
        wanted: what package.json has.
        locked: packages of the lockfile.
    """
    found = sorted({package.version for package in locked if package.name == "next"})
    fitting = found if len(found) == 1 else [one for one in found if _within(wanted, one)]
    return fitting[0] if len(fitting) == 1 else wanted


def warning(version: str) -> Message | None:
    """The warning about a version, if any."""
    number = major(version)
    if number is None:
        return message("warning.unknown-next", version=version)
    return message("warning.old-next", version=version, oldest=OLDEST) if number < OLDEST else None


def _within(wanted: str, version: str) -> bool:
    found, one = semver_range.parse(wanted), semver.parse(version)
    return found is not None and one is not None and found.allows(one)


def major(wanted: str) -> int | None:
    """The lowest major version that a version or a range allows; None where it sets no lower end."""
    if exact := semver.parse(wanted):
        return exact.major
    found = semver_range.parse(wanted)
    lowest = found.lowest(Version(0, 0, 0)) if found else None
    return lowest.major if lowest and lowest.major else None
