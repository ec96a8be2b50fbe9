"""The words of a line: what a group of findings is about, what is wrong, and who accepted it. Pure."""

import re
from collections.abc import Mapping, Sequence

from ci.intool.common.text import plain
from ci.intool.policy import Finding, NotAffected, NotJudged, Package, Source, Waived, Warns
from ci.intool.scan.findings import VULNERABILITIES
from ci.report.grouping import BASE, PACKAGE, SOURCE, Group, Update, counted, exploited

SHOWN = 3
"""Ids, places and packages of one line that are named; the others are counted."""

LOOKED_AT: Mapping[str, str] = {SOURCE: "the source", "scan": "the image"}
"""Gate to what it looks at, where two gates find the same."""

NAMED = ("critical", "high")
"""Severities of which a line of several vulnerabilities names the ids, beside its worst one."""

_DIGEST = re.compile(r"(@sha256:[0-9a-f]{12})[0-9a-f]{52}")
_STORE = re.compile(r"\.(pnpm|bun|store)/.*")
"""A directory in which managers keep every package under a name with its version."""


def line(group: Group, *, full: bool = False) -> str:
    """One line, without characters that steer a terminal.

    Args:
        group: what is on it.
        full: with all ids and places; else with ``SHOWN`` of each, and the number of the others.
    """
    head, what = subject(group, full=full), description(group, full=full)
    by = accepted(group, full=full)
    return plain((f"{head}: {what}" if what else head) + (f" ({by})" if by else ""))


def subject(group: Group, *, full: bool = False) -> str:
    """What a line is about: id, severity and places; of several vulnerabilities the package."""
    if group.kind == BASE:
        return "base image"
    first = group.found[0].finding
    where = some(places(group), full=full)
    if isinstance(first.effect, NotJudged):
        return where or first.id
    if group.kind == PACKAGE and len(group.findings) > 1:
        return where
    return " ".join(filter(None, (first.id, f"({first.severity}{', new' if first.new else ''})", where)))


def description(group: Group, *, full: bool = False) -> str:
    """What is wrong there."""
    first = group.found[0].finding
    if isinstance(first.effect, NotJudged):
        return str(first.effect)
    if group.kind == BASE:
        return _of_base(group.findings)
    if group.kind == PACKAGE:
        what = _vulnerabilities(group, full=full) if len(group.findings) > 1 else first.title
        return f"{what}{_fixed(group)}{_looked_at(group, full=full)}"
    platforms = f" [{', '.join(first.found_in)}]" if first.found_in and group.gates != (SOURCE,) else ""
    return f"{first.title}{platforms}"


def accepted(group: Group, *, full: bool = False) -> str:
    """Who accepted it and why; empty where it is not accepted."""
    effect = group.effect
    if isinstance(effect, Waived):
        by = dict.fromkeys(one.finding.effect.by for one in group.found if isinstance(one.finding.effect, Waived))
        return f"{some(list(by), full=full)} until {effect.until} by {effect.owner}: {effect.reason}"
    return str(effect) if isinstance(effect, NotAffected) else ""


def places(group: Group) -> list[str]:
    """Its places, each once: a file with all of its lines."""
    found = [one.where for one in group.findings if one.where is not None]
    numbers: dict[str, list[str]] = {}
    for where in found:
        if isinstance(where, Source):
            numbers.setdefault(where.file, []).extend([str(where.line)] if where.line else [])
        else:
            numbers.setdefault(_DIGEST.sub(r"\1", str(where)), [])
    return [":".join(filter(None, (name, ",".join(dict.fromkeys(lines))))) for name, lines in numbers.items()]


def inside(package: Package) -> list[str]:
    """Where a package is installed, if not in the app's own ``node_modules``: ``npm > tar``, without the file's name.

    Args:
        package: with paths of package.json files, as Trivy has them.
    """
    chains = (_chain(path) for path in package.paths)
    return [chain for chain in dict.fromkeys(chains) if chain != package.name]


def _chain(path: str) -> str:
    root, *names = path.removesuffix("/package.json").strip("/").split("node_modules/")
    root = root.strip("/").removeprefix("app").strip("/") if names else root
    return " > ".join(name for name in (root, *(_STORE.sub("", part).strip("/") for part in names)) if name)


def _vulnerabilities(group: Group, *, full: bool) -> str:
    stop = group.stopping
    warn = [one for one in group.findings if isinstance(one.effect, Warns)]
    if stop and warn:
        verb = "vulnerability stops" if len(stop) == 1 else "vulnerabilities stop"
        warned = _ids(warn, full=True) if full else _severities(warn)
        return f"{len(stop)} {verb} ({_ids(stop, full=full)}), {len(warn)} warn{'s' * (len(warn) == 1)} ({warned})"
    return f"{len(group.findings)} vulnerabilities ({_ids(group.findings, full=full)})"


def _ids(findings: Sequence[Finding], *, full: bool) -> str:
    """Numbers by severity, with ids of the worst: ``5 high: CVE-2, CVE-3, CVE-4 and 2 more; 3 low``."""
    counts = counted(findings)
    worst = next(iter(counts))
    parts = []
    for severity, number in counts.items():
        same = [one for one in findings if one.severity == severity]
        named = full or severity in (*NAMED, worst) or any(map(exploited, same))
        parts.append(f"{number} {severity}{f': {some([_id(one) for one in same], full=full)}' if named else ''}")
    return "; ".join(parts)


def _severities(findings: Sequence[Finding]) -> str:
    return ", ".join(f"{number} {severity}" for severity, number in counted(findings).items())


def _id(finding: Finding) -> str:
    known = f"{finding.id}, known to be exploited" if exploited(finding) else finding.id
    return f"{known} (new)" if finding.new else known


def _fixed(group: Group) -> str:
    if group.updates:
        first, *others = group.updates
        return f", {_number(first, group)}fixed in {first.version}" + "".join(
            f", {_number(other, group) or 'all '}in {other.version}" for other in others
        )
    versions = dict.fromkeys(version for one in group.findings for version in one.fixed)
    if versions:
        return f", fixed in {some(list(versions))}"
    return ", no fix yet" if group.found[0].finding.check == VULNERABILITIES else ""


def _number(update: Update, group: Group) -> str:
    removed = len(update.removes)
    return "" if removed == len(group.findings) else f"{removed} of them "


def _looked_at(group: Group, *, full: bool) -> str:
    named = [text for gate in group.gates if (text := _platforms(gate, group))]
    paths = [path for one in group.findings if isinstance(one.where, Package) for path in inside(one.where)]
    at = f", at {some(list(dict.fromkeys(paths)), full=full)}" if paths else ""
    return f"; in {' and '.join(named)}{at}" if named else at


def _platforms(gate: str, group: Group) -> str:
    """What a gate looks at, with the platforms that have it if not all do."""
    found_in = [one.finding.found_in for one in group.found if one.gate == gate]
    names = ", ".join(sorted({name for one in found_in for name in one})) if all(found_in) else ""
    what = LOOKED_AT.get(gate, "")
    if gate == SOURCE or not (what and names):
        return what or names
    return f"{what} ({names})"


def _of_base(findings: Sequence[Finding]) -> str:
    packages = dict.fromkeys(one.where.name for one in findings if isinstance(one.where, Package))
    fixed = sum(bool(one.fixed) for one in findings)
    newer = f", {fixed} of them fixed in a newer package" if fixed else ""
    count = f"{len(findings)} vulnerabilities ({_severities(findings)})"
    return f"{count} of {len(packages)} package{'s' * (len(packages) > 1)} ({some(sorted(packages))}){newer}"


def some(names: Sequence[str], *, full: bool = False) -> str:
    """The first ``SHOWN`` names, and how many there are beyond them; all of them where it is to be full."""
    if full:
        return ", ".join(names)
    more = f" and {len(names) - SHOWN} more" if len(names) > SHOWN else ""
    return f"{', '.join(names[:SHOWN])}{more}"
