"""Gate `contract`: the image under the contract of a deployment, started by runc in a tool container.

The engine's own containers are writable and have rights that a cluster does not give, so a tool container with all
rights runs the image's files itself (``ci/intool/contract``). What was seen is judged here, so the engine keeps it by
image and scenario, whatever the day and the policy.
"""

import posixpath
from collections.abc import Mapping
from dataclasses import replace
from typing import Any

import dagger

from ci.build.assemble import LAYOUT, Assembled
from ci.build.payload import Payload
from ci.decide.config.model import Scenario
from ci.decide.plan.model import APP, Plan
from ci.engine import tool
from ci.gates import by_runc
from ci.gates.contract_verdict import FUNCTIONS, Asked, figures, judged, log
from ci.intool.contract.observed import Observed
from ci.intool.policy import Artifact, GateResult, gate_result, not_judged
from ci.intool.policy.codec import decode

NAME = "contract"
IMAGE = "/image"
MEMORY_MB = 256
"""Limit of memory, MiB, where the pipeline file has none."""

PIDS = 200
"""Limit of processes and threads: node has some 15."""

STREAM = "text/event-stream"
CHUNK = "{chunk}"


async def contract(plan: Plan, image: Assembled, packed: Payload, *, fresh: bool) -> GateResult:
    """Start the image of the engine's own platform under contracts, and judge what is seen.

    Args:
        plan: how it is started, and the first scenario, which is sent.
        image: as layout.
        packed: what is in it.
        fresh: run although this engine has the result of the same input.

    Raises:
        PublishError: the layout is damaged.
    """
    scenario = plan.smoke.scenarios[0]
    wanted = asked(plan, packed, scenario)
    seen = await _observed(plan, image, scenario, questions(plan, packed, scenario, wanted), fresh=fresh)
    return judge(plan, seen, wanted)


def judge(plan: Plan, seen: Observed, wanted: Asked) -> GateResult:
    """The result. Pure.

    Args:
        plan: policy, waivers and platforms.
        seen: what was seen.
        wanted: what was to be so.
    """
    trust, native = plan.trust, plan.image.native
    others = (
        not_judged("contract-platform", f"the engine runs {native}", Artifact(name=platform))
        for platform in plan.image.platforms
        if platform != native
    )
    result = gate_result(
        NAME,
        [*judged(seen, wanted), *others],
        trust.waivers,
        trust.today,
        by=trust.judging(),
        checks=FUNCTIONS,
        figures=figures(seen),
    )
    return replace(result, log=log(seen))


def asked(plan: Plan, packed: Payload, scenario: Scenario) -> Asked:
    """What is to be so. Pure.

    Args:
        plan: all decisions.
        packed: what is in the image.
        scenario: that is sent.
    """
    root = APP.strip("/")
    return Asked(
        scenario=scenario.name,
        root=root,
        app=posixpath.normpath(f"{root}/{packed.app}"),
        writable={posixpath.normpath(f"{root}/{path}"): kind for path, kind in packed.writable.items()},
        ready_s=plan.image.health.start_period or plan.smoke.deadline,
        memory_mb=plan.trust.harden.memory or MEMORY_MB,
        pids=PIDS,
        variables=tuple(scenario.env),
        services=bool(scenario.services),
        chunk=packed.chunk,
    )


def questions(plan: Plan, packed: Payload, scenario: Scenario, wanted: Asked) -> Mapping[str, Any]:
    """The arguments of the operation. Pure.

    Args:
        plan: all decisions.
        packed: what is in the image.
        scenario: that is sent.
        wanted: what is to be so.
    """
    health = plan.image.health
    return {
        "layout": LAYOUT,
        "platform": plan.image.native,
        "image": IMAGE,
        "runc": tool.RUNC,
        "env": dict(scenario.env),
        "port": plan.image.port,
        "health": health.path,
        "status": health.status,
        "others": list(plan.image.others),
        "deadline": plan.smoke.deadline,
        "writable": dict(wanted.writable),
        "questions": [
            {
                "path": one.path.replace(CHUNK, packed.chunk),
                "method": one.method,
                "json": one.json,
                "status": one.status,
                "cookies": one.cookies,
                "stream": any(STREAM in value for value in one.header.values()),
            }
            for one in scenario.requests
        ],
        "memory_mb": wanted.memory_mb,
        "pids": wanted.pids,
    }


async def _observed(
    plan: Plan, image: Assembled, scenario: Scenario, arguments: Mapping[str, Any], *, fresh: bool
) -> Observed:
    try:
        runc = await tool.with_runc(tool.python(plan.tools, NAME), plan.tools).sync()
    except dagger.QueryError as error:
        return Observed(unavailable=f"{plan.tools.runc.name}, which has runc, could not be had: {_first(error)}")
    container = runc.with_mounted_directory(IMAGE, image.image(plan.image.native).rootfs()).with_mounted_directory(
        LAYOUT, image.layout
    )
    container = by_runc.beside(container, plan, scenario)
    seen = await by_runc.report(container, NAME, "observe", arguments, fresh=fresh)
    return Observed(unavailable=by_runc.HOW_TO_ALLOW) if seen is None else observed(seen)


def observed(report: object) -> Observed:
    """What an operation saw, from its report. Pure.

    Raises:
        Failure: the report has another form.
    """
    found: Observed = decode(Observed, report, "report of the contract")
    return found


def _first(error: Exception) -> str:
    return next(iter(str(error).splitlines()), type(error).__name__)
