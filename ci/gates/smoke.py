"""Smoke test: the very image is started by its own entrypoint and asked, from inside, what the plan says.

The test program and its questions are mounted, so the file system under test is the one that is pushed.
"""

import json
import uuid
from dataclasses import asdict
from typing import Any

import anyio
import dagger
from dagger import dag

from ci.config import Scenario
from ci.gates.result import GateResult
from ci.plan import Plan
from ci.stages.containers import PROGRAMS, image, with_programs
from ci.stages.runtime import Payload

NODE = "/nodejs/bin/node"
SPEC = "/smoke.json"


async def smoke(
    plan: Plan, images: dict[str, dagger.Container], payload: Payload, native: str, *, fresh: bool
) -> GateResult:
    """Try every scenario on the image of the engine's own platform.

    Args:
        plan: scenarios and health path.
        images: platform to image.
        payload: tells a static chunk's path.
        native: the engine's platform; images of others cannot run there, which the result says.
        fresh: run although the same image passed the same scenarios on this engine before.
    """
    skipped = tuple(f"{platform}: the engine runs {native}" for platform in images if platform != native)
    reports: dict[str, dict[str, Any]] = {}

    async def run(scenario: Scenario) -> None:
        reports[scenario.name] = await _run(plan, scenario, images[native], payload, fresh=fresh)

    async with anyio.create_task_group() as tasks:
        for scenario in plan.smoke.scenarios:
            tasks.start_soon(run, scenario)
    ordered = {scenario.name: reports[scenario.name] for scenario in plan.smoke.scenarios}
    findings = tuple(f"{name}: {finding}" for name, report in ordered.items() for finding in report["findings"])
    failed = next((report for report in ordered.values() if report["findings"]), None)
    return GateResult(
        name="smoke",
        passed=not findings,
        findings=findings,
        figures={f"{name} ready ms": report["readyMs"] for name, report in ordered.items()},
        log=tuple(failed["log"]) if failed else (),
        skipped=skipped,
    )


async def _run(
    plan: Plan, scenario: Scenario, container: dagger.Container, payload: Payload, *, fresh: bool
) -> dict[str, Any]:
    spec = {
        "argv": [NODE, *plan.image.command],
        "healthcheck": plan.image.healthcheck,
        "health": asdict(plan.image.health),
        "port": plan.image.port,
        "deadline": plan.smoke.deadline,
        "chunk": payload.chunk,
        "requests": [asdict(request) for request in scenario.requests],
    }
    container = with_programs(container).with_mounted_file(SPEC, dag.file("smoke.json", json.dumps(spec)))
    for name, wanted in scenario.services.items():
        container = container.with_service_binding(name, image(plan.smoke.services[wanted]).as_service())
    for name, value in scenario.env.items():
        container = container.with_env_variable(name, value)
    if fresh:
        container = container.with_env_variable("SMOKE_RUN", uuid.uuid4().hex)
    try:
        return _report(await container.with_exec([NODE, f"{PROGRAMS}/smoke.cjs", SPEC]).stdout())
    except dagger.ExecError as failure:
        return _report(failure.stdout or failure.stderr)


def _report(printed: str) -> dict[str, Any]:
    try:
        report = json.loads(printed)
    except ValueError:
        return {"readyMs": 0, "findings": ["the test itself ended early"], "log": printed.splitlines()[-20:]}
    return dict(report)
