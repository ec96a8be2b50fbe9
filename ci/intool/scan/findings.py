"""The findings of a scan, each with its row of the table of policies. Pure."""

from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import replace
from types import MappingProxyType

from ci.intool.common import semver
from ci.intool.policy import Finding, ImagePath, NotAffected, Setting, Source, at_least
from ci.intool.policy import Package as Place
from ci.intool.scan.masked import Key
from ci.intool.scan.policy import Rules
from ci.intool.scan.results import Accepted, Misconfiguration, Package, Scan, Secret, Vulnerability
from ci.intool.scan.trivy import CONFIGURATION

VULNERABILITIES, LICENSES, SECRETS, END_OF_LIFE = "SC-06", "SC-08", "LAY-01", "SC-09"
"""Checks of ``ci/intool/checks/checks.toml`` that a scan can show to be broken."""

PUBLISHED = "secret-published"
"""Row of the table of policies for a text that only looks like a secret."""

EXPLOITED = ", known to be exploited"
"""End of the title of a vulnerability that is."""


HIGH = "high"
"""Least severity of a secret: whichever it is, somebody can use it."""


def findings(
    scan: Scan, rules: Rules, published: Mapping[Key, Sequence[str]] = MappingProxyType({})
) -> Iterator[Finding]:
    """All findings of a scan.

    Args:
        scan: what was found.
        rules: what the pipeline file says of them.
        published: rule, path and layer of what looks like a secret to the public packages that have the same text.
    """
    if scan.ended:
        yield _ended(scan.system)
    for secret in scan.secrets:
        key = (secret.rule, secret.path, secret.layer)
        yield _published(secret, published[key]) if key in published else _secret(secret, image=scan.image)
    for one in scan.vulnerabilities:
        yield vulnerability(one, unfixed=rules.unfixed, exploited=one.id in rules.exploited)
    for package in scan.packages:
        for name in rules.denied(package):
            yield _license(package, name, own=rules.licenses_own)
    for setting in scan.misconfigurations:
        yield _misconfiguration(setting)


def vulnerability(one: Vulnerability, *, unfixed: bool = False, exploited: bool = False) -> Finding:
    """The finding for a vulnerability.

    Args:
        one: it.
        unfixed: whether one without a fix is judged like one with a fix.
        exploited: whether it is known to be.
    """
    title = one.title.strip().rstrip(".") or "a known vulnerability"
    severity = one.severity if at_least(one.severity, HIGH) else "lower"
    row = severity if one.fixed or unfixed else "without-fix"
    return Finding(
        id=one.id,
        severity=one.severity,
        where=_place(one.package),
        title=f"{title}{EXPLOITED if exploited else ''}",
        fix=_remedy(one),
        check=VULNERABILITIES,
        fixed=_fixed(one),
        rule=f"vulnerability-{'exploited' if exploited else row}",
    )


def harmless(one: Accepted) -> Finding:
    """The finding for a vulnerability that a VEX document declares harmless."""
    effect = NotAffected(document=one.source, status=one.status, reason=one.statement)
    return replace(vulnerability(one.vulnerability), effect=effect)


def _place(package: Package) -> Place:
    paths = (package.path,) if package.path else ()
    return Place(name=package.name, version=package.version, paths=paths, system=package.system)


def _fixed(one: Vulnerability) -> tuple[str, ...]:
    """The versions that fix it, without those that are older than what is installed."""
    now = semver.parse(one.package.version)
    return tuple(v for v in one.fixed if not (now and (known := semver.parse(v)) and known < now))


def _remedy(one: Vulnerability) -> str:
    versions = " or ".join(_fixed(one))
    if not versions:
        return "there is no fix yet: waive it for a time, or declare in a VEX document why it is harmless"
    step = newer_base if one.package.system else update
    return step([(one.package.name, versions)])


def update(packages: Iterable[tuple[str, str]]) -> str:
    """The step that replaces packages of the app.

    Args:
        packages: the name of each, and the version to take.
    """
    return f"update {', '.join(f'{name} to {version}' for name, version in packages)}"


def newer_base(packages: Iterable[tuple[str, str]]) -> str:
    """The step that replaces packages of the base image.

    Args:
        packages: the name of each, and the version to take.
    """
    named = ", ".join(f"{name} {version}" for name, version in packages)
    return f"take a newer base, with {named}: `pins update`, then `rebase`"


def _ended(system: str) -> Finding:
    return Finding(
        id=END_OF_LIFE,
        severity="medium",
        where=Place(name=system, system=True),
        title="this operating system has reached its end of life: new vulnerabilities in it are no longer published",
        fix="take a base of a release that is supported",
    )


def _secret(secret: Secret, *, image: bool) -> Finding:
    inside = f" in layer {secret.layer}" if secret.layer else ""
    place = ImagePath(path=secret.path, layer=secret.layer) if image else Source(file=secret.path)
    return Finding(
        id=secret.rule,
        severity=secret.severity if at_least(secret.severity, HIGH) else HIGH,
        where=Setting(key=secret.path) if secret.path == CONFIGURATION else place,
        title=f"{secret.title or 'a secret'}{inside}",
        fix="revoke it, remove it from the source, and pass it to the app when it starts",
        check=SECRETS if image else "",
        rule=SECRETS if image else "secret-in-source",
    )


def _published(secret: Secret, packages: Sequence[str]) -> Finding:
    have = f"{', '.join(packages)} {'has' if len(packages) == 1 else 'have'}"
    return Finding(
        id=secret.rule,
        severity="low",
        where=ImagePath(path=secret.path, layer=secret.layer),
        title=f"{secret.title or 'a secret'} by its form alone: {have} the same text, and anyone can fetch that",
        check=SECRETS,
        rule=PUBLISHED,
    )


def _license(package: Package, name: str, *, own: bool) -> Finding:
    demanding = "its licence demands more than notices from operators of a service"
    return Finding(
        id=" ".join(name.split())[:80],
        severity="high",
        where=_place(package),
        title="scan.licenses-denied names its licence" if own else demanding,
        fix="replace the package, or allow it (scan.licenses-allowed) once its terms are met",
        check=LICENSES,
        rule="license-refused" if own else "license-network",
    )


def _misconfiguration(one: Misconfiguration) -> Finding:
    return Finding(
        id=one.id,
        severity=one.severity,
        where=Source(file=one.path, line=one.line),
        title=one.title.strip().rstrip(".") or "a weak setting",
        fix=one.fix.strip().rstrip("."),
        rule="setting-high" if at_least(one.severity, HIGH) else "setting-lower",
    )
