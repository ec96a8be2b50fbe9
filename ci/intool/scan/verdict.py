"""The result of the gates ``scan`` and ``source``, from Trivy's reports."""

from collections import Counter
from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import replace
from types import MappingProxyType
from typing import Any

from ci.intool.common.failure import Failure
from ci.intool.policy import SEVERITIES, Finding, Judging, gate_result, judging, merged, not_judged, waivers_from
from ci.intool.scan.findings import LICENSES, SECRETS, VULNERABILITIES, findings, harmless
from ci.intool.scan.masked import Key
from ci.intool.scan.policy import Rules, rules
from ci.intool.scan.results import Scan
from ci.intool.scan.trivy import report, scan


def evaluate(
    reports: Mapping[str, str],
    policy: Mapping[str, Any],
    waivers: Sequence[Mapping[str, str]],
    today: str,
    by: Mapping[str, Any] | None = None,
    *,
    gate: str = "scan",
    published: Sequence[Mapping[str, Any]] = (),
) -> dict[str, Any]:
    """Evaluate reports of Trivy together; what several of them have is one finding.

    Args:
        reports: what was scanned (a platform, or ``source``) to the file of its report.
        policy: as ``ci.intool.scan.policy.rules`` takes it.
        waivers: accepted findings, of any gate.
        today: ISO 8601.
        by: how findings are judged (``ci.intool.policy.Judging``); default: the strictest.
        gate: name of the result.
        published: what ``ci.intool.scan.published`` found; default: nothing was searched.

    Returns:
        ``result``, the gate's (``ci.intool.policy.GateResult``); ``found``: ``id`` and ``subject`` of every finding,
        for the next release to compare with; ``packages``: how many each report looked at.

    Raises:
        Failure: a report, the policy or a waiver is malformed, or no report is given.
    """
    scans = [scan(name, report(path, name)) for name, path in reports.items()]
    known = {(one["rule"], one["path"], one["layer"]): one["packages"] for one in published}
    return evaluated(scans, rules(policy), waivers, today, judging(by), gate=gate, published=known)


def evaluated(
    scans: Sequence[Scan],
    policy: Rules,
    waivers: Sequence[Mapping[str, str]],
    today: str,
    by: Judging | None = None,
    *,
    gate: str = "scan",
    published: Mapping[Key, Sequence[str]] = MappingProxyType({}),
) -> dict[str, Any]:
    """Evaluate what was read; arguments and result are those of ``evaluate``."""
    if not scans:
        raise Failure("no report of Trivy is given", "scan the image first")
    found = {one.name: list(findings(one, policy, published)) for one in scans}
    each = _once(scans, found)
    accepted = _once(scans, {one.name: [harmless(other) for other in one.accepted] for one in scans})
    result = gate_result(
        gate,
        [*each, *accepted, *_not_judged(scans)],
        waivers_from(waivers),
        today,
        by=by,
        checks=(VULNERABILITIES, LICENSES, *([SECRETS] if any(one.image for one in scans) else [])),
        figures=_figures(scans, each, accepted),
    )
    return {
        "result": result.to_json(),
        "found": subjects(one for some in found.values() for one in some),
        "packages": {one.name: len(one.packages) for one in scans},
    }


def _once(scans: Sequence[Scan], found: Mapping[str, Sequence[Finding]]) -> list[Finding]:
    """Each finding once, with the platforms that have it, unless all of them do."""
    once = merged(found)
    return once if any(one.image for one in scans) else [replace(one, found_in=()) for one in once]


def subjects(found: Iterable[Finding]) -> list[dict[str, str]]:
    """Id and subject of findings, each once: what the next release compares with."""
    pairs = dict.fromkeys((one.id, one.subject) for one in found)
    return [{"id": name, "subject": subject} for name, subject in pairs]


def _figures(scans: Sequence[Scan], found: Sequence[Finding], accepted: Sequence[Finding]) -> dict[str, float]:
    counted = Counter(one.severity for one in found)
    unnamed = {str(package) for one in scans if one.image for package in one.packages if not package.licenses}
    return {
        **{severity: counted[severity] for severity in reversed(SEVERITIES)},
        "accepted by VEX": len(accepted),
        "without a license": len(unnamed),
    }


def _not_judged(scans: Sequence[Scan]) -> Iterator[Finding]:
    """Checks that cannot be made with these reports."""
    if not any(one.packages for one in scans):
        yield not_judged(VULNERABILITIES, "no package was found")
    elif unknown := [one.name for one in scans if one.image and not one.system]:
        why = f"the operating system of {', '.join(unknown)} is unknown to Trivy, so its packages were not checked"
        yield not_judged(VULNERABILITIES, why)
    if not any(package.licenses for one in scans for package in one.packages):
        yield not_judged(LICENSES, "no package names its license in these reports")
