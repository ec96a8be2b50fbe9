"""Gate `waivers`: a warning for each waiver that covers no finding. Pure."""

from collections.abc import Sequence

from ci.decide.plan.model import Plan
from ci.intool.policy import Finding, GateResult, Setting, Waiver, Warns, used
from ci.intool.policy.waiver import key


def waivers_gate(plan: Plan, gates: Sequence[GateResult]) -> GateResult:
    """The result for waivers: a warning for each that covers no finding of any gate.

    Where several cover the same finding, the first of the pipeline file does.

    Args:
        plan: the waivers.
        gates: results of all others.
    """
    covering = used(plan.trust.waivers, gates)
    findings = [_idle(n, one) for n, one in enumerate(plan.trust.waivers) if n not in covering]
    return GateResult(name="waivers", findings=tuple(findings), figures={"used": len(covering)})


def _idle(number: int, waiver: Waiver) -> Finding:
    return Finding(
        id="waiver-idle",
        severity="low",
        title=f"the waiver of {waiver.id} by {waiver.owner} covers nothing (until {waiver.expires})",
        where=Setting(key=key(number)),
        fix="remove it",
        effect=Warns(),
    )
