"""From findings and waivers to the result of a gate. Pure."""

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import replace

from ci.intool.policy import baseline
from ci.intool.policy.baseline import BaselineEntry
from ci.intool.policy.effect import NotJudged, Stops, Waived, Warns
from ci.intool.policy.finding import Finding, ordered
from ci.intool.policy.judging import Judging, always, decided, stops_in_strict
from ci.intool.policy.place import Setting
from ci.intool.policy.result import FAILED, NOT_RUN, PASSED, WAIVED, GateResult
from ci.intool.policy.waiver import Waiver, key

EXPIRED = "waiver-expired"
"""Id of the finding that a waiver has expired."""

IDLE = "waiver-expired-idle"
"""Row of the table for one that accepted nothing that stops."""

BASELINE_EXPIRED = "baseline-expired"
"""Id of the finding that entries of the baseline have expired."""

NAMED = 5
"""Entries that it names."""


def gate_result(
    name: str,
    findings: Iterable[Finding],
    waivers: Sequence[Waiver],
    today: str,
    *,
    by: Judging | None = None,
    checks: Iterable[str] = (),
    figures: Mapping[str, float] | None = None,
) -> GateResult:
    """The result of a gate: findings with their effects, and the outcome of each check.

    The table of policies decides the effect first, then waivers and the baseline accept. A check has failed if it would
    stop a release in the policy ``strict``, also where this policy only warns.

    Args:
        name: of the gate.
        findings: all findings, and checks that could not be made.
        waivers: all of the pipeline file, in its order.
        today: ISO 8601.
        by: policy, baseline, and what was known earlier; default: the strictest.
        checks: ids of the checks that were made.
        figures: what was measured.
    """
    by = by or Judging()
    found = list(
        dict.fromkeys(decided(one, by, lapsed=_lapsed(one, waivers, by, today)) for one in dict.fromkeys(findings))
    )
    made = {*checks, *(one.id for one in found if isinstance(one.effect, NotJudged) and not one.where)}
    results = [_accepted(one, waivers, by, today) for one in found]
    ended = [
        _expired(number, waiver, by, stopping=any(one.stops and waiver.covers(one) for one in results))
        for number, waiver in enumerate(waivers)
        if waiver.expired(today) and (waiver.id in made or any(waiver.covers(one) for one in found))
    ]
    return GateResult(
        name=name,
        findings=(
            *(one for one in ended if one.stops),
            *_over(results, by, today),
            *ordered([*(one for one in ended if not one.stops), *results]),
        ),
        figures=figures or {},
        checks={check: _outcome(check, results, by) for check in sorted(made)},
    )


def _lapsed(finding: Finding, waivers: Sequence[Waiver], by: Judging, today: str) -> bool:
    """Whether somebody accepted it until a day that is over."""
    accepted: list[Waiver | BaselineEntry] = [*waivers, *(by.baseline or ())]
    return any(one.expired(today) and one.covers(finding) for one in accepted)


def _expired(number: int, waiver: Waiver, by: Judging, *, stopping: bool) -> Finding:
    ended = Finding(
        id=EXPIRED,
        severity="high" if stopping else "medium",
        title=f"the waiver of {waiver.id} by {waiver.owner} expired on {waiver.expires}",
        where=Setting(key=key(number)),
        fix="renew the waiver with a reason, or remove it",
        rule="" if stopping else IDLE,
    )
    return decided(ended, by)


def _over(results: Sequence[Finding], by: Judging, today: str) -> list[Finding]:
    """One finding for each day on which entries of the baseline ended that are about what stops."""
    ended: dict[str, list[tuple[int, BaselineEntry]]] = {}
    for number, one in enumerate(by.baseline or ()):
        if one.expired(today) and any(finding.stops and one.covers(finding) for finding in results):
            ended.setdefault(one.until, []).append((number, one))
    return [_day_is_over(day, entries, by) for day, entries in sorted(ended.items())]


def _day_is_over(day: str, entries: Sequence[tuple[int, BaselineEntry]], by: Judging) -> Finding:
    named = ", ".join(" at ".join(filter(None, (one.id, one.where))) for _, one in entries[:NAMED])
    more = f" and {len(entries) - NAMED} more" if len(entries) > NAMED else ""
    found = Finding(
        id=BASELINE_EXPIRED,
        severity="high",
        title=f"the baseline of {by.owner} accepted until {day}: {named}{more}",
        where=Setting(key=baseline.key(entries[0][0])),
        fix="correct what is found, or renew it: `dagger call baseline --renew -o next-distroless.yaml`",
    )
    return decided(found, by)


def _accepted(finding: Finding, waivers: Sequence[Waiver], by: Judging, today: str) -> Finding:
    """The finding with the effect of the first waiver that covers it, or else of the baseline."""
    if not isinstance(finding.effect, Stops | Warns):
        return finding
    holding = ((n, one) for n, one in enumerate(waivers) if not one.expired(today) and one.covers(finding))
    if first := next(holding, None):
        return replace(finding, new=False, effect=first[1].effect(first[0]))
    number = None if always(finding) else by.accepted(finding, today)
    if by.baseline is None or number is None:
        return finding
    return replace(finding, new=False, effect=by.baseline[number].effect(number, by.owner))


def _outcome(check: str, findings: Sequence[Finding], by: Judging) -> str:
    own = [one for one in findings if check == (one.check or one.id)]
    if any(stops_in_strict(one, by) or one.stops for one in own):
        return FAILED
    for kind, outcome in ((NotJudged, NOT_RUN), (Waived, WAIVED)):
        if any(isinstance(one.effect, kind) for one in own):
            return outcome
    return PASSED
