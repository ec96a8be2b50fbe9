"""npm with lockfile version 1, 2 or 3."""

import re
from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from typing import Any

from ci.decide.ecosystems.locked import Locked, is_git
from ci.decide.ecosystems.lockfile import LockfileError, lockfile_version, text, texts
from ci.decide.ecosystems.protocol import TARBALL, Ecosystem, Install
from ci.intool.common.media import decoded

_VERSIONS = (1, 2, 3)
_ALIAS = re.compile(r"npm:(?P<name>@?[^@]+)@(?P<version>.+)")
_LOCAL = re.compile(r"(file|link):|\.{0,2}/")


@dataclass(frozen=True)
class Npm(Ecosystem):
    """npm; the one that comes with Node unless package.json names another."""

    id: str = "npm"
    name: str = "npm"
    lock: str = "npm install --package-lock-only"
    fits: str = "npm ci --dry-run"
    lockfiles: tuple[str, ...] = ("package-lock.json", "npm-shrinkwrap.json")
    inputs: tuple[str, ...] = ("patches/**", "**/*.patch")
    published: tuple[str, ...] = ("npm@>=8",)
    overrides: tuple[str, ...] = ("overrides",)
    overrides_by_range: bool = True

    def format(self, text: str) -> str:
        """The value of ``lockfileVersion``."""
        return lockfile_version(text)

    def read(self, _lockfile: str, text: str) -> tuple[Locked, ...]:
        """Packages; one that is bundled in another is part of that one."""
        return _read(text)

    def version(self, _lockfile: str) -> str:
        """Empty: Node's own npm reads every format."""
        return ""

    def package(self, version: str, _platform: str) -> str:
        """The package ``npm``, where package.json names a version."""
        return self.name if version else ""

    def hashed(self, _version: str) -> str:
        """The hash is of the tarball."""
        return TARBALL

    def bins(self, _version: str) -> Mapping[str, str]:
        """The programs ``npm`` and ``npx``."""
        return {"npm": "bin/npm-cli.js", "npx": "bin/npx-cli.js"}

    def env(self, install: Install) -> Mapping[str, str]:
        """Variables; the registry also replaces the public one in a lockfile (default of ``replace-registry-host``)."""
        return {
            "npm_config_cache": install.store,
            "npm_config_audit": "false",
            "npm_config_fund": "false",
            "npm_config_update_notifier": "false",
            **({"npm_config_registry": install.registry} if install.registry else {}),
        }

    def install(self, _install: Install) -> list[list[str]]:
        """Install from the lockfile, without changing it."""
        return [["npm", "ci", "--ignore-scripts", "--include=dev", "--prefer-offline"]]

    def stale(self, output: str) -> bool:
        """By the text of the error of ``npm ci`` since npm 7."""
        return "can only install packages when your package.json and" in output


def _read(content: str) -> tuple[Locked, ...]:
    try:
        lock = decoded(content)
    except ValueError as error:
        raise LockfileError(f"not JSON: {error}") from None
    version = lock.get("lockfileVersion") if isinstance(lock, dict) else None
    if version not in _VERSIONS:
        *others, last = map(str, _VERSIONS)
        raise LockfileError(f"not a lockfile of version {', '.join(others)} or {last}")
    if version == 1:
        return tuple(_old(lock))
    packages = lock.get("packages")
    if not isinstance(packages, dict) or not all(isinstance(entry, dict) for entry in packages.values()):
        raise LockfileError("`packages` is missing, or has something else than packages")
    return tuple(_package(path, entry) for path, entry in packages.items() if _installed(path, entry))


def _old(lock: dict[str, Any]) -> Iterator[Locked]:
    """Packages of version 1, which npm 5 and 6 wrote: each has those below its own node_modules in itself.

    ``npm ci`` of today installs them, and asks the registry for what such a lockfile does not say of a package.
    """
    waiting = [lock]
    while waiting:
        tree = waiting.pop().get("dependencies", {})
        if not isinstance(tree, dict) or not all(isinstance(entry, dict) for entry in tree.values()):
            raise LockfileError("`dependencies` has something else than packages")
        for key, entry in tree.items():
            waiting.append(entry)
            version = text(entry.get("version"))
            if not version:
                raise LockfileError(f"`{key}` has no version")
            if entry.get("bundled") or _LOCAL.match(version):
                continue
            alias = _ALIAS.fullmatch(version)
            git = is_git(version)
            source = version if git or "://" in version else text(entry.get("resolved"))
            yield Locked(
                name=alias["name"] if alias else key,
                version=alias["version"] if alias else version,
                integrity=text(entry.get("integrity")),
                source=source.partition("#")[0],
                git=git,
            )


def _installed(path: str, entry: dict[str, Any]) -> bool:
    local = entry.get("link") or text(entry.get("resolved")).startswith("file:")
    return "node_modules/" in path and not local and not entry.get("inBundle")


def _package(path: str, entry: dict[str, Any]) -> Locked:
    name, version = text(entry.get("name")) or path.rpartition("node_modules/")[2], text(entry.get("version"))
    if not name or not version:
        raise LockfileError(f"`{path}` has no name or no version")
    source = text(entry.get("resolved"))
    return Locked(
        name=name,
        version=version,
        integrity=text(entry.get("integrity")),
        source=source.partition("#")[0],
        git=is_git(source),
        cpu=texts(entry.get("cpu")),
        os=texts(entry.get("os")),
        libc=texts(entry.get("libc")),
    )
