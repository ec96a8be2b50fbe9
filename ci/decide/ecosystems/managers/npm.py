"""npm with lockfile version 2 or 3."""

from collections.abc import Mapping
from dataclasses import dataclass

from ci.decide.ecosystems.managers.checksums import TARBALL
from ci.decide.ecosystems.managers.commands import Install


@dataclass(frozen=True)
class Npm:
    """npm; the one that comes with Node unless package.json names another."""

    id: str = "npm"
    name: str = "npm"
    lockfiles: tuple[str, ...] = ("package-lock.json", "npm-shrinkwrap.json")
    inputs: tuple[str, ...] = ("patches/**", "**/*.patch")

    def owns(self, lockfile: str, _text: str) -> bool:
        """By name."""
        return lockfile in self.lockfiles

    def version(self, _text: str) -> str:
        """Empty: Node's own npm reads every format."""
        return ""

    def package(self, version: str, _platform: str) -> str:
        """The package ``npm``, where package.json names a version."""
        return self.name if version else ""

    def hashed(self, _version: str) -> str:
        """The tarball."""
        return TARBALL

    def bins(self, _version: str) -> Mapping[str, str]:
        """With npx."""
        return {"npm": "bin/npm-cli.js", "npx": "bin/npx-cli.js"}

    def env(self, install: Install) -> Mapping[str, str]:
        """The registry replaces the public one that a lockfile names, too: npm's ``replace-registry-host`` default."""
        return {
            "npm_config_cache": install.store,
            "npm_config_audit": "false",
            "npm_config_fund": "false",
            "npm_config_update_notifier": "false",
            **({"npm_config_registry": install.registry} if install.registry else {}),
        }

    def install(self, _install: Install) -> list[list[str]]:
        """Install from the lockfile as it is."""
        return [["npm", "ci", "--ignore-scripts", "--include=dev", "--prefer-offline"]]

    def run(self, script: str) -> list[str]:
        """Run a script of package.json."""
        return ["npm", "run", script]

    def stale(self, output: str) -> bool:
        """``npm ci`` says it in these words since npm 7."""
        return "can only install packages when your package.json and" in output
