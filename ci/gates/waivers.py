"""Waivers that cover nothing any more. Pure."""

from collections.abc import Sequence

from ci.decide.plan.model import Plan
from ci.gates.result import GateResult
from ci.intool.policy import used


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
