"""npm with lockfile version 2 or 3."""

from collections.abc import Sequence
from dataclasses import dataclass


@dataclass(frozen=True)
class Npm:
    """npm; the one that comes with Node unless package.json names another."""

    name: str = "npm"
    lockfile: str = "package-lock.json"
    inputs: tuple[str, ...] = ("patches/**",)

    def version(self, lockfile: str) -> str:  # noqa: ARG002  the Protocol's signature
        """Empty: Node's own npm reads both formats."""
        return ""

    def install(self, store: str) -> list[str]:
        """Install from the lockfile as it is."""
        return [
            *("npm", "ci", "--ignore-scripts", "--prefer-offline", "--no-audit", "--no-fund"),
            f"--cache={store}",
        ]

    def rebuild(self, packages: Sequence[str]) -> list[str]:
        """Run the install scripts of these packages."""
        return ["npm", "rebuild", *packages]

    def run(self, script: str) -> list[str]:
        """Run a script of package.json."""
        return ["npm", "run", script]

    def stale(self, output: str) -> bool:
        """``npm ci`` says it in these words since npm 7."""
        return "can only install packages when your package.json and" in output
