"""Lockfiles by the real package managers, without installing where they can.

They are made when a test needs them: most name the host of a package registry, and go stale.
"""

import shutil
from collections.abc import Callable
from functools import partial
from pathlib import Path

from tests.conftest import command

PNPM = "10.33.0"
PNPM_8 = "8.15.9"
YARN = "1.22.22"
BERRY = "4.18.1"
BUN = "1.4.5"

_BERRY_ENV = {"YARN_ENABLE_IMMUTABLE_INSTALLS": "false", "YARN_ENABLE_TELEMETRY": "0"}


def run(*argv: str | Path, cwd: Path, env: dict[str, str] | None = None) -> None:
    """Run a program, and fail the test with its output when it fails."""
    done = command(*argv, cwd=cwd, deadline=300, env=env)
    assert done.code == 0, f"{' '.join(map(str, argv))}\n{done.stdout[-2000:]}\n{done.stderr[-2000:]}"


def none(root: Path) -> None:
    """No lockfile."""


def npm(root: Path) -> None:
    """package-lock.json, version 3."""
    run("npm", "install", "--package-lock-only", "--ignore-scripts", "--prefer-offline", cwd=root)


def _pnpm(version: str, root: Path) -> None:
    options = ("--lockfile-only", "--ignore-scripts", "--prefer-offline")
    run("npx", "--yes", f"pnpm@{version}", "install", *options, cwd=root)


pnpm: Callable[[Path], None] = partial(_pnpm, PNPM)
"""pnpm-lock.yaml, version 9."""

pnpm8: Callable[[Path], None] = partial(_pnpm, PNPM_8)
"""pnpm-lock.yaml, version 6."""


def yarn(root: Path) -> None:
    """yarn.lock of yarn 1, which only an install writes."""
    options = ("--ignore-scripts", "--no-bin-links", "--prefer-offline", "--non-interactive", "--no-progress")
    run("npx", "--yes", f"yarn@{YARN}", "install", *options, cwd=root)
    shutil.rmtree(root / "node_modules")


def berry(root: Path) -> None:
    """yarn.lock of yarn 4."""
    (root / "yarn.lock").touch()  # or it would look for a project in the directories above
    program = ("npx", "--yes", "--package", f"@yarnpkg/cli-dist@{BERRY}", "yarn")
    run(*program, "install", "--mode=update-lockfile", cwd=root, env=_BERRY_ENV)
    (root / ".yarn" / "install-state.gz").unlink()


def bun(root: Path) -> None:
    """bun.lock."""
    run("npx", "--yes", f"bun@{BUN}", "install", "--lockfile-only", "--ignore-scripts", cwd=root)
