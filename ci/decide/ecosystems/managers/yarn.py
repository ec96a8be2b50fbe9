"""Yarn 1."""

import re
from collections.abc import Mapping
from dataclasses import dataclass

from ci.decide.ecosystems.managers.checksums import TARBALL
from ci.decide.ecosystems.managers.commands import Install

_PUBLIC = r"registry\.(npmjs\.org|yarnpkg\.com)"


@dataclass(frozen=True)
class Yarn:
    """Yarn 1, called classic."""

    id: str = "yarn"
    name: str = "yarn"
    lockfiles: tuple[str, ...] = ("yarn.lock",)
    inputs: tuple[str, ...] = (".yarnrc", "patches/**", "**/*.patch")

    def owns(self, lockfile: str, text: str) -> bool:
        """A ``yarn.lock`` that is not berry's."""
        return lockfile in self.lockfiles and "\n__metadata:" not in f"\n{text}"

    def version(self, _text: str) -> str:
        """The last one."""
        return "1.22.22"

    def package(self, _version: str, _platform: str) -> str:
        """``yarn``."""
        return "yarn"

    def hashed(self, _version: str) -> str:
        """The tarball."""
        return TARBALL

    def bins(self, _version: str) -> Mapping[str, str]:
        """Under both of its names."""
        return {"yarn": "bin/yarn.js", "yarnpkg": "bin/yarn.js"}

    def env(self, install: Install) -> Mapping[str, str]:
        """Variables that yarn 1 reads, and npm's for the registry."""
        return {
            "YARN_CACHE_FOLDER": install.store,
            "YARN_IGNORE_PATH": "1",
            "npm_config_always_auth": "true",
            **({"npm_config_registry": install.registry} if install.registry else {}),
        }

    def install(self, install: Install) -> list[list[str]]:
        """Install from the lockfile as it is; a registry takes the place of the public ones that it names."""
        registry = re.sub(r"[&#\\]", r"\\\g<0>", install.registry.rstrip("/"))
        replace = ["sed", "-i", "-E", f"s#https?://{_PUBLIC}/#{registry}/#", self.lockfiles[0]]
        frozen = [
            *("yarn", "install", "--frozen-lockfile", "--ignore-scripts", "--non-interactive"),
            *("--production=false", "--prefer-offline", "--no-progress"),
        ]
        return [replace, frozen] if registry else [frozen]

    def run(self, script: str) -> list[str]:
        """Run a script of package.json."""
        return ["yarn", "run", script]

    def stale(self, output: str) -> bool:
        """Yarn's own words."""
        return "Your lockfile needs to be updated" in output
