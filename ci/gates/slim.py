"""Proof that slimming is harmless: the image before it and the image after it answer every route alike."""

from collections.abc import Mapping
from typing import Any

from ci.build.payload import Payload
from ci.decide.plan.model import Plan
from ci.engine.concurrent import gather
from ci.gates.in_image import Subject, started
from ci.gates.result import GateResult

NAME = "slim"
SHOWN = 10
"""Differences that the result lists."""


async def slim(plan: Plan, full: Subject, slimmed: Subject, payload: Payload) -> GateResult:
    """Ask both images, in the surroundings of the first smoke scenario.

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
    return compare(before, after, sum(int(group["bytes"]) for group in payload.removed))


def compare(full: Mapping[str, Any], slimmed: Mapping[str, Any], removed: int) -> GateResult:
    """Judge by what ``programs/compare.cjs`` printed of both.

    Args:
        full: answers of the image with everything.
        slimmed: answers of the other one.
        removed: bytes left out.
    """
    if not full.get("healthy"):
        return GateResult(
            name=NAME,
            passed=False,
            findings=(f"not judged: before anything was left out, {full['findings'][0]}",),
            log=tuple(full["log"]),
            fix="give smoke.scenarios[0] the env and services that the app needs, or set runtime.slim: false",
        )
    before, after = full["answers"], slimmed.get("answers", {})
    differences = [f"{path}: {told}" for path in after if (told := _difference(before[path], after[path]))]
    more = len(differences) - SHOWN
    findings = [
        *(finding for finding in slimmed["findings"] if finding not in full["findings"]),
        *differences[:SHOWN],
        *([f"and {more} more routes"] if more > 0 else []),
    ]
    return GateResult(
        name=NAME,
        passed=not findings,
        findings=tuple(findings),
        figures={
            "routes": len(after),
            "by status only": sum(not _exact(before[path], after[path]) for path in after),
            "MB removed": round(removed / 1e6, 1),
        },
        log=tuple(slimmed["log"]) if findings else (),
        skipped=() if before else ("no route is known, so only the health path was tried",),
        fix="set runtime.slim: false, or add what is missing with outputFileTracingIncludes in next.config",
    )


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
