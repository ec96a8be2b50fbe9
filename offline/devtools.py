"""Virtual environments with tools of the tests, each from a lock file with hashes."""

import shutil
import sys
from pathlib import Path

from offline.commands import run
from offline.places import CHECKOUT, Places
from offline.progress import step
from offline.recipe_key import key_of

LOCK = CHECKOUT / "requirements-dev.lock"
SEMGREP_LOCK = CHECKOUT / "offline/images/semgrep.lock"


def install(places: Places) -> Path:
    """Install the test and lint tools; returns the environment's directory.

    Raises:
        OfflineError: PyPI is not in reach, or a package is not what the lock says.
    """
    return _installed("dev", LOCK, "test and lint tools", places)


def semgrep(places: Places) -> Path:
    """Install Semgrep, whose dependencies do not fit the others; returns the program.

    Raises:
        OfflineError: PyPI is not in reach, or a package is not what the lock says.
    """
    return _installed("semgrep", SEMGREP_LOCK, "Semgrep", places) / "bin/semgrep"


def _installed(name: str, lock: Path, what: str, places: Places) -> Path:
    home = places.cache / name / key_of([lock], sys.version)
    complete = home / "complete"
    if complete.exists():
        return home
    shutil.rmtree(home, ignore_errors=True)
    log = places.log(name)
    with step(f"installing {what} (log: {log})"):
        run(
            [sys.executable, "-m", "venv", home],
            log=log,
            fix="install the Debian package python3-venv, then run the command again",
        )
        run(
            [home / "bin/python", "-m", "pip", "install", "-q", "--require-hashes", "-r", lock],
            log=log,
            fix="check that PyPI is in reach, then run the command again",
        )
    complete.touch()
    return home
