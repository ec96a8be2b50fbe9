"""The result of the gates ``scan`` and ``source``, from Trivy's reports."""

from collections import Counter
from collections.abc import Collection, Iterator, Mapping, Sequence
from dataclasses import replace
from typing import Any

from ci.intool.common.failure import Failure
from ci.intool.common.json_reader import Json
from ci.intool.policy import SEVERITIES, Finding, gate_result, merged, not_judged, waivers_from
from ci.intool.scan.findings import LICENSES, SECRETS, VULNERABILITIES, ScanFinding, findings, harmless
from ci.intool.scan.policy import Rules, rules
from ci.intool.scan.results import Scan
from ci.intool.scan.trivy import report, scan


def evaluate(
    reports: Mapping[str, str],
    policy: Mapping[str, Any],
    waivers: Sequence[Mapping[str, str]],
    today: str,
    earlier: Sequence[Mapping[str, str]] = (),
    *,
    gate: str = "scan",
) -> dict[str, Any]:
    """Evaluate reports of Trivy together; what several of them have is one finding.

    Args:
        reports: what was scanned (a platform, or ``source``) to the file of its report.
        policy: as ``ci.intool.scan.policy.rules`` takes it.
        waivers: accepted findings, of any gate.
        today: ISO 8601.
        earlier: ``found`` of the last release.
        gate: name of the result.

    Returns:
        ``result``, the gate's (``ci.intool.policy.GateResult``); ``found``: ``id`` and ``subject`` of every finding,
        for the next release to compare with; ``packages``: how many each report looked at.

    Raises:
        Failure: a report, the policy or a waiver is malformed, or no report is given.
    """
    scans = [scan(name, report(path, name)) for name, path in reports.items()]
    last = Json("the last release", {"found": list(earlier)}, "leave `earlier` out, or give `found` of a scan's report")
    known = {(one.text("id"), one.text("subject")) for one in last.objects("found")}
    return evaluated(scans, rules(policy), waivers, today, known, gate=gate)


def evaluated(
    scans: Sequence[Scan],
    policy: Rules,
    waivers: Sequence[Mapping[str, str]],
    today: str,
    earlier: Collection[tuple[str, str]] = (),
    *,
    gate: str = "scan",
) -> dict[str, Any]:
    """Evaluate what was read; arguments and result are those of ``evaluate``."""
    if not scans:
        raise Failure("no report of Trivy is given", "scan the image first")
    found = {one.name: list(findings(one, policy, earlier)) for one in scans}
    each = _once(scans, {name: [one.finding for one in some] for name, some in found.items()})
    accepted = _once(scans, {one.name: [harmless(other) for other in one.accepted] for one in scans})
    result = gate_result(
        gate,
        [*each, *accepted, *_not_judged(scans)],
        waivers_from(waivers),
        today,
        checks=(VULNERABILITIES, LICENSES, *([SECRETS] if any(one.image for one in scans) else [])),
        figures=_figures(scans, each, accepted),
    )
    return {
        "result": result.to_json(),
        "found": _subjects(one for some in found.values() for one in some),
        "packages": {one.name: len(one.packages) for one in scans},
    }


def _once(scans: Sequence[Scan], found: Mapping[str, Sequence[Finding]]) -> list[Finding]:
    """Each finding once, with the platforms that have it, unless all of them do."""
    once = merged(found)
    return once if any(one.image for one in scans) else [replace(one, found_in=()) for one in once]


def _subjects(found: Iterator[ScanFinding]) -> list[dict[str, str]]:
    pairs = dict.fromkeys((one.finding.id, one.subject) for one in found)
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
