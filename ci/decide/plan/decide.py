"""Decide the Plan from the facts of the app, the pipeline file and the request. Pure."""

from dataclasses import fields

from ci.decide.config.model import Health, Pipeline
from ci.decide.pins import Pins
from ci.decide.plan import release as naming
from ci.decide.plan.build import build
from ci.decide.plan.health import scenario
from ci.decide.plan.image import image, platforms, serves
from ci.decide.plan.install import install
from ci.decide.plan.model import Plan, SmokePlan, Tools
from ci.decide.plan.notes import facts, left_out, notes
from ci.decide.plan.request import RunRequest
from ci.decide.plan.secrets_in_env import refuse
from ci.decide.plan.trust import trust
from ci.decide.project.facts import Project
from ci.decide.shipped import PipelineFile

NO_TAG = "warning: no rule gives this run a tag, so it is pushed by digest alone (`dagger call names` shows the reason)"


def decide(project: Project, pipeline: Pipeline, pins: Pins, request: RunRequest, file: PipelineFile) -> Plan:
    """Decide a run.

    Args:
        project: facts of the app.
        pipeline: the pipeline file.
        pins: images and packages.
        request: of the caller.
        file: the pipeline file as it was found, for the notes, and since the build does not see it.

    Raises:
        ConfigError: a choice that cannot be met.
    """
    refuse(pipeline)
    chosen = platforms(pipeline, request)
    tags = naming.tags(pipeline, request, chosen)
    version = naming.version_of(tags, request, project.version)
    installed = install(project, pipeline, pins, request)
    packed = image(project, pipeline, pins, request, version=version, platforms=chosen)
    judged = trust(project, pipeline, pins, request)
    smoke = _smoke(pipeline, packed.health, pins)
    _, why_served = serves(project, pipeline)
    used = [installed.image, packed.base, *smoke.services.values()]
    built = build(project, pipeline, pins, file.path)
    released = naming.release(pipeline, request, tags, packed.labels)
    return Plan(
        name=project.name,
        facts=facts(project),
        install=installed,
        build=built,
        image=packed,
        smoke=smoke,
        load=pipeline.load,
        trust=judged,
        release=released,
        tools=tools(pins),
        notes=(
            *notes(
                project,
                pins,
                pipeline=pipeline,
                request=request,
                install=installed,
                file=file,
                images=used,
            ),
            f"policy: {judged.policy}",
            *([f"serve {packed.serve}: from {why_served}"] if why_served else []),
            *left_out(built.left_out),
            *naming.notes(tags),
            *([] if tags.tags else [NO_TAG]),
        ),
    )


def tools(pins: Pins) -> Tools:
    """The pinned images of the pipeline's own tools."""
    return Tools(**{field.name: pins.image(field.name) for field in fields(Tools)})


def _smoke(pipeline: Pipeline, health: Health, pins: Pins) -> SmokePlan:
    scenarios = pipeline.smoke.scenarios or (scenario(health),)
    return SmokePlan(
        deadline=pipeline.smoke.deadline,
        scenarios=scenarios,
        services={image: pins.image(image) for s in scenarios for image in s.services.values()},
        default=not pipeline.smoke.scenarios,
    )
