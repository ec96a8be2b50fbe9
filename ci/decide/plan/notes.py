"""Facts with their reasons, and warnings, as text for the user. Pure."""

from collections.abc import Mapping, Sequence

from ci.decide.config.model import Pipeline
from ci.decide.pins import ImageRef, Package, Pins
from ci.decide.plan import fonts, generate
from ci.decide.plan.model import InstallPlan
from ci.decide.plan.request import RunRequest
from ci.decide.project.cuts import Cut
from ci.decide.project.facts import Project
from ci.decide.project.lockfile_policy import hosts
from ci.decide.shipped import PipelineFile
from ci.messages import Message, message


def facts(project: Project) -> Mapping[str, str]:
    """What the app is, each with the reason."""
    manager = f"{project.manager.name} {project.manager_version or '(the one that comes with Node)'}"
    found = {
        "app": project.app,
        "next": project.next,
        "router": project.router,
        "output": project.output or "standalone, injected",
        "image optimizer": "off" if project.unoptimized else "on",
        "manager": manager,
        "node": project.node,
        "siblings": ", ".join(project.siblings),
        "server": project.server,
        "health candidates": ", ".join(project.health),
        "variables": ", ".join(project.env),
        "required variables": ", ".join(f"{one.name} ({one.file})" for one in project.variables if one.required),
        "fonts": ", ".join(project.fonts),
        "lockfile hosts": ", ".join(f"{host} ({count})" for host, count in hosts(project.locked).items()),
    }
    keys = {"image optimizer": "unoptimized", "health candidates": "health", "variables": "env"}
    reasons = {name: project.reasons.get(keys.get(name, name), "") for name in found}
    return {k: f"{v} ({reasons[k]})" if reasons[k] else v for k, v in found.items() if v}


def notes(
    project: Project,
    pins: Pins,
    *,
    pipeline: Pipeline,
    request: RunRequest,
    install: InstallPlan,
    file: PipelineFile,
    images: Sequence[ImageRef],
) -> tuple[str, ...]:
    """Where the decisions come from, and what the user should change."""
    manager = project.manager
    lines = [
        f"pipeline: {file.origin}",
        f"node {project.node}: from {project.reasons.get('node', 'default')}",
        f"package manager: {manager.name} {project.manager_version or '(the one that comes with Node)'}",
    ]
    lines += [f"advice: {message('advice.pipeline', name=name).line}" for name in file.proposals]
    lines += [*generate.notes(project, pipeline), *fonts.notes(project, pipeline, pins)]
    warnings = [*project.warnings, *generate.warnings(project, pipeline)]
    ended = pins.eol.get(f"node{project.node}", "")
    if ended and request.now.date().isoformat() > ended:
        warnings.append(message("warning.node-eol", line=project.node, day=ended))
    warnings += [
        _unpinned(project, fetch.package) for fetch in install.fetch if not fetch.package.integrity and not fetch.files
    ]
    warnings += fonts.warnings(project, pipeline, pins)
    lines += [f"warning: {warning.line}" for warning in warnings]
    lines += [f"stand-in: {image.name} (this engine has no upstream images)" for image in images if image.stand_in]
    return tuple(dict.fromkeys(lines))


def left_out(cuts: Sequence[Cut]) -> tuple[str, ...]:
    """Steps of build scripts that do not run."""
    return tuple(
        f"left out of the script {cut.script} ({cut.path}): `{'`, `'.join(cut.steps)}`, since a build has no database; "
        "`build.migrate: true` runs it all the same"
        for cut in cuts
    )


def _unpinned(project: Project, package: Package) -> Message:
    manager = project.manager
    if manager.hashed(project.manager_version):
        return message("warning.not-pinned", package=package.name, version=package.version, manager=manager.name)
    return message("warning.cannot-be-pinned", package=package.name, version=package.version)
