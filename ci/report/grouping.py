"""Which findings are read together. Pure.

Reports for programs have every finding by itself; what people read has one line for

- all vulnerabilities of one version of a package, whichever gates found them;
- all warnings of the base image's packages;
- all places of one rule, check or licence.
"""

from collections import Counter
from collections.abc import Hashable, Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass

from ci.intool.checks.table import CHECKS
from ci.intool.common import semver
from ci.intool.policy import (
    SEVERITIES,
    Effect,
    Finding,
    GateResult,
    NotAffected,
    NotJudged,
    Package,
    Stops,
    Waived,
    Warns,
)
from ci.intool.scan.findings import EXPLOITED, VULNERABILITIES
from ci.intool.scan.versions import best, is_fixed

PACKAGE, BASE, PLACES = "package", "base", "places"
"""Kinds of groups, as the module names them."""

ORDER: tuple[type[Effect], ...] = (Stops, Warns, NotJudged, Waived, NotAffected)
"""The order in which groups are read: what is accepted needs no attention, so it comes last."""

SOURCE = "source"
"""The gate whose findings say by themselves that they are in the source."""


@dataclass(frozen=True, kw_only=True)
class Found:
    """A finding and its gate.

    Attributes:
        gate: name of it.
        finding: it.
    """

    gate: str
    finding: Finding


@dataclass(frozen=True, kw_only=True)
class Update:
    """A new version of a package.

    Attributes:
        version: of it.
        removes: the findings that it removes.
    """

    version: str
    removes: tuple[Finding, ...]


@dataclass(frozen=True, kw_only=True)
class Group:
    """Findings that are one line.

    Attributes:
        kind: ``PACKAGE``, ``BASE`` or ``PLACES``.
        found: them, what stops first, then the worst; what two gates found is there twice.
    """

    kind: str
    found: tuple[Found, ...]

    @property
    def findings(self) -> tuple[Finding, ...]:
        """Each finding once."""
        once: dict[Hashable, Finding] = {}
        for one in self.found:
            once.setdefault((one.finding.id, one.finding.place, one.finding.title), one.finding)
        return tuple(once.values())

    @property
    def effect(self) -> Effect:
        """That of the line: it stops the release if one of the findings does."""
        return self.found[0].finding.effect

    @property
    def stopping(self) -> tuple[Finding, ...]:
        """The findings that stop the release."""
        return tuple(one for one in self.findings if one.stops)

    @property
    def severity(self) -> str:
        """The worst of theirs."""
        return max((one.severity for one in self.findings), key=SEVERITIES.index)

    @property
    def gates(self) -> tuple[str, ...]:
        """Names of the gates that found them, each once."""
        return tuple(dict.fromkeys(one.gate for one in self.found))

    @property
    def package(self) -> Package | None:
        """The package that all of them are in; None if they are in several, or in none."""
        where = self.found[0].finding.where
        return where if self.kind == PACKAGE and isinstance(where, Package) else None

    @property
    def updates(self) -> tuple[Update, ...]:
        """New versions of the package, the one to take first, then one that removes more; empty if none is known.

        A version of the same major goes first if it removes all that stops the release. Versions that cannot be
        compared, such as Debian's, are none unless all findings have the same.
        """
        package, fixable = self.package, [one for one in self.findings if one.fixed]
        if not package or not fixable:
            return ()
        fixes = {one.fixed for one in fixable}
        if len(fixes) == 1 and len(fixable[0].fixed) == 1:
            return (Update(version=fixable[0].fixed[0], removes=tuple(fixable)),)
        major = semver.major(package.version)
        near = best(package.version, [[v for v in one.fixed if semver.major(v) == major] for one in fixable])
        far = best(package.version, [one.fixed for one in fixable])
        first, last = (
            Update(version=version, removes=tuple(one for one in fixable if is_fixed(version, one.fixed)))
            for version in (near, far)
        )
        enough = bool(near) and all(one in first.removes for one in fixable if one.stops or not self.stopping)
        more = bool(far) and (not enough or len(last.removes) > len(first.removes))
        return (*([first] if enough else []), *([last] if more else []))


def grouped(gates: Iterable[GateResult], *, fold: bool = True) -> list[Group]:
    """Groups of findings, what stops first, then the worst.

    Args:
        gates: results of gates; one group has the findings of several.
        fold: whether warnings of the base image's packages are one group.
    """
    groups: dict[Hashable, list[Found]] = {}
    for gate in gates:
        for one in gate.findings:
            groups.setdefault(_key(gate.name, one), []).append(Found(gate=gate.name, finding=one))
    made = [
        Group(kind=PACKAGE if vulnerable(found[0].finding) else PLACES, found=tuple(sorted(found, key=_rank)))
        for found in groups.values()
    ]
    return sorted(_folded(made) if fold else made, key=lambda group: _rank(group.found[0]))


def vulnerable(finding: Finding) -> bool:
    """Whether it is a vulnerability of a package: a scanner's, or that of a vendor's, which breaks no check."""
    known = finding.check == VULNERABILITIES or not (finding.check or finding.id in CHECKS)
    return known and isinstance(finding.where, Package) and not isinstance(finding.effect, NotJudged)


def exploited(finding: Finding) -> bool:
    """Whether it is a vulnerability that is known to be exploited."""
    return finding.title.endswith(EXPLOITED)


def counted(findings: Iterable[Finding]) -> Mapping[str, int]:
    """Severity to the number of findings that have it, the worst first."""
    counts = Counter(one.severity for one in findings)
    return {severity: counts[severity] for severity in reversed(SEVERITIES) if counts[severity]}


def _key(gate: str, one: Finding) -> Hashable:
    accepted = _accepted(one.effect)
    if vulnerable(one):
        return PACKAGE, one.place, accepted
    found_in = () if gate == SOURCE else one.found_in
    return PLACES, type(one.effect), one.id, one.severity, one.title, found_in, accepted


def _accepted(effect: Effect) -> Hashable:
    """What findings have in common that are accepted together; waivers of one reason are read as one."""
    if isinstance(effect, Waived):
        return effect.owner, effect.until, effect.reason
    return str(effect) if isinstance(effect, NotAffected | NotJudged) else ""


def _rank(found: Found) -> tuple[int, bool, int, str, str]:
    one = found.finding
    return (
        ORDER.index(type(one.effect)),
        not exploited(one),
        -SEVERITIES.index(one.severity),
        one.id,
        one.place,
    )


def _folded(groups: Sequence[Group]) -> Iterator[Group]:
    """The groups, with those as one that are warnings of the base image's packages, if these have several findings."""
    of_base = [group for group in groups if _warns_of_base(group)]
    found = sorted((one for group in of_base for one in group.found), key=_rank)
    if len(found) > 1:
        yield Group(kind=BASE, found=tuple(found))
        yield from (group for group in groups if group not in of_base)
    else:
        yield from groups


def _warns_of_base(group: Group) -> bool:
    return bool(group.package and group.package.system and isinstance(group.effect, Warns))
