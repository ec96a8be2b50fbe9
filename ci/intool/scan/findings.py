"""What a scan found as findings, each with the policy's word on it. Pure."""

from collections.abc import Collection, Iterator
from dataclasses import dataclass

from ci.intool.common import semver
from ci.intool.policy import Finding, at_least
from ci.intool.scan.policy import Rules
from ci.intool.scan.results import Misconfiguration, Package, Scan, Secret, Vulnerability

VULNERABILITIES, LICENSES, SECRETS, END_OF_LIFE = "SC-06", "SC-08", "LAY-01", "SC-09"
"""Checks of ``ci/intool/checks/checks.toml`` that a scan can show to be broken."""


@dataclass(frozen=True, kw_only=True)
class Judged:
    """A finding with what was decided about it.

    Attributes:
        finding: it.
        subject: the package's name, or the file: what stays the same from one release to the next.
        fails: whether it makes the gate fail.
    """

    finding: Finding
    subject: str
    fails: bool


def findings(scan: Scan, rules: Rules, earlier: Collection[tuple[str, str]]) -> Iterator[Judged]:
    """Everything that is wrong in a scan.

    Args:
        scan: what was found.
        rules: what of it fails.
        earlier: ids and subjects that the last release had.
    """
    if scan.ended:
        yield Judged(finding=_ended(scan.system), subject=scan.system, fails=True)
    for secret in scan.secrets:
        yield Judged(finding=_secret(secret, image=scan.image), subject=secret.path, fails=True)

    def judged(finding: Finding, subject: str, *, fails: bool) -> Judged:
        old = rules.new_only and (finding.id, subject) in earlier and finding.id not in rules.exploited
        return Judged(finding=finding, subject=subject, fails=fails and not old)

    for one in scan.vulnerabilities:
        exploited = one.id in rules.exploited
        bad = at_least(one.severity, rules.severity) and (bool(one.fixed) or rules.unfixed)
        yield judged(vulnerability(one, exploited=exploited), one.package.name, fails=bad or exploited)
    for package in scan.packages:
        for name in rules.denied(package):
            yield judged(_license(package, name), package.name, fails=True)
    for setting in scan.misconfigurations:
        yield judged(_misconfiguration(setting), setting.path, fails=at_least(setting.severity, rules.severity))


def vulnerability(one: Vulnerability, *, exploited: bool = False) -> Finding:
    """The finding for a vulnerability.

    Args:
        one: it.
        exploited: whether it is known to be.
    """
    title = one.title.strip().rstrip(".") or "a known vulnerability"
    where = f" in {one.package.path}" if one.package.path else ""
    return Finding(
        id=one.id,
        severity=one.severity,
        where=str(one.package),
        what=f"{title}{where}{', known to be exploited' if exploited else ''}",
        fix=_remedy(one),
        check=VULNERABILITIES,
    )


def _remedy(one: Vulnerability) -> str:
    if not one.fixed:
        return "there is no fix yet: waive it for a time, or say in a VEX document why it does no harm"
    now = semver.parse(one.package.version)
    versions = " or ".join(v for v in one.fixed if not (now and (known := semver.parse(v)) and known < now))
    if one.package.system:
        return f"take a newer base, with {one.package.name} {versions}: `pins update`, then `rebase`"
    return f"update {one.package.name} to {versions}"


def _ended(system: str) -> Finding:
    return Finding(
        id=END_OF_LIFE,
        severity="high",
        where=system,
        what="this operating system has reached its end of life: what is found in it is no longer listed",
        fix="take a base of a release that is supported",
    )


def _secret(secret: Secret, *, image: bool) -> Finding:
    where = f" in layer {secret.layer}" if secret.layer else ""
    return Finding(
        id=secret.rule,
        severity=secret.severity,
        where=secret.path,
        what=f"{secret.title or 'a secret'}{where}",
        fix="revoke it, take it out of what is built from, and give it to the app when it starts",
        check=SECRETS if image else "",
    )


def _license(package: Package, name: str) -> Finding:
    return Finding(
        id=" ".join(name.split())[:80],
        severity="high",
        where=str(package),
        what="its licence asks for more than notices from who runs it as a service",
        fix="replace the package, or allow it (scan.licenses-allowed) once its terms are met",
        check=LICENSES,
    )


def _misconfiguration(one: Misconfiguration) -> Finding:
    return Finding(
        id=one.id,
        severity=one.severity,
        where=f"{one.path}:{one.line}" if one.line else one.path,
        what=one.title.strip().rstrip(".") or "a weak setting",
        fix=one.fix.strip().rstrip("."),
    )
