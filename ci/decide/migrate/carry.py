"""A Dockerfile, a compose file and a workflow together, as the text of a pipeline file."""

import posixpath
import re
from collections.abc import Mapping

from ci.decide.config.parse import parse
from ci.decide.migrate import compose, dockerfile, image, text, workflow
from ci.decide.migrate.compose import Build, Compose
from ci.decide.migrate.context import Context
from ci.decide.migrate.result import Findings
from ci.decide.migrate.sources import Sources
from ci.decide.migrate.variables import Variable, of_build
from ci.decide.migrate.words import Text
from ci.decide.migrate.workflow import Workflow
from ci.decide.project.facts import Project
from ci.errors import ConfigError

_TRIAL = re.compile(r"dev|preview|test|nightly|lite")
"""Names of workflows that make no release."""


def carry(texts: Mapping[str, str], sources: Sources, project: Project, app_by: str = "") -> str:
    """Write the pipeline file.

    Args:
        texts: content by path.
        sources: which of them are read.
        project: what detection says of the app.
        app_by: file that says which app is meant, where detection alone would not.

    Returns:
        YAML that reads back, with a reason on each line, and what was not carried over as comments at its head.

    Raises:
        ConfigError: a Dockerfile without a stage, or YAML that is none.
    """
    findings = Findings()
    if app_by:
        findings.carry("app", project.app, app_by)
    composed = compose.read(texts[sources.compose], sources.compose, project.app) if sources.compose else None
    read = [workflow.read(texts[path], path, _named(sources, composed)) for path in sources.workflows]
    path = _dockerfile(texts, sources, composed, project)
    chosen = _best(read, path)
    if chosen and not path and chosen.build.dockerfile in texts:
        path = chosen.build.dockerfile
    build = _build(composed, chosen, path)
    if path:
        given = {name: value for name, (value, _) in build.arguments.items()}
        parsed = dockerfile.parse(texts[path], path)
        context = Context(file=parsed, project=project, findings=findings, given=given, directory=build.context)
        image.carry(context, build.target)
    else:
        _arguments(build, project, findings)
    if composed:
        compose.carry(composed, project, findings)
    if chosen:
        workflow.carry(chosen, findings)
    for other in read:
        if other is not chosen:
            built = other.build.dockerfile if other.build.dockerfile != path else "an image"
            what = f"a further workflow, which builds {built}: name it with --workflow to read it"
            findings.remark(other.path, what)
    _settle(findings)
    names = [one for one in (path, sources.compose, chosen.path if chosen else "") if one]
    return text.write(findings, project, names)


def _named(sources: Sources, composed: Compose | None) -> str:
    return sources.dockerfile or (composed.build.dockerfile if composed else "")


def _best(read: list[Workflow], path: str) -> Workflow | None:
    """The workflow that releases what the Dockerfile makes; None where each makes something else."""
    fitting = [one for one in read if one.step is not None and (not path or one.build.dockerfile == path)]
    fitting.sort(key=lambda one: (bool(_TRIAL.search(one.path)), not one.releases, one.meta is None, one.path))
    return fitting[0] if fitting else read[0] if len(read) == 1 and not path else None


def _dockerfile(texts: Mapping[str, str], sources: Sources, composed: Compose | None, project: Project) -> str:
    """The Dockerfile that is read; empty where none is named and none is at a usual place."""
    own = [composed.build.dockerfile, posixpath.normpath(f"{composed.build.context}/Dockerfile")] if composed else []
    wanted = [sources.dockerfile, *(own if composed and composed.built else [])]
    if not sources.alone:
        wanted += [posixpath.normpath(f"{project.app}/Dockerfile"), *sources.dockerfiles]
    return next((one for one in wanted if one in texts), "")


def _build(composed: Compose | None, chosen: Workflow | None, path: str) -> Build:
    """Context, target and arguments: a release's come from the workflow, and what it does not say from compose."""
    builds = [one.build for one in (chosen, composed) if one is not None]
    fitting = [one for one in builds if not path or one.dockerfile in ("", path)]
    directory = posixpath.dirname(path)
    context = next((one.context for one in fitting if one.dockerfile or one.context != "."), "")
    arguments: dict[str, tuple[str, str]] = {}
    for one in reversed(fitting):
        arguments |= one.arguments
    target = next((one.target for one in fitting if one.target), "")
    fallback = directory if posixpath.basename(directory) != "docker" else posixpath.dirname(directory)
    return Build(context=context or (fallback or "."), dockerfile=path, target=target, arguments=arguments)


def _arguments(build: Build, project: Project, findings: Findings) -> None:
    """Build arguments without the Dockerfile that says what they are for."""
    known = {*project.env, *project.env_example}
    variables = [
        Variable(name=name, text=Text(value=value), place=place)
        for name, (value, place) in build.arguments.items()
        if name in known
    ]
    of_build(variables, project, findings)


def _settle(findings: Findings) -> None:
    """Take out what the rules of a pipeline file refuse."""
    for section in ("build.env", "runtime.env"):
        names = [one.path[-1] for one in findings if one.path[:-1] == tuple(section.split("."))]
        for name in names:
            findings.without("build.dummies", name)
    for one in list(findings):
        try:
            parse(text.body([one]), "it")
        except ConfigError as error:
            findings.without(".".join(one.path[:-1]), one.path[-1])
            findings.remark(one.why, f"{'.'.join(one.path)[:90]} is not carried over: {error.what.removeprefix('it:')}")
