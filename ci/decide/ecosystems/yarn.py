"""Yarn 1."""

import base64
import re
from collections.abc import Mapping
from dataclasses import dataclass

from ci.decide.ecosystems.locked import Locked, is_git
from ci.decide.ecosystems.lockfile import LockfileError, entries, head
from ci.decide.ecosystems.protocol import TARBALL, Ecosystem, Install, major

_HEADER = "# yarn lockfile v1"
_FORMAT = re.compile(r"(yarn lockfile) (v\d+)")
_FIELD = re.compile(r'  (version|resolved|integrity) "?([^"]*)"?')
_PATTERN = re.compile(r'"?(@?[^@"]+)@([^",]*)')
_ALIAS = re.compile(r"npm:(@?[^@]+)(@.*)?")
_LOCAL = re.compile(r"(file:|link:|\.{0,2}/)")
_SHA1 = re.compile(r"[0-9a-f]{40}")


@dataclass(frozen=True)
class Yarn(Ecosystem):
    """Yarn 1, called classic."""

    id: str = "yarn"
    name: str = "yarn"
    lock: str = "yarn install"
    fits: str = "yarn install --frozen-lockfile"
    generation: str = "1"
    lockfiles: tuple[str, ...] = ("yarn.lock",)
    inputs: tuple[str, ...] = (".yarnrc", "patches/**", "**/*.patch")
    published: tuple[str, ...] = ("yarn@1",)
    overrides: tuple[str, ...] = ("resolutions",)

    def covers(self, version: str) -> bool:
        """Whether it is a version 1."""
        return major(version) == 1

    def owns(self, lockfile: str, text: str) -> bool:
        """Whether it is a ``yarn.lock`` without the ``__metadata`` of berry."""
        return lockfile in self.lockfiles and "\n__metadata:" not in f"\n{text}"

    def format(self, text: str) -> str:
        """The version in the comment at the top of the file."""
        match = _FORMAT.search(head(text))
        return " ".join(match.groups()) if match else ""

    def read(self, _lockfile: str, text: str) -> tuple[Locked, ...]:
        """Packages, read line by line."""
        if _HEADER not in text:
            raise LockfileError(f"not a lockfile of yarn: `{_HEADER}` is missing")
        locked = (_package(key, fields) for key, fields in entries(text, _FIELD))
        return tuple(package for package in locked if package)

    def version(self, _lockfile: str) -> str:
        """The last release of yarn 1."""
        return "1.22.22"

    def package(self, _version: str, _platform: str) -> str:
        """The npm package ``yarn``."""
        return "yarn"

    def hashed(self, _version: str) -> str:
        """The hash is of the tarball."""
        return TARBALL

    def bins(self, _version: str) -> Mapping[str, str]:
        """The program, linked as ``yarn`` and ``yarnpkg``."""
        return {"yarn": "bin/yarn.js", "yarnpkg": "bin/yarn.js"}

    def env(self, install: Install) -> Mapping[str, str]:
        """Variables that yarn 1 reads, and npm's for the registry."""
        return {
            "YARN_CACHE_FOLDER": install.store,
            "YARN_IGNORE_PATH": "1",
            "npm_config_always_auth": "true",
            **({"npm_config_registry": install.registry} if install.registry else {}),
        }

    def install(self, _install: Install) -> list[list[str]]:
        """Install from the lockfile, without changing it."""
        return [
            [
                *("yarn", "install", "--frozen-lockfile", "--ignore-scripts", "--non-interactive"),
                *("--production=false", "--prefer-offline", "--no-progress"),
            ]
        ]

    def stale(self, output: str) -> bool:
        """By the text of yarn's error."""
        return "Your lockfile needs to be updated" in output


def _package(key: str, fields: dict[str, str]) -> Locked | None:
    pattern = _PATTERN.match(key)
    if not pattern or not fields.get("version"):
        raise LockfileError(f"`{key}` is not the entry of a package")
    name, wanted = pattern.groups()
    source, _, fragment = fields.get("resolved", "").partition("#")
    if _LOCAL.match(wanted) or _LOCAL.match(source):
        return None
    alias = _ALIAS.fullmatch(wanted)
    git = is_git(source)
    return Locked(
        name=alias[1] if alias else name,
        version=fields["version"],
        integrity=fields.get("integrity") or ("" if git else _sha1(fragment)),
        source=source,
        git=git,
    )


def _sha1(fragment: str) -> str:
    """A sha1 that yarn writes behind ``#``, as npm writes it; empty where there is none."""
    return f"sha1-{base64.b64encode(bytes.fromhex(fragment)).decode()}" if _SHA1.fullmatch(fragment) else ""
