"""What the app is, from the content of a few files. Pure: nothing is run, nothing is read here."""

import json
import re
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import Any

from ci import managers
from ci.errors import ProjectError
from ci.managers import MANAGERS, Manager

READ = ("package.json", ".nvmrc", ".node-version", ".npmrc", *(m.lockfile for m in MANAGERS))
"""Files of the app's root whose content is looked at."""

SUPPORTED_NODE = ("20", "22", "24")
DEFAULT_NODE = "22"
OTHER_LOCKFILES = {"yarn.lock": "yarn", "bun.lock": "bun", "bun.lockb": "bun"}


@dataclass(frozen=True, kw_only=True)
class Project:
    """Facts of an app.

    Attributes:
        name: package name.
        version: of package.json.
        description: of package.json.
        license: of package.json, an SPDX expression.
        next: version range of Next.js.
        manager: its package manager.
        manager_version: exact version; empty for the one that comes with Node.
        manager_integrity: what ``packageManager`` says behind ``+``, such as ``sha512.…``.
        node: major version of Node.js.
        node_reason: where that comes from.
        scripts: names of package.json's scripts with their commands.
        fonts: names imported from ``next/font/google``.
    """

    name: str
    version: str
    description: str
    license: str
    next: str
    manager: Manager
    manager_version: str
    manager_integrity: str
    node: str
    node_reason: str
    scripts: Mapping[str, str]
    fonts: tuple[str, ...]


def read(entries: Sequence[str], files: Mapping[str, str], font_imports: Sequence[str] = (), node: str = "") -> Project:
    """Find out what an app is.

    Args:
        entries: names in the app's root directory.
        files: content of those of ``READ`` that exist.
        font_imports: import statements of ``next/font/google``.
        node: major version that the pipeline asks for; empty to let the app decide.

    Raises:
        ProjectError: not a Next.js app, no lockfile, two lockfiles, or a version that is not supported.
    """
    package = _package(files)
    dependencies = {**_table(package, "devDependencies"), **_table(package, "dependencies")}
    if "next" not in dependencies:
        raise ProjectError("package.json has no dependency `next`", "point --source at the directory of a Next.js app")
    _refuse_tokens(files.get(".npmrc", ""))
    manager, wanted = _manager(package, entries)
    version, _, integrity = wanted.partition("+")
    major, reason = _node(package, files, node)
    return Project(
        name=_text(package, "name", "app"),
        version=_text(package, "version", "0.0.0"),
        description=_text(package, "description"),
        license=_text(package, "license"),
        next=dependencies["next"],
        manager=manager,
        manager_version=version or manager.version(files.get(manager.lockfile, "")),
        manager_integrity=integrity,
        node=major,
        node_reason=reason,
        scripts=_table(package, "scripts"),
        fonts=fonts(font_imports),
    )


def fonts(imports: Sequence[str]) -> tuple[str, ...]:
    """Names that import statements take from ``next/font/google``, sorted."""
    found: set[str] = set()
    for names in re.findall(r"import\s*\{([^}]*)\}\s*from\s*['\"]next/font/google['\"]", "\n".join(imports)):
        listed = re.sub(r"//[^\n]*|/\*.*?\*/", "", names, flags=re.DOTALL)
        found |= {part.split()[0] for part in listed.split(",") if part.strip()}
    return tuple(sorted(found))


def _package(files: Mapping[str, str]) -> dict[str, Any]:
    if "package.json" not in files:
        raise ProjectError("the source has no package.json", "point --source at the directory of a Next.js app")
    try:
        package = json.loads(files["package.json"])
    except ValueError as error:
        raise ProjectError(f"package.json is not JSON: {error}", "correct the file") from None
    if not isinstance(package, dict):
        raise ProjectError("package.json is not an object", "correct the file")
    return package


def _table(package: Mapping[str, Any], key: str) -> Mapping[str, Any]:
    value = package.get(key)
    if value is not None and not isinstance(value, dict):
        raise ProjectError(f"package.json: `{key}` is not an object", "correct the file")
    return value or {}


def _text(package: Mapping[str, Any], key: str, default: str = "") -> str:
    value = package.get(key)
    return value if isinstance(value, str) and value else default


def _manager(package: Mapping[str, Any], entries: Sequence[str]) -> tuple[Manager, str]:
    declared, _, version = _text(package, "packageManager").partition("@")
    locks = {m.lockfile: m.name for m in MANAGERS} | OTHER_LOCKFILES
    present = sorted(name for name in entries if name in locks)
    if not present:
        raise ProjectError(
            "the app has no lockfile, so nobody knows what would be installed",
            "run `pnpm install` or `npm install`, and commit pnpm-lock.yaml or package-lock.json",
        )
    fitting = [name for name in present if locks[name] == declared] or present
    if len(fitting) > 1:
        raise ProjectError(
            f"the app has {len(fitting)} lockfiles: {', '.join(fitting)}",
            'delete all but one, or name the manager in package.json, such as "packageManager": "pnpm@10.14.0"',
        )
    name = locks[fitting[0]]
    if declared and declared != name:
        raise ProjectError(
            f"package.json says packageManager {declared}, but the lockfile is {fitting[0]}",
            f"run `{declared} install` and commit its lockfile, or correct packageManager",
        )
    manager = managers.by_name(name)
    if manager is None:
        raise ProjectError(
            f"the package manager {name} ({fitting[0]}) is not supported yet",
            f"use {' or '.join(m.name for m in MANAGERS)}",
        )
    return manager, version


def _node(package: Mapping[str, Any], files: Mapping[str, str], wanted: str) -> tuple[str, str]:
    for text, reason in (
        (wanted, "the pipeline file"),
        (files.get(".nvmrc", ""), ".nvmrc"),
        (files.get(".node-version", ""), ".node-version"),
    ):
        match = re.match(r"\s*v?(\d+)", text)
        if match:
            if match[1] not in SUPPORTED_NODE:
                raise ProjectError(
                    f"{reason} asks for Node.js {match[1]}", f"supported are {', '.join(SUPPORTED_NODE)}: set `node:`"
                )
            return match[1], reason
    engines = package.get("engines")
    wanted = str(engines.get("node", "")) if isinstance(engines, dict) else ""
    fitting = [major for major in SUPPORTED_NODE if _fits(int(major), wanted)]
    if fitting and DEFAULT_NODE not in fitting:
        return fitting[0], "engines in package.json"
    return DEFAULT_NODE, "default"


def _fits(major: int, wanted: str) -> bool:
    """Whether some release of a major version lies in a version range, such as ``>=20.9 <23 || 24.x``."""

    def one(operator: str, number: int) -> bool:
        return {"<": major < number, "<=": major <= number, ">": major >= number, ">=": major >= number}.get(
            operator, major == number
        )

    return any(
        all(one(operator, int(number)) for operator, number in re.findall(r"([<>]=?|)[\s~^v]*(\d+)[\w.*-]*", part))
        for part in wanted.split("||")
    )


def _refuse_tokens(npmrc: str) -> None:
    if re.search(r"(_authToken|_password|_auth)[ \t]*=[ \t]*(?![\"']?\$\{)\S", npmrc):
        raise ProjectError(
            "the app's .npmrc holds a credential",
            "take it out of the source (and revoke it), and pass it as a secret: --npmrc file:$HOME/.npmrc",
        )
