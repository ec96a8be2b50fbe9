"""pnpm 8 and on."""

import re
from collections.abc import Mapping
from dataclasses import dataclass

from ci.decide.ecosystems.managers.checksums import TARBALL
from ci.decide.ecosystems.managers.commands import Install, major

_BY_FORMAT = {"6": "8.15.9", "9": "10.33.0"}
_MODULES = 11
"""First major version of ES modules, and with a prefix of its own for variables."""
_NATIVE = 12
"""First major version that is a native program, in a package for each platform."""


@dataclass(frozen=True)
class Pnpm:
    """pnpm; its store is content-addressed, so one volume serves all apps."""

    id: str = "pnpm"
    name: str = "pnpm"
    lockfiles: tuple[str, ...] = ("pnpm-lock.yaml",)
    inputs: tuple[str, ...] = ("pnpm-workspace.yaml", ".pnpmfile.cjs", ".pnpmfile.mjs", "patches/**", "**/*.patch")

    def owns(self, lockfile: str, _text: str) -> bool:
        """By name."""
        return lockfile in self.lockfiles

    def version(self, text: str) -> str:
        """By ``lockfileVersion``: 6 is pnpm 8's, 9 that of 9 and on."""
        match = re.search(r"^lockfileVersion: ['\"]?(\d+)", text, re.MULTILINE)
        return _BY_FORMAT.get(match[1] if match else "", _BY_FORMAT["9"])

    def package(self, version: str, platform: str) -> str:
        """``pnpm``, and since pnpm 12 the platform's program."""
        if major(version) < _NATIVE:
            return "pnpm"
        return "@pnpm/exe.linux-arm64" if platform == "linux/arm64" else "@pnpm/exe.linux-x64"

    def hashed(self, version: str) -> str:
        """The tarball of ``pnpm``, which is not fetched where the program has a package of its own."""
        return TARBALL if major(version) < _NATIVE else ""

    def bins(self, version: str) -> Mapping[str, str]:
        """Scripts, or the program, which has no second name: it would not know what it was called by."""
        if major(version) >= _NATIVE:
            return {"pnpm": "pnpm"}
        suffix = "mjs" if major(version) >= _MODULES else "cjs"
        return {"pnpm": f"bin/pnpm.{suffix}", "pnpx": f"bin/pnpx.{suffix}"}

    def env(self, install: Install) -> Mapping[str, str]:
        """Settings that leave no question: this very pnpm, what is locked, whatever was built or not."""
        settings = {
            "store_dir": install.store,
            "manage_package_manager_versions": "false",
            "package_manager_strict": "false",
            "pm_on_fail": "ignore",
            "verify_deps_before_run": "false",
            "strict_dep_builds": "false",
            "minimum_release_age": "0",
            "update_notifier": "false",
            **({"registry": install.registry} if install.registry else {}),
        }
        prefix = "pnpm_config" if major(install.version) >= _MODULES else "npm_config"
        return {f"{prefix}_{name}": value for name, value in settings.items()}

    def install(self, _install: Install) -> list[list[str]]:
        """Install from the lockfile as it is."""
        return [
            [
                *("pnpm", "install", "--frozen-lockfile", "--ignore-scripts", "--prefer-offline"),
                *("--config.production=false", "--reporter=append-only"),
            ]
        ]

    def run(self, script: str) -> list[str]:
        """Run a script of package.json."""
        return ["pnpm", "run", script]

    def stale(self, output: str) -> bool:
        """Pnpm's own error codes."""
        return "ERR_PNPM_OUTDATED_LOCKFILE" in output or "ERR_PNPM_LOCKFILE_CONFIG_MISMATCH" in output
