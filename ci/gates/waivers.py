"""Gate `waivers`: a warning for each waiver that covers no finding, and one for such entries of the baseline. Pure."""

from collections.abc import Sequence

from ci.decide.plan.model import Plan
from ci.intool.policy import Finding, GateResult, Setting, Waived, Waiver, decided, used
from ci.intool.policy.baseline import key as entry_key
from ci.intool.policy.waiver import key

SHOWN = 5
"""Entries of the baseline that the warning names."""


def waivers_gate(plan: Plan, gates: Sequence[GateResult]) -> GateResult:
    """The result for waivers: a warning for each that covers no finding of any gate, and one for the baseline.

    Where several cover the same finding, the first of the pipeline file does.

    Args:
        plan: waivers and baseline.
        gates: results of all others.
    """
    covering, idle = used(plan.trust.waivers, gates), _idle_entries(plan, gates)
    findings = [_idle(n, one) for n, one in enumerate(plan.trust.waivers) if n not in covering]
    findings += [_left_over(idle)] if idle else []
    by, known = plan.trust.judging(), plan.trust.baseline
    figures = {"used": len(covering), **({"of the baseline": len(known.findings) - len(idle)} if known else {})}
    return GateResult(name="waivers", findings=tuple(decided(one, by) for one in findings), figures=figures)


def _idle(number: int, waiver: Waiver) -> Finding:
    return Finding(
        id="waiver-idle",
        severity="low",
        title=f"the waiver of {waiver.id} by {waiver.owner} covers nothing (until {waiver.expires})",
        where=Setting(key=key(number)),
        fix="remove it",
    )


def _idle_entries(plan: Plan, gates: Sequence[GateResult]) -> list[str]:
    """Entries of the baseline about which nothing is found any more, as people read them."""
    found = [finding for gate in gates for finding in gate.findings]
    by = {one.effect.by for one in found if isinstance(one.effect, Waived)}
    entries = enumerate(plan.trust.baseline.findings if plan.trust.baseline else ())
    return [
        " at ".join(filter(None, (one.id, one.where)))
        for n, one in entries
        if entry_key(n) not in by and not any(one.covers(finding) for finding in found)
    ]


def _left_over(entries: Sequence[str]) -> Finding:
    more = f" and {len(entries) - SHOWN} more" if len(entries) > SHOWN else ""
    return Finding(
        id="baseline-idle",
        severity="low",
        title=f"{len(entries)} of its entries cover nothing any more: {', '.join(entries[:SHOWN])}{more}",
        where=Setting(key="baseline"),
        fix="take them out: `dagger call baseline -o next-distroless.yaml`",
    )
