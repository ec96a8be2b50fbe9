"""The virtual environment with test and lint tools, from ``requirements-dev.lock``."""

import shutil
import sys
from pathlib import Path

from offline.commands import run
from offline.places import CHECKOUT, Places
from offline.progress import step
from offline.recipe_key import key_of

LOCK = CHECKOUT / "requirements-dev.lock"


def install(places: Places) -> Path:
    """Install the tools where this lock was not installed yet; returns the environment's directory.

    Raises:
        OfflineError: PyPI is not in reach, or a package is not what the lock says.
    """
    home = places.cache / "dev" / key_of([LOCK], sys.version)
    complete = home / "complete"
    if complete.exists():
        return home
    shutil.rmtree(home, ignore_errors=True)
    log = places.log("dev")
    with step(f"installing test and lint tools (log: {log})"):
        run(
            [sys.executable, "-m", "venv", home],
            log=log,
            fix="install the Debian package python3-venv, then run the command again",
        )
        run(
            [home / "bin/python", "-m", "pip", "install", "-q", "--require-hashes", "-r", LOCK],
            log=log,
            fix="check that PyPI is in reach, then run the command again",
        )
    complete.touch()
    return home
