"""One thing that a gate found."""

from collections.abc import Iterable, Mapping
from dataclasses import dataclass, field, replace

from ci.intool.policy.effect import ORDER, Effect, NotAffected, NotJudged, Stops, Waived
from ci.intool.policy.place import Package, Place

SEVERITIES = ("unknown", "low", "medium", "high", "critical")
"""From the mildest to the worst, as Trivy and CVSS 3.1 name them."""

SHOWN = 3
"""Paths of one finding that are printed."""


@dataclass(frozen=True, kw_only=True)
class Finding:
    """One thing that a gate found.

    Attributes:
        id: a check's (``CFG-01``), a vulnerability's (``CVE-…``), a licence's (SPDX), a rule's of Semgrep, or a word
            of the gate (``smoke-answer``).
        severity: one of ``SEVERITIES``.
        title: what is wrong: one sentence without full stop.
        where: its place; None if it is about no place.
        fix: the next step; may be empty.
        effect: its effect on the release.
        check: the check that it breaks; empty if ``id`` is one itself, or it breaks none.
        found_in: which of all that was looked at have it: platforms of the image, or ``source``; empty for all of it.
        fixed: versions of a package without it, the lowest of each line of releases; empty if none is known.
        rule: its row of the table of policies (``policy.toml``); empty if ``id`` is one itself.
        new: whether it counts as new, which decides in its policy: neither the last release nor the baseline has it.
    """

    id: str
    severity: str
    title: str
    where: Place | None = None
    fix: str = ""
    effect: Effect = field(default_factory=Stops)
    check: str = ""
    found_in: tuple[str, ...] = ()
    fixed: tuple[str, ...] = ()
    rule: str = ""
    new: bool = False

    @property
    def place(self) -> str:
        """The text form of its place; empty if it has none."""
        return "" if self.where is None else str(self.where)

    @property
    def subject(self) -> str:
        """What it is about, without what changes from release to release, as lines and versions do; may be empty."""
        return "" if self.where is None else self.where.subject

    @property
    def stops(self) -> bool:
        """Whether it stops the release."""
        return isinstance(self.effect, Stops)

    def __str__(self) -> str:
        """One line for people, without the effect's name."""
        if isinstance(self.effect, NotJudged):
            return f"{self.place or self.id}: {self.effect}"
        head = " ".join(filter(None, (self.id, f"({self.severity}{', new' if self.new else ''})", self.place)))
        line = f"{head}: {self.title}" if self.title else head
        line += _paths(self.where.paths) if isinstance(self.where, Package) else ""
        line += f" [{', '.join(self.found_in)}]" if self.found_in else ""
        return f"{line} ({self.effect})" if isinstance(self.effect, Waived | NotAffected) else line


def _paths(paths: tuple[str, ...]) -> str:
    more = f" and {len(paths) - SHOWN} more" if len(paths) > SHOWN else ""
    return f", in {', '.join(paths[:SHOWN])}{more}" if paths else ""


def not_judged(name: str, why: str, where: Place | None = None) -> Finding:
    """A finding that a check could not be made.

    Args:
        name: id of the check, or a word for what it is about.
        why: the reason.
        where: its place.
    """
    return Finding(id=name, severity=SEVERITIES[0], title="not judged", where=where, effect=NotJudged(why=why))


def at_least(severity: str, limit: str) -> bool:
    """Whether a severity is as bad as another one, or worse."""
    return SEVERITIES.index(severity) >= SEVERITIES.index(limit)


def ordered(findings: Iterable[Finding]) -> list[Finding]:
    """By effect, what stops first; then the worst first."""
    return sorted(
        findings,
        key=lambda f: (ORDER.index(type(f.effect)), -SEVERITIES.index(f.severity), f.id, f.place, f.title),
    )


def merged(found: Mapping[str, Iterable[Finding]]) -> list[Finding]:
    """Each finding once: the same at the same place in several scans, or of a package in several paths, is one.

    Args:
        found: what was looked at (a platform, ``source``) to what was found in it.
    """
    groups: dict[tuple[str, str, str], list[tuple[str, Finding]]] = {}
    for name, findings in found.items():
        for one in findings:
            groups.setdefault((one.id, one.place, one.title), []).append((name, one))
    return [_one(same, len(found)) for same in groups.values()]


def _one(same: list[tuple[str, Finding]], scans: int) -> Finding:
    first = same[0][1]
    names = tuple(dict.fromkeys(name for name, _ in same))
    paths = dict.fromkeys(path for _, one in same if isinstance(one.where, Package) for path in one.where.paths)
    return replace(
        first,
        where=replace(first.where, paths=tuple(paths)) if isinstance(first.where, Package) else first.where,
        effect=min((one.effect for _, one in same), key=lambda effect: ORDER.index(type(effect))),
        found_in=() if len(names) == scans else names,
    )
