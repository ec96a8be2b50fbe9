"""pnpm 7 and on."""

import re
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import Any

import yaml

from ci.decide.ecosystems.locked import Locked
from ci.decide.ecosystems.lockfile import lockfile_version
from ci.decide.ecosystems.pnpm.lockfile import read
from ci.decide.ecosystems.protocol import TARBALL, Ecosystem, Install, listed, major
from ci.errors import ProjectError

_WORKSPACE = "pnpm-workspace.yaml"

_BY_FORMAT = {"5": "7.33.7", "6": "8.15.9", "9": "10.33.0"}
_MODULES = 11
"""First major version of ES modules, and with a prefix of its own for variables."""
_NATIVE = 12
"""First major version that is a native program, in a package for each platform."""


@dataclass(frozen=True)
class Pnpm(Ecosystem):
    """pnpm; its store is content-addressed, so one volume serves all apps."""

    id: str = "pnpm"
    name: str = "pnpm"
    lock: str = "pnpm install --lockfile-only"
    fits: str = "pnpm install --frozen-lockfile --lockfile-only"
    lockfiles: tuple[str, ...] = ("pnpm-lock.yaml",)
    manifests: tuple[str, ...] = ("package.json", _WORKSPACE)
    inputs: tuple[str, ...] = (_WORKSPACE, ".pnpmfile.cjs", ".pnpmfile.mjs", "patches/**", "**/*.patch")
    published: tuple[str, ...] = ("pnpm@>=7.33.7 <12", "@pnpm/exe.linux-x64@>=12", "@pnpm/exe.linux-arm64@>=12")
    overrides: tuple[str, ...] = ("pnpm", "overrides")
    overrides_by_range: bool = True

    def workspaces(self, files: Mapping[str, str], _package_json: Mapping[str, Any]) -> Sequence[str] | None:
        """Globs of ``pnpm-workspace.yaml``, which decides even if it names no package."""
        if _WORKSPACE not in files:
            return None
        try:
            # This loader makes nothing but text, lists and mappings, and copies nothing for a `<<`.
            content = yaml.load(files[_WORKSPACE], Loader=yaml.BaseLoader)  # noqa: S506
        except (yaml.YAMLError, RecursionError, OverflowError, ValueError) as error:
            problem = getattr(error, "problem", None) or str(error).splitlines()[0]
            raise ProjectError.of("project.not-yaml", file=_WORKSPACE, problem=problem) from None
        return listed(content.get("packages") if isinstance(content, dict) else None)

    def format(self, text: str) -> str:
        """The value of ``lockfileVersion``."""
        return lockfile_version(text)

    def read(self, _lockfile: str, text: str) -> tuple[Locked, ...]:
        """Packages, read line by line."""
        return read(text)

    def version(self, lockfile: str) -> str:
        """By ``lockfileVersion``: 5 is of pnpm 7 and older, 6 of pnpm 8, 9 of pnpm 9 and later."""
        match = re.search(r"^lockfileVersion: ['\"]?(\d+)", lockfile, re.MULTILINE)
        return _BY_FORMAT.get(match[1] if match else "", _BY_FORMAT["9"])

    def package(self, version: str, platform: str) -> str:
        """The npm package ``pnpm``; since pnpm 12 the package of the platform's program."""
        if major(version) < _NATIVE:
            return "pnpm"
        return "@pnpm/exe.linux-arm64" if platform == "linux/arm64" else "@pnpm/exe.linux-x64"

    def hashed(self, version: str) -> str:
        """The hash is of the tarball of ``pnpm``, which is not fetched where the program has its own package."""
        return TARBALL if major(version) < _NATIVE else ""

    def bins(self, version: str) -> Mapping[str, str]:
        """Scripts, or the program under one name only: it does not know by which name it is called."""
        if major(version) >= _NATIVE:
            return {"pnpm": "pnpm"}
        suffix = "mjs" if major(version) >= _MODULES else "cjs"
        return {"pnpm": f"bin/pnpm.{suffix}", "pnpx": f"bin/pnpx.{suffix}"}

    def env(self, install: Install) -> Mapping[str, str]:
        """Variables: use this version of pnpm, keep to the lockfile, and do not prompt."""
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
        """Install from the lockfile, without changing it."""
        return [
            [
                *("pnpm", "install", "--frozen-lockfile", "--ignore-scripts", "--prefer-offline"),
                *("--config.production=false", "--reporter=append-only"),
            ]
        ]

    def stale(self, output: str) -> bool:
        """By pnpm's error codes."""
        return "ERR_PNPM_OUTDATED_LOCKFILE" in output or "ERR_PNPM_LOCKFILE_CONFIG_MISMATCH" in output
