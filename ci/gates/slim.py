"""Gate `slim`: the images before and after slimming give the same answer on every route."""

from collections.abc import Mapping
from typing import Any

from ci.build.payload import Payload
from ci.decide.plan.model import Plan
from ci.engine.concurrent import gather
from ci.gates.in_image import Subject, findings, started
from ci.intool.policy import Finding, GateResult, Scenario, not_judged

NAME = "slim"
SHOWN = 10
"""Differences that the result lists."""

ANSWER = "slim-answer"
"""Id of the finding that a route is answered differently."""

FIX = "set runtime.slim: false, or add what is missing with outputFileTracingIncludes in next.config"
FIX_FULL = "give smoke.scenarios[0] the env and services that the app needs, or set runtime.slim: false"


async def slim(plan: Plan, full: Subject, slimmed: Subject, payload: Payload) -> GateResult:
    """Send every route to both images, in the surroundings of the first smoke scenario.

    Args:
        plan: how the app is started.
        full: the image with everything that Next.js traced.
        slimmed: the image that is to be pushed.
        payload: routes, and what was left out.
    """
    questions = {"routes": list(payload.routes)}
    scenario = plan.smoke.scenarios[0]
    before, after = await gather(
        *(started(subject, "compare", questions, plan=plan, scenario=scenario) for subject in (full, slimmed))
    )
    return compare(before, after, sum(int(group["bytes"]) for group in payload.removed), scenario.name)


def compare(full: Mapping[str, Any], slimmed: Mapping[str, Any], removed: int, scenario: str) -> GateResult:
    """Judge the reports of ``programs/compare.cjs`` on both. Pure.

    Args:
        full: answers of the image with everything.
        slimmed: answers of the other one.
        removed: bytes left out.
        scenario: name of the one in whose surroundings both ran.
    """
    if not full.get("healthy"):
        title = f"not compared: before anything was left out, {full['findings'][0]['title']}"
        return GateResult(name=NAME, findings=(_finding(scenario, "", title, FIX_FULL),), log=tuple(full["log"]))
    before, after = full["answers"], slimmed.get("answers", {})
    differences = {path: said for path in after if (said := _difference(before[path], after[path]))}
    own = {**slimmed, "findings": [one for one in slimmed["findings"] if one not in full["findings"]]}
    found = [
        *findings(own, scenario, FIX),
        *(_finding(scenario, path, said, FIX) for path, said in list(differences.items())[:SHOWN]),
    ]
    if len(differences) > SHOWN:
        found.append(_finding(scenario, "", f"and {len(differences) - SHOWN} more routes", FIX))
    only = not_judged("slim-routes", "no route is known, so only the health path was compared")
    return GateResult(
        name=NAME,
        findings=(*found, *([] if before else [only])),
        figures={
            "routes": len(after),
            "by status only": sum(not _exact(before[path], after[path]) for path in after),
            "MB removed": round(removed / 1e6, 1),
        },
        log=tuple(slimmed["log"]) if found else (),
    )


def _finding(scenario: str, url: str, title: str, fix: str) -> Finding:
    return Finding(id=ANSWER, severity="high", title=title, where=Scenario(name=scenario, url=url), fix=fix)


def _difference(full: Mapping[str, Any], slimmed: Mapping[str, Any]) -> str:
    if full["status"] != slimmed["status"]:
        return f"full {_status(full)}, slim {_status(slimmed)}"
    if full["type"] != slimmed["type"]:
        return f"full sends {full['type'] or 'no type'}, slim {slimmed['type'] or 'no type'}"
    if not _exact(full, slimmed):
        return ""
    if full["location"] != slimmed["location"]:
        return f"full leads to {full['location']}, slim to {slimmed['location']}"
    if full["sha256"] != slimmed["sha256"]:
        return f"the body differs (full {full['length']} bytes, slim {slimmed['length']})"
    return ""


def _exact(full: Mapping[str, Any], slimmed: Mapping[str, Any]) -> bool:
    return bool(full["stable"] and slimmed["stable"])


def _status(answer: Mapping[str, Any]) -> str:
    return str(answer["status"] or f"no answer ({answer['cut']})")
