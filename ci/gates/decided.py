"""What the plan itself answers: the lockfile's policy, install scripts, pinned images. Pure."""

from collections.abc import Sequence
from dataclasses import asdict

from ci.gates.result import GateResult
from ci.pinning.unpinned import unpinned_images
from ci.plan.model import Plan
from ci.policy import Finding, used, verdict

LOCKED, SCRIPTS, PINNED = "SC-10", "SC-11", "SC-12"
"""Checks of ``ci/checks/checks.toml``."""


def decided(plan: Plan) -> GateResult:
    """Judge the plan.

    A lockfile that takes packages from hosts that nobody allowed, or without checksum, makes no plan at all
    (``ci/project/sources.py``); an install of this pipeline is frozen and runs the scripts of named packages alone.
    """
    images = unpinned_images(asdict(plan), floating=[plan.trust.database.name])
    findings = [
        Finding(id=PINNED, severity="high", where=image, what="it has no digest", fix="write it as name:tag@sha256:…")
        for image in images
    ]
    report = verdict(
        findings,
        plan.trust.waivers,
        plan.trust.today,
        lambda _: True,
        checks=[LOCKED, SCRIPTS, PINNED],
        figures={"packages": len(plan.trust.locked), "install scripts": len(plan.install.scripts)},
    )
    return GateResult.of("plan", report)


def idle(plan: Plan, gates: Sequence[GateResult]) -> GateResult:
    """The verdict on waivers: a warning for each that covers nothing that any gate found.

    Args:
        plan: the waivers.
        gates: verdicts of all others.
    """
    covering = used(plan.trust.waivers, (line for gate in gates for line in gate.waived))
    findings = [
        f"warning: waiver of {waiver.id} by {waiver.owner} covers nothing (until {waiver.expires}): remove it"
        for waiver in plan.trust.waivers
        if waiver not in covering
    ]
    figures = {"used": len(covering)}
    return GateResult(name="waivers", passed=True, findings=tuple(findings), figures=figures)
