"""What is packed, and how the image runs."""

from ci.decide.config.model import Health, Pipeline
from ci.decide.pins import Pins
from ci.decide.plan.base import base as base_of
from ci.decide.plan.health import check
from ci.decide.plan.labels import labels
from ci.decide.plan.model import ImagePlan
from ci.decide.plan.native import swaps
from ci.decide.plan.release import architecture
from ci.decide.plan.request import RunRequest
from ci.decide.project.facts import Project
from ci.errors import ConfigError

SERVER, STATIC = "server", "static"
EXPORT = "export"


def image(
    project: Project, pipeline: Pipeline, pins: Pins, request: RunRequest, *, version: str, platforms: tuple[str, ...]
) -> ImagePlan:
    """Decide the image.

    Args:
        project: facts of the app.
        pipeline: the pipeline file.
        pins: images and packages.
        request: of the caller.
        version: of the image.
        platforms: from `platforms`.

    Raises:
        ConfigError: a choice that cannot be met.
    """
    runtime = pipeline.runtime
    base = base_of(project, pipeline, pins)
    serve, _ = serves(project, pipeline)
    own = runtime.health is not None or project.health[:1] != project.health[-1:]
    health = runtime.health or Health(path=project.health[0 if serve == SERVER else -1] if project.health else "/")
    custom = project.server if serve == SERVER and not runtime.command else ""
    return ImagePlan(
        base=base,
        platforms=platforms,
        native=request.native,
        swaps={platform: swaps(project.locked, request.native, platform) for platform in platforms},
        serve=serve,
        files=(*runtime.files, *([custom] if custom and custom not in runtime.files else [])),
        exclude=runtime.exclude,
        slim=runtime.slim,
        source_maps=runtime.source_maps,
        writable=runtime.writable,
        user=runtime.user,
        command=runtime.command or (custom or "server.js",),
        env={**_environment(runtime.port), **runtime.env},
        labels=labels(project, base, pipeline, request, version=version, arch=architecture(platforms)),
        port=runtime.port,
        health=health,
        side=runtime.side,
        healthcheck=check(health, None if own else runtime.side),
        start=project.health[-1] if project.health and runtime.health is None else "",
    )


def platforms(pipeline: Pipeline, request: RunRequest) -> tuple[str, ...]:
    """Platforms of the image.

    Raises:
        ConfigError: none of them can be tried on the engine.
    """
    platforms = tuple(request.platforms) or pipeline.platforms or (request.native,)
    if request.native not in platforms:
        raise ConfigError.of("arguments.native-platform", native=request.native, platforms=platforms)
    return platforms


def serves(project: Project, pipeline: Pipeline) -> tuple[str, str]:
    """What the image runs, ``server`` or ``static``, and why; the reason is empty where it is the default.

    Raises:
        ConfigError: the pipeline file asks for a server that the app's own configuration rules out.
    """
    given, file = pipeline.runtime.serve, project.reasons.get("output", "next.config")
    if project.output != EXPORT:
        return given or SERVER, "the pipeline file" if given else ""
    if given == SERVER:
        raise ConfigError.of("arguments.static-export", file=file)
    return STATIC, f'{file}, which sets output: "export"'


def _environment(port: int) -> dict[str, str]:
    return {
        "NODE_ENV": "production",
        "NEXT_TELEMETRY_DISABLED": "1",
        "HOSTNAME": "0.0.0.0",  # noqa: S104  a container listens on all of its own addresses
        "PORT": str(port),
    }
