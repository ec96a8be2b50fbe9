"""Deployments of small apps, as bundles are made of them."""

from typing import Any

from ci.decide.bundle.deployment import Deployment, deployment
from ci.decide.bundle.published import Published
from ci.decide.config.model import Pipeline, Runtime, Scenario, Smoke
from ci.decide.plan.start import command
from ci.decide.project.facts import Project
from tests.unit.payloads import payload
from tests.unit.plans import PINS, app, plan_of

DIGEST = f"sha256:{'ab' * 32}"
REFERENCE = f"ghcr.io/me/app@{DIGEST}"

REDIS = Pipeline(
    runtime=Runtime(writable=("public/manifest.json", ".next/cache"), command=("start.js",)),
    smoke=Smoke(
        scenarios=(
            Scenario(name="plain", env={"PASSWORD": "x", "SITE_NAME": "Smoke TV"}),
            Scenario(
                name="redis",
                services={"redis": "redis"},
                env={"PASSWORD": "x", "SITE_NAME": "Smoke TV", "STORAGE": "redis", "REDIS_URL": "redis://redis:6379"},
            ),
        )
    ),
)
"""An app that writes at its start, and keeps its data in redis if it is told to."""


def image(pipeline: Pipeline | None = None, **facts: Any) -> Published:
    """The published image of an app, as the pipeline makes it."""
    packed, made = plan_of(pipeline=pipeline).image, payload()
    least: dict[str, Any] = {
        "repository": "ghcr.io/me/app",
        "digest": DIGEST,
        "version": "1.2.3",
        "platforms": ("linux/amd64", "linux/arm64"),
        "user": packed.user,
        "port": packed.port,
        "entrypoint": ("/nodejs/bin/node",),
        "cmd": tuple(command(packed, made.app, made.preload)),
        "directory": "/app",
        "env": dict(packed.env),
        "healthcheck": packed.healthcheck,
    }
    return Published(**{**least, **facts})


def deployed(pipeline: Pipeline | None = None, facts: Project | None = None, **changed: Any) -> Deployment:
    """The deployment of an app.

    Args:
        pipeline: its pipeline file.
        facts: of the app.
        changed: facts of its image.
    """
    return deployment(plan_of(facts or app(), pipeline), image(pipeline, **changed), PINS)
