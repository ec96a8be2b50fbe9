"""The verdict on what Trivy found."""

from collections import Counter
from collections.abc import Collection, Iterator, Mapping, Sequence
from dataclasses import replace
from typing import Any

from ci.intool.common.failure import Failure
from ci.intool.common.json_reader import Json
from ci.intool.policy import SEVERITIES, verdict, waivers_from
from ci.intool.scan.findings import LICENSES, SECRETS, VULNERABILITIES, Judged, findings, vulnerability
from ci.intool.scan.policy import Rules, rules
from ci.intool.scan.results import Accepted, Scan
from ci.intool.scan.trivy import report, scan


def evaluate(
    reports: Mapping[str, str],
    policy: Mapping[str, Any],
    waivers: Sequence[Mapping[str, str]],
    today: str,
    earlier: Sequence[Mapping[str, str]] = (),
) -> dict[str, Any]:
    """Evaluate reports of Trivy together; what several of them have is one finding.

    Args:
        reports: what was scanned (a platform, or ``source``) to the file of its report.
        policy: as ``ci.intool.scan.policy.rules`` takes it.
        waivers: what is accepted, of any gate.
        today: ISO 8601.
        earlier: ``found`` of the last release.

    Returns:
        The verdict of ``ci.intool.policy``, with ``found``: ``id`` and ``subject`` of every finding; ``packages``: how
        many each report looked at; and ``text`` for people. What a VEX document declares harmless is among ``waived``.

    Raises:
        Failure: a report, the policy or a waiver is malformed, or there is no report.
    """
    scans = [scan(name, report(path, name)) for name, path in reports.items()]
    last = Json("the last release", {"found": list(earlier)}, "leave `earlier` out, or give `found` of a scan's report")
    known = {(one.text("id"), one.text("subject")) for one in last.objects("found")}
    return evaluated(scans, rules(policy), waivers, today, known)


def evaluated(
    scans: Sequence[Scan],
    policy: Rules,
    waivers: Sequence[Mapping[str, str]],
    today: str,
    earlier: Collection[tuple[str, str]] = (),
) -> dict[str, Any]:
    """Evaluate what was read; arguments and result are those of ``evaluate``."""
    if not scans:
        raise Failure("there is no report of Trivy to judge", "scan the image first")
    found = list(_merged(scans, policy, earlier))
    failing = {one.finding for one in found if one.fails}
    accepted = dict.fromkeys(one for each in scans for one in each.accepted)
    told = verdict(
        [one.finding for one in found],
        waivers_from(waivers),
        today,
        failing.__contains__,
        checks=(VULNERABILITIES, LICENSES, *([SECRETS] if any(one.image for one in scans) else [])),
        figures=_figures(scans, found),
        skipped=_skipped(scans),
    )
    told |= {
        "waived": [*told["waived"], *map(_harmless, accepted)],
        "found": [{"id": one.finding.id, "subject": one.subject} for one in found],
        "packages": {one.name: len(one.packages) for one in scans},
    }
    return told | {"text": text(told)}


def text(told: Mapping[str, Any]) -> str:
    """A verdict for people."""
    counted = ", ".join(f"{count:.0f} {name}" for name, count in told["figures"].items() if count) or "nothing found"
    looked = ", ".join(f"{count} in {name}" for name, count in told["packages"].items())
    lines = [f"{'passed' if told['passed'] else 'failed'}: {counted}", f"packages: {looked or 'none'}"]
    lines += [*told["findings"], *(f"accepted: {one}" for one in told["waived"])]
    lines += [*(f"not run: {one}" for one in told["skipped"]), *([f"fix: {told['fix']}"] if told["fix"] else [])]
    return "\n".join(lines)


def _merged(scans: Sequence[Scan], policy: Rules, earlier: Collection[tuple[str, str]]) -> Iterator[Judged]:
    """Each finding once; it says where it was found, unless that is everywhere."""
    all_of: dict[tuple[str, str], dict[str, Judged]] = {}
    for each in scans:
        for one in findings(each, policy, earlier):
            all_of.setdefault((one.finding.id, one.finding.where), {}).setdefault(each.name, one)
    for places in all_of.values():
        one = next(iter(places.values()))
        suffix = "" if len(places) == len(scans) else f" [{', '.join(places)}]"
        fails = any(other.fails for other in places.values())
        yield replace(one, finding=replace(one.finding, what=one.finding.what + suffix), fails=fails)


def _figures(scans: Sequence[Scan], found: Sequence[Judged]) -> dict[str, float]:
    counted = Counter(one.finding.severity for one in found)
    unnamed = {str(package) for one in scans if one.image for package in one.packages if not package.licenses}
    accepted = {one.vulnerability for each in scans for one in each.accepted}
    return {
        **{severity: counted[severity] for severity in reversed(SEVERITIES)},
        "accepted by VEX": len(accepted),
        "without a license": len(unnamed),
    }


def _skipped(scans: Sequence[Scan]) -> dict[str, str]:
    """Checks that cannot be made with what these reports have."""
    skipped = {}
    if unknown := [one.name for one in scans if one.image and not one.system]:
        reason = f"the operating system of {', '.join(unknown)} is unknown to Trivy, so its packages were not looked at"
        skipped[VULNERABILITIES] = reason
    if not any(one.packages for one in scans):
        skipped[VULNERABILITIES] = "no package was found to look at"
    if not any(package.licenses for one in scans for package in one.packages):
        skipped[LICENSES] = "no package names its license in these reports"
    return skipped


def _harmless(one: Accepted) -> str:
    reason = ": ".join(part for part in (one.status.replace("_", " "), one.statement.replace("_", " ")) if part)
    return f"{vulnerability(one.vulnerability)} ({reason}, says {one.source})"
