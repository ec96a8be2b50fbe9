"""Yarn 2 and on."""

import re
from collections.abc import Mapping
from dataclasses import dataclass
from urllib.parse import urlsplit

from ci.decide.ecosystems.berry.lockfile import read
from ci.decide.ecosystems.berry.yarnrc import yarnrc
from ci.decide.ecosystems.locked import Locked
from ci.decide.ecosystems.lockfile import head
from ci.decide.ecosystems.protocol import Ecosystem, Install, Settings, major

_SETTINGS = Settings(
    file=".yarnrc.yml",
    credential=re.compile(r"(npmAuthToken|npmAuthIdent)[\"']?[ \t]*:[ \t]*(?![\"']?\$\{|[\"']{2})[^\s#]"),
)
_FORMAT = re.compile(r"__metadata:\s+(version): (\d+)")
_RELEASE = re.compile(r"^yarnPath:.{0,500}\byarn-(\d+\.\d+\.\d+[\w.-]{0,99})\.c?js", re.MULTILINE)
_NEWEST = "4.18.1"
_BY_FORMAT = {"4": "2.4.2", "5": "3.1.1", "6": "3.8.7", "8": "4.13.0", "9": "4.14.1"}
"""The last version that writes a format."""


@dataclass(frozen=True)
class Berry(Ecosystem):
    """Yarn 2 and later, called berry; always with ``node_modules``, also if the app uses another linker."""

    id: str = "berry"
    name: str = "yarn"
    lock: str = "yarn install --mode=update-lockfile"
    fits: str = "yarn install --immutable"
    generation: str = "2 or later"
    hooks: bool = False
    settings: Settings = _SETTINGS
    lockfiles: tuple[str, ...] = ("yarn.lock",)
    inputs: tuple[str, ...] = (
        _SETTINGS.file,
        ".yarn/releases/**",
        ".yarn/plugins/**",
        ".yarn/patches/**",
        "patches/**",
        "**/*.patch",
    )
    published: tuple[str, ...] = ("@yarnpkg/cli-dist@>=2",)
    overrides: tuple[str, ...] = ("resolutions",)

    def covers(self, version: str) -> bool:
        """Whether it is a version 2 or later."""
        return major(version) != 1

    def owns(self, lockfile: str, text: str) -> bool:
        """Whether it is a ``yarn.lock`` with ``__metadata``, which yarn 1 does not write."""
        return lockfile in self.lockfiles and "\n__metadata:" in f"\n{text}"

    def format(self, text: str) -> str:
        """The value of ``version`` in ``__metadata``."""
        match = _FORMAT.search(head(text))
        return " ".join(match.groups()) if match else ""

    def read(self, _lockfile: str, text: str) -> tuple[Locked, ...]:
        """Packages, read line by line; patched copies are left out, their originals are listed."""
        return read(text)

    def version(self, lockfile: str) -> str:
        """By the format: another version of yarn would rewrite the lockfile, which a frozen install refuses."""
        match = re.search(r"^__metadata:\n  version: (\d+)", lockfile, re.MULTILINE)
        return _BY_FORMAT.get(match[1] if match else "", _NEWEST)

    def declared(self, files: Mapping[str, str]) -> tuple[str, str]:
        """By ``yarnPath``, the file of a release."""
        match = _RELEASE.search(files.get(_SETTINGS.file, ""))
        return (match[1], _SETTINGS.file) if match else ("", "")

    def package(self, _version: str, _platform: str) -> str:
        """The npm package of the bundled program."""
        return "@yarnpkg/cli-dist"

    def hashed(self, _version: str) -> str:
        """The hash is of the program: corepack fetches it from a place without a tarball."""
        return self.bins(_version)[self.name]

    def bins(self, _version: str) -> Mapping[str, str]:
        """The program, linked as ``yarn`` and ``yarnpkg``."""
        return {"yarn": "bin/yarn.js", "yarnpkg": "bin/yarn.js"}

    def env(self, install: Install) -> Mapping[str, str]:
        """All settings as variables; each wins over ``.yarnrc.yml``."""
        registry = urlsplit(install.registry)
        return {
            "YARN_NODE_LINKER": "node-modules",
            "YARN_CACHE_FOLDER": install.store,
            "YARN_ENABLE_GLOBAL_CACHE": "false",
            "YARN_ENABLE_TELEMETRY": "0",
            **({"YARN_NPM_REGISTRY_SERVER": install.registry} if install.registry else {}),
            **({"YARN_UNSAFE_HTTP_WHITELIST": str(registry.hostname)} if registry.scheme == "http" else {}),
        }

    def install(self, install: Install) -> list[list[str]]:
        """Install from the lockfile, without changing it."""
        no_scripts = "--skip-builds" if major(install.version) == 2 else "--mode=skip-build"  # noqa: PLR2004  yarn 2
        return [["yarn", "install", "--immutable", no_scripts]]

    def stale(self, output: str) -> bool:
        """By yarn's error code."""
        return "YN0028" in output

    def from_npmrc(self, npmrc: str) -> str:
        """The content of ``.yarnrc.yml``, as it does not read ``.npmrc``."""
        return yarnrc(npmrc)
