"""From findings and waivers to the result of a gate. Pure."""

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import replace

from ci.intool.policy.effect import NotJudged, Stops, Waived, Warns
from ci.intool.policy.finding import Finding, ordered
from ci.intool.policy.place import Setting
from ci.intool.policy.result import FAILED, NOT_RUN, PASSED, WAIVED, GateResult
from ci.intool.policy.waiver import Waiver, key

EXPIRED = "waiver-expired"
"""Id of the finding that a waiver has expired."""


def gate_result(
    name: str,
    findings: Iterable[Finding],
    waivers: Sequence[Waiver],
    today: str,
    *,
    checks: Iterable[str] = (),
    figures: Mapping[str, float] | None = None,
) -> GateResult:
    """The result of a gate: findings with the effects of waivers, and the outcome of each check.

    An expired waiver stops the release as long as its finding is still found, or its check is made.

    Args:
        name: of the gate.
        findings: all findings, and checks that could not be made, each with its effect without a waiver.
        waivers: all of the pipeline file, in its order.
        today: ISO 8601.
        checks: ids of the checks that were made.
        figures: what was measured.
    """
    found = list(dict.fromkeys(findings))
    made = {*checks, *(one.id for one in found if isinstance(one.effect, NotJudged) and not one.where)}
    ended = [
        _expired(number, waiver)
        for number, waiver in enumerate(waivers)
        if waiver.expired(today) and (waiver.id in made or any(waiver.covers(one) for one in found))
    ]
    results = [_waived(one, waivers, today) for one in found]
    return GateResult(
        name=name,
        findings=(*ended, *ordered(results)),
        figures=figures or {},
        checks={check: _outcome(check, results) for check in sorted(made)},
    )


def _expired(number: int, waiver: Waiver) -> Finding:
    return Finding(
        id=EXPIRED,
        severity="high",
        title=f"the waiver of {waiver.id} by {waiver.owner} expired on {waiver.expires}",
        where=Setting(key=key(number)),
        fix="renew the waiver with a reason, or remove it",
    )


def _waived(finding: Finding, waivers: Sequence[Waiver], today: str) -> Finding:
    """The finding with the effect of the first waiver that covers it."""
    if not isinstance(finding.effect, Stops | Warns):
        return finding
    holding = ((n, one) for n, one in enumerate(waivers) if not one.expired(today) and one.covers(finding))
    return next((replace(finding, effect=one.effect(n)) for n, one in holding), finding)


def _outcome(check: str, findings: Sequence[Finding]) -> str:
    effects = [one.effect for one in findings if check == (one.check or one.id)]
    for kind, outcome in ((Stops, FAILED), (NotJudged, NOT_RUN), (Waived, WAIVED)):
        if any(isinstance(effect, kind) for effect in effects):
            return outcome
    return PASSED
