"""Smoke test: the very image is started by its own entrypoint and asked, from inside, what the plan says."""

from dataclasses import asdict

from ci.decide.plan.model import Plan
from ci.engine.concurrent import gather
from ci.gates.in_image import Subject, started
from ci.gates.result import GateResult


async def smoke(plan: Plan, subject: Subject, *, fresh: bool) -> GateResult:
    """Try every scenario on the image of the engine's own platform.

    Args:
        plan: scenarios and health path.
        subject: the image; those of other platforms cannot run on the engine, which the result says.
        fresh: run although the same image passed the same scenarios on this engine before.
    """
    native, scenarios = plan.image.native, plan.smoke.scenarios
    asked = {"healthcheck": plan.image.healthcheck, "chunk": subject.chunk}
    reports = await gather(
        *(
            started(
                subject,
                "smoke",
                {**asked, "requests": [asdict(request) for request in scenario.requests]},
                plan=plan,
                scenario=scenario,
                fresh=fresh,
            )
            for scenario in scenarios
        )
    )
    named = {scenario.name: report for scenario, report in zip(scenarios, reports, strict=True)}
    findings = tuple(f"{name}: {finding}" for name, report in named.items() for finding in report["findings"])
    failed = next((report for report in reports if report["findings"]), None)
    return GateResult(
        name="smoke",
        passed=not findings,
        findings=findings,
        figures={f"{name} ready ms": report.get("readyMs", 0) for name, report in named.items()},
        log=tuple(failed["log"]) if failed else (),
        skipped=tuple(
            f"{platform}: the engine runs {native}" for platform in plan.image.platforms if platform != native
        ),
        fix="see `docker run` of the image with the scenario's variables, or correct `smoke:` in the pipeline file",
    )
