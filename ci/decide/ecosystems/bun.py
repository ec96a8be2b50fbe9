"""bun 1, as a package manager only: the app is built and run by Node."""

import re
from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any

from ci.decide.ecosystems.locked import Locked, is_git
from ci.decide.ecosystems.lockfile import LockfileError, lockfile_version, texts
from ci.decide.ecosystems.protocol import Ecosystem, Install
from ci.intool.common.media import decoded

_TEXT, _BINARY = "bun.lock", "bun.lockb"
# What has no end ends with the text: a search that gave it up would begin again at each of its characters.
_NOT_JSON = re.compile(r'("(?:[^"\\]|\\.)*(?:"|\\?\Z))|//[^\n]*|/\*.*?(?:\*/|\Z)|,(?=\s*[}\]])', re.DOTALL)
_RESOLVED = re.compile(r"(?P<name>@?[^@]+)@(?P<version>.+)")


@dataclass(frozen=True)
class Bun(Ecosystem):
    """bun."""

    id: str = "bun"
    name: str = "bun"
    lock: str = "bun install --lockfile-only"
    fits: str = "bun install --frozen-lockfile --dry-run"
    lockfiles: tuple[str, ...] = (_TEXT, _BINARY)
    inputs: tuple[str, ...] = ("bunfig.toml", "patches/**", "**/*.patch")
    published: tuple[str, ...] = ("@oven/bun-linux-x64-baseline@>=1", "@oven/bun-linux-aarch64@>=1")
    overrides: tuple[str, ...] = ("overrides",)

    def format(self, text: str) -> str:
        """The value of ``lockfileVersion``."""
        return lockfile_version(text)

    def read(self, lockfile: str, text: str) -> tuple[Locked, ...]:
        """Packages of the text format, JSON with comments and trailing commas; none of the binary format."""
        return () if lockfile == _BINARY else _read(text)

    def unread(self, lockfile: str) -> str:
        """The binary format cannot be read; bun 1.2 and later write text."""
        return f"write {_TEXT} with `bun install --save-text-lockfile`" if lockfile == _BINARY else ""

    def version(self, _lockfile: str) -> str:
        """The newest version: it reads all formats."""
        return "1.4.5"

    def package(self, _version: str, platform: str) -> str:
        """The package of the platform's program; for amd64 the one that needs no AVX2."""
        return "@oven/bun-linux-aarch64" if platform == "linux/arm64" else "@oven/bun-linux-x64-baseline"

    def hashed(self, _version: str) -> str:
        """Empty: corepack does not know bun."""
        return ""

    def bins(self, _version: str) -> Mapping[str, str]:
        """The program, linked as ``bun`` and ``bunx``."""
        return {"bun": "bin/bun", "bunx": "bin/bun"}

    def env(self, install: Install) -> Mapping[str, str]:
        """Variables; the registry wins over that of bunfig.toml."""
        return {
            "BUN_INSTALL_CACHE_DIR": install.store,
            "DO_NOT_TRACK": "1",
            **({"npm_config_registry": install.registry} if install.registry else {}),
        }

    def install(self, _install: Install) -> list[list[str]]:
        """Install from the lockfile, without changing it."""
        return [["bun", "install", "--frozen-lockfile", "--ignore-scripts", "--no-progress"]]

    def stale(self, output: str) -> bool:
        """By the text of bun's error, which is also that for a lockfile of a newer bun."""
        frozen = "lockfile had changes, but lockfile is frozen" in output
        return frozen and "Unknown lockfile version" not in output


def _read(text: str) -> tuple[Locked, ...]:
    try:
        lock = decoded(_NOT_JSON.sub(lambda match: match[1] or "", text))
    except ValueError as error:
        raise LockfileError(f"not JSON: {error}") from None
    packages = lock.get("packages") if isinstance(lock, dict) and "lockfileVersion" in lock else None
    if not isinstance(packages, dict):
        raise LockfileError("not a lockfile of bun: `lockfileVersion` or `packages` is missing")
    locked = (_package(key, entry) for key, entry in packages.items())
    return tuple(package for package in locked if package)


def _package(key: str, entry: Any) -> Locked | None:
    resolved = entry[0] if isinstance(entry, list) and entry and isinstance(entry[0], str) else ""
    match = _RESOLVED.fullmatch(resolved)
    if not match:
        raise LockfileError(f"`{key}` is not the entry of a package")
    version = match["version"]
    registry = version[0].isdecimal()
    if not registry and not is_git(version) and "://" not in version:
        return None
    strings = [part for part in entry[1:] if isinstance(part, str)]
    limits = next((part for part in entry[1:] if isinstance(part, dict)), {})
    source = next((text for text in strings if "://" in text), "") if registry else version
    return Locked(
        name=match["name"],
        version=version,
        integrity=next((text for text in strings if text.startswith("sha")), ""),
        source=source.partition("#")[0],
        git=is_git(source),
        cpu=texts(limits.get("cpu")),
        os=texts(limits.get("os")),
        libc=texts(limits.get("libc")),
    )
