"""What the functions of ``config`` do: read the pipeline file and the app, and pass them to `ci.decide`."""

import json
from collections.abc import Mapping
from dataclasses import replace
from typing import Any

import dagger

from ci.decide.config import init as template
from ci.decide.config import jsonschema
from ci.decide.config import show as listing
from ci.decide.config.model import DETECTED, Pipeline
from ci.decide.config.parse import parse_with_places, warnings
from ci.decide.migrate import sources as migration
from ci.decide.migrate.carry import carry
from ci.decide.migrate.sources import LOOKED_AT
from ci.decide.migrate.sources import Asked as Import
from ci.decide.plan import fonts as choice
from ci.decide.plan.generate import needed
from ci.decide.plan.image import SERVER, serves
from ci.decide.plan.request import RunRequest
from ci.decide.project import workspace
from ci.decide.project.facts import Project
from ci.decide.project.source_files import SourceFiles
from ci.engine.concurrent import gather
from ci.engine.inputs import Asked, Newest, choose, facts, look, read, with_fonts
from ci.errors import ConfigError, ProjectError
from ci.messages import message

NO_FILE = message("config.no-file")
NO_FONTS = message("config.no-fonts")


async def validate(source: dagger.Directory, asked: Asked) -> str:
    """Check the pipeline file.

    Returns:
        That it is valid, with warnings.

    Raises:
        ConfigError: it is not.
    """
    file = await choose(source, await look(source), asked)
    pipeline, places = parse_with_places(file.text, file.name)
    found = [f"warning: {file.name}:{warning.line}" for warning in warnings(pipeline, places)]
    return "\n".join([f"{file.name} is valid ({file.origin})" if file.name else NO_FILE.line, *found])


async def show(source: dagger.Directory, asked: Asked, app: str) -> str:
    """All keys with their values and where each comes from."""
    files = await look(source)
    file = await choose(source, files, asked)
    pipeline, places = parse_with_places(file.text, file.name)
    return listing.show(pipeline, places, file.name, _detected(facts(files, pipeline, RunRequest(app=app)), pipeline))


async def init(source: dagger.Directory, app: str) -> str:
    """A commented pipeline file for this app."""
    return template.init(facts(await look(source), Pipeline(), RunRequest(app=app)))


async def import_(source: dagger.Directory, app: str, asked: Import) -> str:
    """A pipeline file from a Dockerfile, a compose file and a workflow.

    Raises:
        ConfigError: there is no such file, or it cannot be read.
    """
    files, texts = await gather(look(source), read(source, (*LOOKED_AT, *asked.paths())))
    return imported(files, texts, app, asked)


def imported(files: SourceFiles, texts: Mapping[str, str], app: str, asked: Import) -> str:
    """The same from texts."""
    chosen = migration.choose(texts, asked)
    paths = [chosen.dockerfile] if chosen.dockerfile else chosen.dockerfiles
    named, by = ("", "") if app else migration.app_of([(path, texts[path]) for path in paths], files)
    project = facts(files, Pipeline(), RunRequest(app=app or named))
    return carry(texts, chosen, project, by if named and not _by_itself(files, named) else "")


def _by_itself(files: SourceFiles, app: str) -> bool:
    """Whether detection finds this app without being told."""
    try:
        return workspace.find(files).app.directory == app
    except ProjectError:
        return False


async def fonts(source: dagger.Directory, asked: Asked, request: RunRequest, newest: Newest) -> str:
    """The section of the pipeline file that pins the app's fonts, each at its newest version.

    Raises:
        ConfigError: the npm registry has no package of one of them.
    """
    files = await look(source)
    pipeline = parse_with_places((await choose(source, files, asked)).text, "")[0]
    project, build = facts(files, pipeline, request), replace(pipeline.build, fonts={}, google_fonts="fontsource")
    pipeline = replace(pipeline, build=build)
    pins = await with_fonts(project, pipeline, request, newest)
    missing = [name for name in choice.unknown(project, pipeline, pins) if name not in pins.newest_fonts]
    if missing:
        raise ConfigError.of("config.no-font-package", fonts=missing)
    lines = choice.lines(project, pipeline, pins)
    return "\n".join(["build:", "  fonts:", *lines]) if lines else NO_FONTS.line


def json_schema() -> str:
    """JSON Schema of the pipeline file."""
    return json.dumps(jsonschema.schema(), indent=2) + "\n"


def _detected(project: Project, pipeline: Pipeline) -> Mapping[str, tuple[Any, str]]:
    """What detection decides where the file has no value: key path to value and reason."""
    reason = project.reasons
    found: dict[str, tuple[Any, str]] = {
        "app": (project.app, reason.get("app", "")),
        "node": (project.node, reason.get("node", "")),
    }
    serve, why_served = serves(project, pipeline)
    found["runtime.serve"] = (serve, why_served or "default")
    if project.health and serve == SERVER:
        found["runtime.health.path"] = (project.health[0], reason.get("health", ""))
    if project.server and serve == SERVER:
        found["runtime.command"] = ([project.server], reason.get("server", ""))
    before = needed(project, pipeline)
    if before:
        found["build.generate"] = ([DETECTED], "; ".join(f"{one.command} ({one.reason})" for one in before))
    return found
