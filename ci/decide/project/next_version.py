"""The version of Next.js."""

import re
from collections.abc import Sequence

from ci.decide.ecosystems.lockfiles import Locked

OLDEST = 13
"""The first major version whose standalone output the pipeline knows."""


def exact(wanted: str, locked: Sequence[Locked]) -> str:
    """The exact version of the lockfile, if need be by the wanted major version; the wanted range where none is clear.

    Args:
        wanted: what package.json has.
        locked: packages of the lockfile.
    """
    found = sorted({package.version for package in locked if package.name == "next"})
    fitting = found if len(found) == 1 else [one for one in found if _major(one) == _major(wanted)]
    return fitting[0] if len(fitting) == 1 else wanted


def warning(version: str) -> str:
    """What is to be said of a version; empty where nothing is."""
    major = _major(version)
    if major is None:
        return f"the version of Next.js, `{version}`, is not known: lock it to an exact one"
    return f"Next.js {version} is older than {OLDEST}, which nobody has tried here" if major < OLDEST else ""


def _major(version: str) -> int | None:
    match = re.match(r"[\s^~>=v]*(\d{1,9})", version)
    return int(match[1]) if match else None
