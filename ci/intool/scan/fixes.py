"""Which change removes which vulnerabilities. Pure."""

import re
from collections import defaultdict
from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass

from ci.intool.common import semver
from ci.intool.scan.changes import App, Change, bump, override
from ci.intool.scan.results import Package, Vulnerability
from ci.intool.scan.versions import best, is_fixed

_INSTALLED = re.compile(r"(?:^|.*/)node_modules/((?:@[^/]+/)?[^/]+)/(.+)")
"""Path of an npm package; a package.json further below belongs to a package that is bundled in it."""


@dataclass(frozen=True, kw_only=True)
class Suggestion:
    """A change and the vulnerabilities that it removes.

    Attributes:
        kind: ``bump`` of a direct dependency, ``override`` of another one, ``parent``: of the package that bundles
            it, or ``rebase``.
        package: name of what is changed.
        installed: its version now; empty for a base.
        target: its version then; empty if no release is known.
        ids: of the vulnerabilities that it removes.
        change: of package.json; None if a program cannot make it.
        text: the step, for people.
    """

    kind: str
    package: str
    installed: str
    target: str
    ids: tuple[str, ...]
    change: Change | None
    text: str


def fixes(vulnerabilities: Iterable[Vulnerability], packages: Iterable[Package], app: App) -> list[Suggestion]:
    """Suggest changes for all vulnerabilities with a fix; the change that removes most comes first.

    Args:
        vulnerabilities: of all reports.
        packages: all that is installed, of all reports.
        app: what is changed.
    """
    own: dict[tuple[str, str], dict[str, Vulnerability]] = defaultdict(dict)
    brought: dict[str, list[Vulnerability]] = defaultdict(list)
    base: list[Vulnerability] = []
    for one in vulnerabilities:
        if one.fixed and one.package.system:
            base.append(one)
        elif one.fixed and (parent := _parent(one.package)):
            brought[parent].append(one)
        elif one.fixed and app.decides(one.package.kind):
            own[one.package.name, one.package.version][one.id] = one
    installed = defaultdict(list)
    for package in packages:
        if app.decides(package.kind) and not _parent(package):
            installed[package.name].append(package)
    found = [_rebase(base)] if base else []
    found += [_brought(parent, some) for parent, some in brought.items()]
    for (name, _), some in own.items():
        found += _steps(list(some.values()), installed[name], app)
    return sorted(found, key=lambda one: (-len(one.ids), one.package, one.installed, one.target))


def _steps(vulnerabilities: Sequence[Vulnerability], installed: Sequence[Package], app: App) -> Iterator[Suggestion]:
    """For one package: first a step within the major version, then one for what needs the next."""
    package, left = vulnerabilities[0].package, list(vulnerabilities)
    for within in (True, False):
        lines = [[v for v in one.fixed if not within or _same_major(v, package.version)] for one in left]
        target = best(package.version, lines)
        gone = [one for one in left if is_fixed(target, one.fixed)]
        if gone:
            yield _step(package, target, gone, installed, app)
            left = [one for one in left if one not in gone]


def _step(
    package: Package, target: str, gone: Sequence[Vulnerability], installed: Sequence[Package], app: App
) -> Suggestion:
    name, version, table = package.name, package.version, app.table(package.name)
    if table and _direct(version, app.tables[table][name], installed):
        kind, text = "bump", f"update {name} from {version} to {target}"
        change = bump(app, name, target)
    else:
        kind, text = "override", f"set {name} {version}, which other packages depend on, to {target}"
        alone = not table and {one.version for one in installed} <= {version}
        change = override(app, name, version, target, alone=alone)
    note = "" if change else ", by hand: it needs more than one change of package.json"
    note += "" if _same_major(target, version) else "; this is a new major version, so read its notes"
    ids = tuple(one.id for one in gone)
    return Suggestion(
        kind=kind, package=name, installed=version, target=target, ids=ids, change=change, text=text + note
    )


def _direct(version: str, required: str, installed: Sequence[Package]) -> bool:
    """Whether a version is the app's own dependency: by the lockfile, by package.json, or as the only one."""
    known = {package.direct for package in installed if package.version == version} - {None}
    only = not any(package.version != version for package in installed)
    return True in known if known else only or required.lstrip("^~>=v") == version


def _brought(parent: str, vulnerabilities: Sequence[Vulnerability]) -> Suggestion:
    packages = ", ".join(dict.fromkeys(str(one.package) for one in vulnerabilities))
    return Suggestion(
        kind="parent",
        package=parent,
        installed="",
        target="",
        ids=tuple(dict.fromkeys(one.id for one in vulnerabilities)),
        change=None,
        text=f"update {parent}: it bundles {packages}, which package.json does not control",
    )


def _rebase(vulnerabilities: Sequence[Vulnerability]) -> Suggestion:
    packages = ", ".join(dict.fromkeys(f"{one.package} (fixed in {' or '.join(one.fixed)})" for one in vulnerabilities))
    return Suggestion(
        kind="rebase",
        package="the base image",
        installed="",
        target="",
        ids=tuple(dict.fromkeys(one.id for one in vulnerabilities)),
        change=None,
        text=f"take a newer base (`pins update`, then `rebase`): {packages}",
    )


def _parent(package: Package) -> str:
    found = _INSTALLED.fullmatch(package.path)
    return found[1] if found and found[2] != "package.json" else ""


def _same_major(one: str, other: str) -> bool:
    return semver.major(one) == semver.major(other)
