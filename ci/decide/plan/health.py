"""The health check: its command, and the path that a build shows to answer. Pure."""

import json
from collections.abc import Sequence
from dataclasses import replace

from ci.decide.config.model import Health, Request, Scenario, Side
from ci.decide.plan.model import NODE, Plan

START_INTERVAL = 2
"""Seconds between health checks while the app starts, so that it counts as healthy as soon as it is."""

ALIVE, READY, METRICS = "/healthz", "/readyz", "/metrics"
"""Paths of the port beside the app's (``ci/programs/side.cjs``)."""

OTHERS = 5
"""Further paths that the smoke test asks before it says that an app is not healthy."""


def healthcheck(health: Health, port: str = "process.env.PORT||3000") -> tuple[str, ...]:
    """The health check in JavaScript: a distroless image has no shell and no curl (requirement A4).

    Args:
        health: what is asked for, and how long.
        port: an expression; default: the app's own port.
    """
    script = (
        f"require('http').get({{host:'127.0.0.1',port:{port},path:{json.dumps(health.path)},"
        f"timeout:{health.timeout * 1000}}},r=>process.exit(r.statusCode==={health.status}?0:1))"
        ".on('timeout',()=>process.exit(1)).on('error',()=>process.exit(1))"
    )
    return (NODE, "-e", script)


def check(health: Health, side: Side | None) -> tuple[str, ...]:
    """The health check of an image.

    Args:
        health: its times, and what the app itself is asked for.
        side: the port that is asked in place of the app, which has no route of its own for this; None for the app.
    """
    return healthcheck(health) if side is None else healthcheck(replace(health, path=READY, status=200), str(side.port))


def scenario(health: Health) -> Scenario:
    """The scenario of a pipeline file that has none."""
    return Scenario(requests=(Request(path=health.path, status=health.status), Request(path="{chunk}")))


def settled(plan: Plan, alive: Sequence[str], behind: Sequence[str] = ()) -> Plan:
    """The plan with the health path that the build decides, where the pipeline file names none.

    A route that looks like a health check stays. The start page stays if it is among the paths that answer without any
    code of the app; else it may call an API, want a key or redirect, and the first of these paths takes its place.

    Args:
        plan: before the build.
        alive: paths that answer 200 without code of the app, the best first.
        behind: paths that may do so too, behind middleware or a redirect; they are only asked where the others fail.
    """
    image = plan.image
    if not image.start or not (alive or behind):
        return plan
    path = image.health.path
    if alive and path == image.start and path not in alive:
        path = alive[0]
    health = replace(image.health, path=path)
    others = tuple(one for one in (*alive, *behind) if one != path)[:OTHERS]
    smoke = replace(plan.smoke, scenarios=(scenario(health),)) if plan.smoke.default else plan.smoke
    side = image.side if image.healthcheck == check(image.health, image.side) else None
    packed = replace(image, health=health, healthcheck=check(health, side), others=others)
    return replace(plan, image=packed, smoke=smoke)
