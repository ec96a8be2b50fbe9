"""Which package manager installs the app, in which version, from which lockfile."""

import posixpath
import re
from collections.abc import Mapping
from dataclasses import dataclass

from ci.decide.ecosystems.managers import MANAGERS, Manager
from ci.decide.project.seen import Seen
from ci.decide.project.workspace import Workspace
from ci.errors import ProjectError
from ci.intool.common import semver

NAMES = tuple(dict.fromkeys(manager.name for manager in MANAGERS))

_FORMAT = re.compile(r"(lockfileVersion)\W+([\d.]+)|(yarn lockfile) (v\d+)|__metadata:\s+(version): (\d+)")
_RELEASE = re.compile(r"^yarnPath:.{0,500}\byarn-(\d+\.\d+\.\d+[\w.-]{0,99})\.c?js", re.MULTILINE)


@dataclass(frozen=True, kw_only=True)
class Choice:
    """A package manager.

    Attributes:
        manager: which.
        version: exact version; empty for the one that comes with Node.
        integrity: what ``packageManager`` says behind ``+``.
        lockfile: path of its lockfile.
        text: content of the lockfile.
        reason: why this one.
    """

    manager: Manager
    version: str
    integrity: str
    lockfile: str
    text: str
    reason: str


def choose(seen: Seen, workspace: Workspace) -> Choice:
    """Decide by lockfile and ``packageManager``.

    Raises:
        ProjectError: no lockfile, several, or one that ``packageManager`` contradicts.
    """
    declared, _, wanted = workspace.owner.text("packageManager").partition("@")
    version, _, integrity = wanted.partition("+")
    _refuse_unknown(workspace.owner.path, declared, version)
    manager, lockfile = _only(_lockfiles(seen, workspace), declared)
    _refuse_contradiction(workspace.owner.path, manager, lockfile, declared, version)
    text = seen.files.get(lockfile, "")
    release = _RELEASE.search(seen.files.get(".yarnrc.yml", "")) if manager.id == "berry" and not version else None
    source = ", packageManager" if version else ", .yarnrc.yml" if release else ""
    return Choice(
        manager=manager,
        version=version or (release[1] if release else manager.version(text)),
        integrity=integrity,
        lockfile=lockfile,
        text=text,
        reason=f"{lockfile}{_format(text)}{source}",
    )


def _lockfiles(seen: Seen, workspace: Workspace) -> Mapping[str, tuple[Manager, str]]:
    """By the manager's id; of the first directory that has one. A manager's two formats count as one."""
    for directory in dict.fromkeys((workspace.owner.directory, workspace.app.directory)):
        there = {name: posixpath.join(directory, name).removeprefix("./") for m in MANAGERS for name in m.lockfiles}
        entries = seen.entries if directory == "." else ()
        present = {name: path for name, path in there.items() if path in seen.files or path in entries}
        found: dict[str, tuple[Manager, str]] = {}
        for manager in MANAGERS:
            for name in manager.lockfiles:
                if name in present and manager.owns(name, seen.files.get(present[name], "")):
                    found.setdefault(manager.id, (manager, present[name]))
        if found:
            return found
    return {}


def _only(found: Mapping[str, tuple[Manager, str]], declared: str) -> tuple[Manager, str]:
    fitting = [one for one in found.values() if one[0].name == declared] or list(found.values())
    if len(fitting) > 1:
        lockfiles = sorted(lockfile for _, lockfile in fitting)
        raise ProjectError.of("lockfile.several", count=len(lockfiles), lockfiles=lockfiles)
    if not fitting:
        names = (declared,) if declared else NAMES
        raise ProjectError.of("lockfile.none", commands=" or ".join(f"`{name} install`" for name in names))
    return fitting[0]


def _refuse_unknown(path: str, declared: str, version: str) -> None:
    if declared and declared not in NAMES:
        known = f"{', '.join(NAMES[:-1])} or {NAMES[-1]}"
        raise ProjectError.of("project.unsupported-manager", file=path, manager=declared, known=known)
    if version and not semver.parse(version):
        raise ProjectError.of("project.manager-range", file=path, manager=declared, version=version)


def _refuse_contradiction(path: str, manager: Manager, lockfile: str, declared: str, version: str) -> None:
    generation = {"yarn": "1", "berry": "2 or later"}.get(manager.id, "")
    other_yarn = generation and version and (semver.major(version) == 1) != (generation == "1")
    if declared and (declared != manager.name or other_yarn):
        raise ProjectError.of(
            "project.manager-contradiction",
            file=path,
            manager=f"{declared} {version}" if other_yarn else declared,
            lockfile=f"{lockfile} of yarn {generation}" if other_yarn else lockfile,
            name=declared,
        )


def _format(text: str) -> str:
    match = _FORMAT.search(text[:2000])
    return f" ({' '.join(part for part in match.groups() if part)})" if match else ""
