"""Commands of package managers on this machine, without the scripts of apps and packages. Pure."""

import json
import re
import shlex
from collections.abc import Mapping
from dataclasses import dataclass

_DEFAULTS = {"pnpm": "10", "yarn": "1.22.22", "bun": "1"}
"""Version of each manager but npm, which is here, where the app names none."""

_BERRY = "4"
_PNPM = {"5": "7", "6": "8"}
"""Format of a lockfile to the version that reads it, of older ones."""

_FORMAT = re.compile(r"lockfileVersion:? *['\"]?(\d+)")
_LOCKING = {"npm": "--package-lock-only", "pnpm": "--lockfile-only", "bun": "--lockfile-only"}
"""Managers to the argument by which they write the lockfile and install nothing; yarn 1 has none."""

_CHECKS = {"--frozen-lockfile", "--immutable", "--dry-run", "ci"}
"""Arguments of what only looks at the lockfile."""

_DECLARED = re.compile(r"(?P<name>\w+)@(?P<version>\d+[^+\s]*)")


@dataclass(frozen=True, kw_only=True)
class Command:
    """A command on this machine.

    Attributes:
        argv: program and arguments.
        env: variables that it needs.
    """

    argv: tuple[str, ...]
    env: Mapping[str, str]


def command(text: str, files: Mapping[str, str]) -> Command | None:
    """A manager's command as it runs here: from the npm registry, in the app's version, without scripts.

    Args:
        text: as a message names it, such as ``pnpm install --lockfile-only``.
        files: name to content of ``package.json``, lockfiles and settings in its directory.

    Returns:
        The command; None for any other program.
    """
    name, *arguments = shlex.split(text) or [""]
    if name not in {"npm", *_DEFAULTS}:
        return None
    locking = _LOCKING.get(name, "")
    if locking and locking not in arguments and not _CHECKS & {*arguments}:
        arguments.append(locking)
    if name == "npm":
        return Command(argv=("npm", *arguments, "--ignore-scripts", "--no-audit", "--no-fund"), env={})
    version = _version(name, files)
    if name == "yarn" and not version.startswith("1."):
        # The app's own copy of yarn is code of the app; a cache and a linker of its own would write into the source.
        env = {
            "YARN_IGNORE_PATH": "1",
            "YARN_ENABLE_SCRIPTS": "0",
            "YARN_ENABLE_IMMUTABLE_INSTALLS": "0",
            "YARN_ENABLE_GLOBAL_CACHE": "1",
            "YARN_NODE_LINKER": "node-modules",
        }
        if not _CHECKS & {*arguments} and not any(one.startswith("--mode") for one in arguments):
            arguments.append("--mode=update-lockfile")
        return Command(argv=_through(f"@yarnpkg/cli-dist@{version}", name, arguments), env=env)
    return Command(argv=_through(f"{name}@{version}", name, [*arguments, "--ignore-scripts"]), env={})


def _through(package: str, name: str, arguments: list[str]) -> tuple[str, ...]:
    return ("npm", "exec", "--yes", f"--package={package}", "--", name, *arguments)


def _version(name: str, files: Mapping[str, str]) -> str:
    declared = _DECLARED.match(_declared(files.get("package.json", "")))
    if declared and declared["name"] == name:
        return declared["version"]
    if name == "yarn" and (".yarnrc.yml" in files or "\n__metadata:" in files.get("yarn.lock", "")):
        return _BERRY
    written = _FORMAT.search(files.get("pnpm-lock.yaml", "")[:200]) if name == "pnpm" else None
    return _PNPM.get(written[1], _DEFAULTS[name]) if written else _DEFAULTS[name]


def _declared(package: str) -> str:
    try:
        value = json.loads(package)
    except ValueError:
        return ""
    return str(value.get("packageManager", "")) if isinstance(value, dict) else ""
