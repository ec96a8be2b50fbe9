"""pnpm 8, 9, 10."""

import re
from collections.abc import Sequence
from dataclasses import dataclass

_BY_FORMAT = {"6": "8.15.9", "9": "10.33.0"}


@dataclass(frozen=True)
class Pnpm:
    """pnpm; its store is content-addressed, so one volume serves all apps."""

    name: str = "pnpm"
    lockfile: str = "pnpm-lock.yaml"
    inputs: tuple[str, ...] = ("pnpm-workspace.yaml", ".pnpmfile.cjs", "patches/**")

    def version(self, lockfile: str) -> str:
        """By ``lockfileVersion``: 6 is pnpm 8's, 9 that of 9 and 10."""
        match = re.search(r"^lockfileVersion: ['\"]?(\d+)", lockfile, re.MULTILINE)
        return _BY_FORMAT.get(match[1] if match else "", _BY_FORMAT["9"])

    def install(self, store: str) -> list[str]:
        """Install from the lockfile as it is."""
        return [
            *("pnpm", "install", "--frozen-lockfile", "--ignore-scripts", "--prefer-offline"),
            *("--reporter=append-only", f"--config.store-dir={store}"),
        ]

    def rebuild(self, packages: Sequence[str]) -> list[str]:
        """Run the install scripts of these packages."""
        return ["pnpm", "rebuild", *packages]

    def run(self, script: str) -> list[str]:
        """Run a script of package.json."""
        return ["pnpm", "run", script]

    def stale(self, output: str) -> bool:
        """Pnpm's own error code."""
        return "ERR_PNPM_OUTDATED_LOCKFILE" in output or "ERR_PNPM_LOCKFILE_CONFIG_MISMATCH" in output
