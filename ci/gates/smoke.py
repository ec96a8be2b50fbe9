"""Smoke test: the very image is started by its own entrypoint, and gets the requests of the plan from inside."""

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import asdict
from typing import Any

from ci.decide.plan.model import Plan
from ci.engine.concurrent import gather
from ci.gates.in_image import Subject, findings, started
from ci.intool.policy import Artifact, Finding, GateResult, Judging, decided, not_judged
from ci.intool.policy import Scenario as Place

NAME = "smoke"

FIX = "see `docker run` of the image with the scenario's variables, or correct `smoke:` in the pipeline file"

FIX_HEALTH = "give smoke.scenarios the env and services that the page needs, or set runtime.health.path"


async def smoke(plan: Plan, subject: Subject, *, fresh: bool) -> GateResult:
    """Run every scenario on the image of the engine's own platform.

    Args:
        plan: scenarios and health path.
        subject: the image; those of other platforms cannot run on the engine, which the result reports.
        fresh: run although the same image passed the same scenarios on this engine before.
    """
    native, scenarios = plan.image.native, plan.smoke.scenarios
    common = {
        "healthcheck": plan.image.healthcheck,
        "chunk": subject.chunk,
        "start": plan.image.start,
        "default": plan.smoke.default,
    }
    reports = await gather(
        *(
            started(
                subject,
                "smoke",
                {**common, "requests": [asdict(request) for request in scenario.requests]},
                plan=plan,
                scenario=scenario,
                fresh=fresh,
            )
            for scenario in scenarios
        )
    )
    return judge(
        {one.name: report for one, report in zip(scenarios, reports, strict=True)}, plan.image.platforms, native
    )


def judge(reports: Mapping[str, Mapping[str, Any]], platforms: Sequence[str], native: str) -> GateResult:
    """The result. Pure.

    Args:
        reports: name of a scenario to what ``programs/smoke.cjs`` printed of it.
        platforms: of the image.
        native: the one that the engine runs.
    """
    failed = next((report for report in reports.values() if report["findings"]), None)
    return GateResult(
        name=NAME,
        findings=(
            *(finding for name, report in reports.items() for finding in findings(report, name, FIX)),
            *(finding for name, report in reports.items() for finding in _warnings(report, name)),
            *(_other(platform, native) for platform in platforms if platform != native),
        ),
        figures={f"{name} ready ms": report.get("readyMs", 0) for name, report in reports.items()},
        log=tuple(failed["log"]) if failed else (),
    )


def _warnings(report: Mapping[str, Any], scenario: str) -> Iterator[Finding]:
    """What a user should know of an app that runs."""
    for one in report.get("warnings", ()):
        where = Place(name=scenario, url=one["url"])
        found = Finding(id=one["id"], severity="low", title=one["title"], where=where, fix=FIX_HEALTH)
        yield decided(found, Judging())


def _other(platform: str, native: str) -> Finding:
    return not_judged("smoke-platform", f"the engine runs {native}", Artifact(name=platform))
