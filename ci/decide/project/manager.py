"""Which package manager installs the app, in which version, from which lockfile."""

import posixpath
from collections.abc import Mapping, Sequence
from dataclasses import dataclass

from ci.decide import ecosystems
from ci.decide.ecosystems.protocol import Ecosystem
from ci.decide.project.source_files import SourceFiles
from ci.decide.project.workspace import Workspace
from ci.errors import ProjectError
from ci.intool.common import semver


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

    manager: Ecosystem
    version: str
    integrity: str
    lockfile: str
    text: str
    reason: str


def choose(source: SourceFiles, workspace: Workspace) -> Choice:
    """Decide by lockfile and ``packageManager``.

    Raises:
        ProjectError: no lockfile, several, or one that ``packageManager`` contradicts.
    """
    declared, _, wanted = workspace.owner.text("packageManager").partition("@")
    version, _, integrity = wanted.partition("+")
    _refuse_unknown(workspace.owner.path, declared, version)
    manager, lockfile = _only(_lockfiles(source, workspace), declared, version, workspace.owner.path)
    _refuse_contradiction(workspace.owner.path, manager, lockfile, declared, version)
    text = source.files.get(lockfile, "")
    release, place = (version, "packageManager") if version else manager.declared(source.files)
    form, origin = manager.format(text), f", {place}" if release else ""
    return Choice(
        manager=manager,
        version=release or manager.version(text),
        integrity=integrity,
        lockfile=lockfile,
        text=text,
        reason=f"{lockfile}{f' ({form})' if form else ''}{origin}",
    )


def _lockfiles(source: SourceFiles, workspace: Workspace) -> Mapping[str, tuple[Ecosystem, str]]:
    """By the manager's id; of the first directory that has one. A manager's two formats count as one."""
    for directory in dict.fromkeys((workspace.owner.directory, workspace.app.directory)):
        entries = source.entries if directory == "." else ()
        found: dict[str, tuple[Ecosystem, str]] = {}
        for manager in ecosystems.ECOSYSTEMS:
            for name in manager.lockfiles:
                path = posixpath.join(directory, name).removeprefix("./")
                if (path in source.files or path in entries) and manager.owns(name, source.files.get(path, "")):
                    found.setdefault(manager.id, (manager, path))
        if found:
            return found
    return {}


def _only(
    found: Mapping[str, tuple[Ecosystem, str]], declared: str, version: str, package: str
) -> tuple[Ecosystem, str]:
    fitting = [one for one in found.values() if one[0].name == declared] or list(found.values())
    if len(fitting) > 1:
        fitting.sort(key=lambda one: one[1])
        lockfiles, checks = (
            [lockfile for _, lockfile in fitting],
            [f"`{one.fits}` checks {path}" for one, path in fitting],
        )
        raise ProjectError.of("lockfile.several", count=len(lockfiles), lockfiles=lockfiles, checks=checks)
    if not fitting:
        commands = " or ".join(f"`{command}`" for command in _locking(declared, version))
        raise ProjectError.of("lockfile.none", commands=commands, file=package)
    return fitting[0]


def _locking(declared: str, version: str) -> Sequence[str]:
    """Commands that write a lockfile: of the declared manager, or of all, that which comes with Node.js first."""
    every = ecosystems.ECOSYSTEMS
    if declared:
        fitting = [one for one in every if one.name == declared]
        return [next((one for one in fitting if version and one.covers(version)), fitting[0]).lock]
    by_name = {one.name: one for one in reversed(every)}
    with_node = [one for one in by_name.values() if not one.package("", "")]
    return [one.lock for one in dict.fromkeys([*with_node, *(by_name[name] for name in ecosystems.names())])]


def _refuse_unknown(path: str, declared: str, version: str) -> None:
    names = ecosystems.names()
    if declared and declared not in names:
        known = f"{', '.join(names[:-1])} or {names[-1]}"
        raise ProjectError.of("project.unsupported-manager", file=path, manager=declared, known=known)
    if version and not semver.parse(version):
        raise ProjectError.of("project.manager-range", file=path, manager=declared, version=version)


def _refuse_contradiction(path: str, manager: Ecosystem, lockfile: str, declared: str, version: str) -> None:
    other = bool(version) and not manager.covers(version)
    if declared and (declared != manager.name or other):
        raise ProjectError.of(
            "project.manager-contradiction",
            file=path,
            manager=f"{declared} {version}" if other else declared,
            lockfile=f"{lockfile} of {manager.name} {manager.generation}" if other else lockfile,
            name=declared,
        )
