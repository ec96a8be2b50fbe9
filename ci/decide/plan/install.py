"""How dependencies are installed: the manager's commands, what they depend on, and the pipeline's own packages."""

from dataclasses import replace
from posixpath import basename, dirname, normpath

from ci.decide.config.model import Pipeline
from ci.decide.ecosystems import mirrors
from ci.decide.ecosystems.protocol import TARBALL, Install
from ci.decide.pins import Package, Pins
from ci.decide.plan import fonts
from ci.decide.plan.model import PACKAGES, STORE, Fetch, InstallPlan
from ci.decide.plan.request import RunRequest
from ci.decide.project.facts import Project


def install(project: Project, pipeline: Pipeline, pins: Pins, request: RunRequest) -> InstallPlan:
    """Decide the install."""
    manager = project.manager
    wanted = Install(
        version=project.manager_version, store=STORE, registry=request.npm_registry or pipeline.mirrors.npm
    )
    directory = dirname(project.lockfile) or "."
    return InstallPlan(
        image=pins.image(f"node{project.node}"),
        manager=manager.id,
        directory=directory,
        lockfile=project.lockfile,
        registry=wanted.registry,
        fetch=(*_manager(project, pins, request), *map(_font, fonts.packages(project, pipeline, pins).values())),
        inputs=(
            "**/package.json",
            project.lockfile,
            "**/.npmrc",
            "**/*.tgz",
            *(normpath(f"{directory}/{i}") for i in manager.inputs),
        ),
        env=manager.env(wanted),
        commands=tuple(
            tuple(command)
            for command in (
                *mirrors.replacing(project.locked, basename(project.lockfile), wanted.registry),
                *manager.install(wanted),
            )
        ),
        scripts=pipeline.install.allow_scripts,
        store=f"next-distroless-{manager.id}-store",
    )


def _manager(project: Project, pins: Pins, request: RunRequest) -> list[Fetch]:
    manager, version, integrity = project.manager, project.manager_version, project.manager_integrity
    name = manager.package(version, request.native)
    if not version or not name:
        return []
    package, hashed = pins.manager(name, version), manager.hashed(version)
    if integrity and hashed == TARBALL:
        package = replace(package, integrity=integrity)
    files = {hashed: integrity} if integrity and hashed not in {TARBALL, ""} else {}
    return [Fetch(package=package, to=f"{PACKAGES}/{manager.id}", bins=manager.bins(version), files=files)]


def _font(package: Package) -> Fetch:
    return Fetch(package=package, to=f"{PACKAGES}/fonts/{package.name.rpartition('/')[2]}", bins={})
