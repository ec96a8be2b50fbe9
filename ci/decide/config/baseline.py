"""The baseline of a pipeline file: what belongs into it, and the file's text with it. Pure."""

import re
from collections.abc import Iterator, Sequence
from dataclasses import dataclass, replace
from datetime import date, timedelta

import yaml

from ci.decide.config.model import VERSION, Baseline
from ci.decide.config.nodes import compose
from ci.decide.config.parse import parse
from ci.decide.write import comment, scalar
from ci.errors import ConfigError
from ci.intool.policy import BaselineEntry, Finding, GateResult, Judging
from ci.intool.policy.judging import always, stops_if_new

DAYS = 90
"""How long a finding is accepted, where the caller names no day."""

WIDTH = 60
"""Characters of a finding's title that its comment has."""

HEAD = (
    "Findings that were there on the first day. Each is accepted until its last day; what is not listed is new.",
    "`dagger call baseline -o next-distroless.yaml` takes out what is no longer found.",
)
"""The comment above the section."""


@dataclass(frozen=True, kw_only=True)
class Listed:
    """An entry of the baseline with what people want to know of it.

    Attributes:
        known: the entry.
        severity: the worst of its findings.
        title: of one of them.
        count: how many findings it covers.
    """

    known: BaselineEntry
    severity: str
    title: str
    count: int


@dataclass(frozen=True, kw_only=True)
class Sorted:
    """What was found today.

    Attributes:
        entries: for the baseline, the worst first.
        always: what stops in every policy, so that no baseline accepts it.
        gone: entries of the last baseline about which nothing is found any more.
    """

    entries: tuple[Listed, ...]
    always: tuple[Finding, ...]
    gone: tuple[BaselineEntry, ...]


def last_day(until: str, today: str) -> str:
    """The last day of new entries.

    Args:
        until: what the caller says; empty for ``DAYS`` from today.
        today: ISO 8601.

    Raises:
        ConfigError: it is not a day, or is over.
    """
    default = (date.fromisoformat(today) + timedelta(days=DAYS)).isoformat()
    if not until:
        return default
    form = re.fullmatch(r"\d{4}-\d\d-\d\d", until)
    try:
        after = bool(form) and date.fromisoformat(until) > date.fromisoformat(today)
    except ValueError:
        after = False
    if not after:
        raise ConfigError.of("arguments.until", given=until, today=today, example=default)
    return until


def sort(
    gates: Sequence[GateResult], by: Judging, earlier: Baseline | None, until: str, *, renew: bool = False
) -> Sorted:
    """Sort what stops a release, or would if it were new, into entries of the baseline and what has to be corrected.

    Args:
        gates: results of all gates, judged without the last baseline. What a waiver accepts gets no entry.
        by: the policy.
        earlier: the last baseline; None where there is none.
        until: last day of entries that it does not have.
        renew: whether its entries get that day too.
    """
    stopping = [finding for gate in gates for finding in gate.findings if stops_if_new(finding, by)]
    days = {(one.id, one.where): one.until for one in (earlier.findings if earlier and not renew else ())}
    groups: dict[tuple[str, str], list[Finding]] = {}
    for finding in (one for one in stopping if not always(one)):
        groups.setdefault((finding.id, finding.subject), []).append(finding)
    entries = tuple(
        _listed(name, where, same, days.get((name, where), until)) for (name, where), same in groups.items()
    )
    gone = tuple(one for one in (earlier.findings if earlier else ()) if (one.id, one.where) not in groups)
    kept = tuple(finding for finding in dict.fromkeys(stopping) if always(finding))
    return Sorted(entries=entries, always=kept, gone=gone)


def _listed(name: str, where: str, same: Sequence[Finding], until: str) -> Listed:
    first = same[0]
    return Listed(
        known=BaselineEntry(id=name, where=where, until=until),
        severity=first.severity,
        title=first.title,
        count=len(same),
    )


def written(text: str, file: str, owner: str, entries: Sequence[Listed]) -> str:
    """The text of a pipeline file with this baseline; all else stays as it is.

    Args:
        text: of the file; empty where there is none.
        file: its name, for messages.
        owner: who answers for the baseline.
        entries: of it.

    Raises:
        ConfigError: the file cannot be read, or has a form in which no section can be written.
    """
    pipeline = parse(text, file)
    wanted = Baseline(owner=owner, findings=tuple(one.known for one in entries))
    section = "".join(f"{line}\n" for line in _section(owner, entries))
    text = text if text.strip() else f"version: {VERSION}\n"
    found = _placed(text, file)
    if found:
        changed = f"{text[: found[0]]}{section}{text[found[1] :]}"
    else:
        head = "".join(f"# {line}\n" for line in HEAD)
        changed = f"{text}{'' if text.endswith(chr(10)) else chr(10)}\n{head}{section}"
    changed = changed.replace("\r\n", "\n").replace("\n", "\r\n") if "\r\n" in text else changed
    if not _says(changed, file, replace(pipeline, baseline=wanted)):
        raise ConfigError.of("config.no-place", file=file)
    return changed


def _section(owner: str, entries: Sequence[Listed]) -> Iterator[str]:
    yield "baseline:"
    yield f"  owner: {scalar(owner)}"
    yield "  findings:" if entries else "  findings: []"
    for one in entries:
        known = one.known
        where = f", where: {scalar(known.where)}" if known.where else ""
        count = f", {one.count} findings" if one.count > 1 else ""
        title = comment(one.title)
        short = title if len(title) <= WIDTH else f"{title[: WIDTH - 1].rstrip()}…"
        yield f"    - {{id: {scalar(known.id)}{where}, until: {known.until}}}  # {one.severity}{count}: {short}"


def _placed(text: str, file: str) -> tuple[int, int] | None:
    """Where the section is, from its key to the end of its last line; None where there is none."""
    root = compose(text, file)
    for key, value in root.value if isinstance(root, yaml.MappingNode) else ():
        if key.value == "baseline":
            end = text.find("\n", _end(value))
            return key.start_mark.index, len(text) if end < 0 else end + 1
    return None


def _end(node: yaml.Node) -> int:
    """The end of a node's last value; that of a block node itself is behind the comments that follow it."""
    inner: list[yaml.Node] = []
    if isinstance(node, yaml.CollectionNode) and not node.flow_style:
        inner = node.value if isinstance(node, yaml.SequenceNode) else [value for _, value in node.value]
    return _end(inner[-1]) if inner else int(node.end_mark.index)


def _says(text: str, file: str, wanted: object) -> bool:
    try:
        return parse(text, file) == wanted
    except ConfigError:
        return False


def explained(found: Sorted, until: str, owner: str) -> str:
    """What was written, as lines for people.

    Args:
        found: what was found.
        until: last day of new entries.
        owner: who answers for them.
    """
    counts = _counts(found.entries)
    lines = [f"baseline: {len(found.entries)} entries{f' ({counts})' if counts else ''}, {owner} answers for them"]
    lines += [f"baseline: new entries are accepted until {until}"] if found.entries else []
    lines += [f"baseline: taken out, no longer found: {one.id} {one.where}".rstrip() for one in found.gone]
    lines += [f"to correct, in every policy: {one}{f'; fix: {one.fix}' if one.fix else ''}" for one in found.always]
    return "\n".join(lines)


def _counts(entries: Sequence[Listed]) -> str:
    by: dict[str, int] = {}
    for one in entries:
        by[one.severity] = by.get(one.severity, 0) + 1
    return ", ".join(f"{count} {severity}" for severity, count in by.items())


def owner_of(given: str, earlier: Baseline | None, actor: str) -> str:
    """Who answers for the baseline: the argument, the last baseline's owner, or who started the run.

    Raises:
        ConfigError: none of them is known.
    """
    owner = given.strip() or (earlier.owner if earlier else "") or actor.strip()
    if not owner:
        raise ConfigError.of("arguments.no-owner")
    return owner
