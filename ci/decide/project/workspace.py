"""The app, and the packages of the workspace that it is part of."""

import posixpath
import shlex
from collections.abc import Mapping, Sequence
from dataclasses import dataclass

from ci.decide import ecosystems
from ci.decide.project import routes
from ci.decide.project.globs import selected
from ci.decide.project.package import Package, parse
from ci.decide.project.source_files import SourceFiles
from ci.errors import ProjectError

POINT = "point --source at the directory of a Next.js app"


@dataclass(frozen=True, kw_only=True)
class Workspace:
    """The app and what it is installed with.

    Attributes:
        app: package.json of the app.
        owner: package.json of what is installed as a whole: the root of the workspace, or the app by itself.
        members: packages of the workspace beside its root, by directory; none where the app is not one of them.
        reason: why this is the app.
    """

    app: Package
    owner: Package
    members: Mapping[str, Package]
    reason: str

    def closure(self) -> tuple[str, ...]:
        """Directories of the members that the app depends on, also by way of others, what is needed first."""
        by_name = {member.text("name"): directory for directory, member in self.members.items()}
        order: list[str] = []
        entered = {self.app.directory}
        waiting = [self.app]
        while waiting:
            needed = (by_name[name] for name in waiting[-1].dependencies if name in by_name)
            following = next((directory for directory in needed if directory not in entered), None)
            if following is None:
                order.append(waiting.pop().directory)
            else:
                entered.add(following)
                waiting.append(self.members[following])
        return tuple(order[:-1])

    def of_app(self, texts: Mapping[str, str]) -> list[str]:
        """Those of the texts, by path, that belong to the app or to what it depends on, in the order of their paths."""
        wanted = {self.app.directory, *self.closure()}
        known = {self.app.directory, self.owner.directory, *self.members}
        return [text for path, text in sorted(texts.items()) if _nearest(path, known) in wanted]


def find(source: SourceFiles, app: str = "") -> Workspace:
    """Find the app.

    Args:
        source: the source.
        app: its directory; empty for the source itself, or for the only package of the workspace with ``next``.

    Raises:
        ProjectError: there is no app, or it is not clear which is meant.
    """
    root = parse("package.json", source.files["package.json"]) if "package.json" in source.files else None
    members = _members(source)
    found, reason = _app(source, root, members, app)
    if found.directory == "." or found.directory in members:
        return Workspace(app=found, owner=root or Package("package.json", {}), members=members, reason=reason)
    return Workspace(app=found, owner=found, members={}, reason=reason)


def _app(source: SourceFiles, root: Package | None, members: Mapping[str, Package], chosen: str) -> tuple[Package, str]:
    if chosen:
        return _chosen(source, posixpath.normpath(chosen)), "named by --app or the pipeline file"
    using = [member for member in members.values() if "next" in member.dependencies]
    with_pages = [member for member in using if _has_pages(source, member.directory)]
    if root and "next" in root.dependencies and (not with_pages or _has_pages(source, ".")):
        _refuse_apps_without_package(source)
        return root, "the source itself"
    apps = with_pages or using
    if len(apps) > 1:
        choices = " or ".join(f"--app {shlex.quote(app.directory)}" for app in apps)
        raise ProjectError.of("project.several-apps", apps=_listed(apps), first=apps[0].directory, choices=choices)
    if not apps:
        raise ProjectError.of("project.no-next" if root else "project.no-package-json", instead=_instead(source, POINT))
    return apps[0], "the only workspace package with next" + (" and pages" if len(using) > 1 else "")


def _has_pages(source: SourceFiles, directory: str) -> bool:
    return bool(routes.router(source.paths, directory)[0])


def _refuse_apps_without_package(source: SourceFiles) -> None:
    """Apps of Nx may have none: what they need is in the root's, and their scripts are in files of Nx."""
    if _has_pages(source, "."):
        return
    configs = (path for path in sorted(source.files) if posixpath.basename(path).startswith("next.config."))
    directories = dict.fromkeys(posixpath.dirname(path) for path in configs)
    apps = [d for d in directories if d and f"{d}/package.json" not in source.files and _has_pages(source, d)]
    if apps:
        raise ProjectError.of("project.app-without-package", apps=", ".join(apps), first=apps[0])


def _chosen(source: SourceFiles, app: str) -> Package:
    path = posixpath.join(app, "package.json").removeprefix("./")
    if path not in source.files:
        raise ProjectError.of("project.no-app", file=path, instead=_instead(source, POINT))
    package = parse(path, source.files[path])
    if "next" not in package.dependencies:
        raise ProjectError.of("project.app-without-next", file=path, instead=_instead(source, POINT))
    return package


def _instead(source: SourceFiles, otherwise: str) -> str:
    """The next step: an app that is there, or else another source."""
    apps = []
    for path, text in sorted(source.files.items()):
        if posixpath.basename(path) == "package.json":
            try:
                package = parse(path, text)
                apps += [package] if "next" in package.dependencies else []
            except ProjectError:
                continue
    if not apps:
        return otherwise
    return f"set app: {apps[0].directory} in the pipeline file, or pass --app; `next` is in {_listed(apps)}"


def _listed(packages: Sequence[Package]) -> str:
    return ", ".join(package.directory for package in packages)


def globs(source: SourceFiles) -> Sequence[str]:
    """Globs of the packages of the workspace whose root the source is; empty where it is none.

    Raises:
        ProjectError: a manifest cannot be read.
    """
    root = parse("package.json", source.files["package.json"]) if "package.json" in source.files else None
    return ecosystems.workspaces(source.files, root.data if root else {})


def _members(source: SourceFiles) -> Mapping[str, Package]:
    patterns = globs(source)
    paths = [path for path in sorted(source.files) if path.endswith("/package.json")] if patterns else []
    return {
        posixpath.dirname(path): parse(path, source.files[path])
        for path in paths
        if selected(patterns, posixpath.dirname(path))
    }


def _nearest(path: str, directories: set[str]) -> str:
    while path and path not in directories:
        path = posixpath.dirname(path)
    return path or "."
