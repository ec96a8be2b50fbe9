"""From the content of a source to the facts of its app."""

import posixpath
from collections.abc import Sequence
from dataclasses import replace

from ci.decide import ecosystems
from ci.decide.project import (
    checkout,
    credentials,
    environment,
    generators,
    lockfile_policy,
    next_config,
    next_version,
    routes,
    server,
    wanted,
    workspace,
)
from ci.decide.project.advice import advise
from ci.decide.project.facts import Project
from ci.decide.project.fonts import fonts
from ci.decide.project.manager import choose as choose_manager
from ci.decide.project.node import choose as choose_node
from ci.decide.project.package import Package
from ci.decide.project.scripts import Scripts
from ci.decide.project.source_files import SourceFiles
from ci.decide.project.workspace import Workspace


def read(source: SourceFiles, *, app: str = "", node: str = "", exclude: Sequence[str] = ()) -> Project:
    """Find out what an app is.

    Args:
        source: content of the source.
        app: directory of the app; empty to find it.
        node: version of Node.js that the pipeline file names; empty to let the app decide.
        exclude: globs of files that the pipeline file keeps out of the image.

    Raises:
        ProjectError: there is no Next.js app, it is not clear which is meant, its files contradict each other, or the
            checkout lacks some.
    """
    credentials.refuse(source)
    checkout.refuse_empty(source, app)
    place = workspace.find(source, app)
    checkout.refuse_pointers(source, place, exclude)
    package, directory = place.app, place.app.directory
    chosen = choose_manager(source, place)
    locked = ecosystems.read(chosen.manager, chosen.lockfile, chosen.text)
    version = next_version.exact(package.dependencies["next"], locked)
    line = choose_node(source, place, node)
    config = next_config.read(source.files, directory)
    router, router_reason = routes.router(source.paths, directory)
    health = routes.health(source.paths, directory, config.base_path, trailing_slash=config.trailing_slash)
    scripts = package.table("scripts")
    turbo = _turbo(source, place)
    hooks = chosen.manager.hooks
    before = generators.find(source.files, place, locked, hooks=hooks, turbo=turbo)
    project = Project(
        name=package.text("name", "app"),
        version=package.text("version", "0.0.0"),
        description=package.text("description"),
        license=package.text("license"),
        app=directory,
        next=version,
        router=router,
        output=config.output,
        unoptimized=config.unoptimized,
        manager=chosen.manager,
        manager_version=chosen.version,
        manager_integrity=chosen.integrity,
        lockfile=chosen.lockfile,
        locked=locked,
        public=lockfile_policy.public(locked, _settings(source)),
        dev=tuple(sorted({*package.table("devDependencies")} - {*package.table("dependencies")})),
        node=line.line,
        scripts=scripts,
        packages=tuple(_scripts(source, one) for one in (package, *place.members.values()) if one.path in source.files),
        members=tuple(sorted({p.text("name") for p in (package, *place.members.values())} - {""})),
        siblings=tuple(d for d in place.closure() if "build" in place.members[d].table("scripts")),
        turbo=turbo,
        server=server.custom(scripts.get("start", "")),
        health=tuple(health),
        segments=() if config.cache_components else routes.segments(source.paths, directory),
        env_example=tuple(sorted(wanted.examples(source, place))),
        variables=wanted.variables(source, place),
        env=environment.names(place.of_app(source.env_reads)),
        fonts=fonts(place.of_app(source.imports)),
        generators=before.generators,
        left_out=before.left_out,
    )
    reasons = {
        "app": place.reason,
        "next": chosen.lockfile if any(p.name == "next" and p.version == version for p in locked) else package.path,
        "router": router_reason,
        "output": config.path if project.output else "",
        "unoptimized": config.path if project.unoptimized else "",
        "manager": chosen.reason,
        "node": line.reason,
        "siblings": "dependencies with a script build" if project.siblings else "",
        "turbo": "turbo.json" if project.turbo else "",
        "server": "script start" if project.server else "",
        "health": next(iter(health.values())) or "no route looks like a health check",
    }
    return replace(
        project,
        reasons={fact: reason for fact, reason in reasons.items() if reason},
        warnings=(*advise(project), *checkout.advise(source, place), *line.warnings),
    )


def _scripts(source: SourceFiles, package: Package) -> Scripts:
    commands, text = package.table("scripts"), source.files[package.path]
    return Scripts(path=package.path, name=package.text("name"), commands=commands, text=text)


def _settings(source: SourceFiles) -> dict[str, str]:
    """The managers' settings files, by path."""
    names = ecosystems.settings()
    return {path: text for path, text in source.files.items() if posixpath.basename(path) in names}


def _turbo(source: SourceFiles, place: Workspace) -> bool:
    """Turbo builds packages of a workspace; a root that is the app itself is not one."""
    return place.app.directory in place.members and "turbo" in place.owner.dependencies and "turbo.json" in source.files
