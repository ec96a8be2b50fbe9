"""The effect of a finding on a release, by the table of policies. Pure."""

from collections.abc import Mapping
from dataclasses import asdict, dataclass, replace
from typing import Any

from ci.intool.common.json_reader import Json
from ci.intool.policy.baseline import BaselineEntry
from ci.intool.policy.effect import NotAffected, NotJudged, Stops, Warns
from ci.intool.policy.finding import SEVERITIES, Finding, at_least
from ci.intool.policy.table import POLICIES, REPORT, RULES, STRICT

ANYWHERE = "*"
"""Subject of what the last release may have had anywhere: nobody looked for it there."""

_FIX = "correct `policy`, `scan.severity` or `baseline` in the pipeline file"


@dataclass(frozen=True, kw_only=True)
class Judging:
    """By what findings are judged.

    Attributes:
        policy: one of ``POLICIES``.
        severity: ``scan.severity`` where the pipeline file has it; else empty, and the table decides.
        owner: who answers for the baseline.
        baseline: what was there when the baseline was written; None where there is none.
        earlier: id and subject of what the last release had; None where there is none.
    """

    policy: str = STRICT
    severity: str = ""
    owner: str = ""
    baseline: tuple[BaselineEntry, ...] | None = None
    earlier: frozenset[tuple[str, str]] | None = None

    def is_new(self, finding: Finding) -> bool:
        """Whether a finding counts as new: there is something to compare with, and that does not have it.

        What the baseline accepts is never asked this. Where nothing is known of an earlier state, nothing is new.
        """
        if self.earlier is None:
            return self.baseline is not None
        return self.earlier.isdisjoint({(finding.id, finding.subject), (finding.id, ANYWHERE)})

    def accepted(self, finding: Finding, today: str) -> int | None:
        """The position of the baseline's entry that covers a finding and holds on a day; None where none does."""
        entries = enumerate(self.baseline or ())
        return next((n for n, one in entries if one.covers(finding) and not one.expired(today)), None)

    def to_json(self) -> dict[str, Any]:
        """As the argument of an operation."""
        earlier = None if self.earlier is None else [{"id": one, "subject": of} for one, of in sorted(self.earlier)]
        baseline = None if self.baseline is None else [asdict(one) for one in self.baseline]
        return {**asdict(self), "baseline": baseline, "earlier": earlier}


def judging(given: Mapping[str, Any] | None) -> Judging:
    """The same value from ``Judging.to_json``; the strictest for None, so that what is forgotten never passes.

    Raises:
        Failure: a field is unknown or malformed.
    """
    if given is None:
        return Judging()
    node = Json("the policy", dict(given), _FIX).object()
    node.only("policy", "severity", "owner", "baseline", "earlier")
    policy, severity = node.text("policy", needed=True), node.text("severity")
    if policy not in POLICIES:
        raise node.wrong(f"is `{policy}`, and may be {', '.join(POLICIES)}", "policy")
    if severity and severity not in SEVERITIES[1:]:
        raise node.wrong(f"is `{severity}`, and may be {', '.join(SEVERITIES[1:])}", "severity")
    entries = [
        BaselineEntry(id=one.text("id"), where=one.text("where"), until=one.text("until"))
        for one in node.objects("baseline")
    ]
    earlier = frozenset((one.text("id"), one.text("subject")) for one in node.objects("earlier"))
    return Judging(
        policy=policy,
        severity=severity,
        owner=node.text("owner"),
        baseline=None if given.get("baseline") is None else tuple(entries),
        earlier=None if given.get("earlier") is None else earlier,
    )


def decided(finding: Finding, by: Judging, *, lapsed: bool = False) -> Finding:
    """A finding with its effect, before any waiver.

    A finding that the table does not have stops: a gap never lets anything pass.

    Args:
        finding: it. What is declared harmless or could not be judged stays that.
        by: policy, and what was known earlier.
        lapsed: whether a waiver or an entry of the baseline accepted it until a day that is over: it counts as new.
    """
    if isinstance(finding.effect, NotAffected | NotJudged):
        return finding
    rule = RULES.get(finding.rule or finding.id)
    new = rule is not None and rule.new != rule.stops and (lapsed or by.is_new(finding))
    return replace(finding, new=new, effect=Stops() if _stops(finding, by, new=new) else Warns())


def stops_in_strict(finding: Finding, by: Judging) -> bool:
    """Whether a finding that only warns would stop in the policy ``strict``: its check did not pass."""
    strict = replace(by, policy=STRICT)
    return isinstance(finding.effect, Stops | Warns) and _stops(finding, strict, new=finding.new)


def stops_if_new(finding: Finding, by: Judging) -> bool:
    """Whether a finding that nobody accepts would stop if it counted as new."""
    return isinstance(finding.effect, Stops | Warns) and _stops(finding, by, new=True)


def always(finding: Finding) -> bool:
    """Whether a finding stops in every policy, so that no baseline accepts it."""
    rule = RULES.get(finding.rule or finding.id)
    return rule is None or rule.holds(REPORT, new=False)


def _stops(finding: Finding, by: Judging, *, new: bool) -> bool:
    rule = RULES.get(finding.rule or finding.id)
    if rule is None:
        return True
    if rule.limit and by.severity and by.policy != REPORT:
        return at_least(finding.severity, by.severity)
    return rule.holds(by.policy, new=new)
