"""A report as Markdown, such as for a pull request or GitHub's step summary. Pure."""

import re
from collections.abc import Iterator, Mapping, Sequence
from html import escape

from ci.intool.common.text import plain
from ci.intool.policy import FAILED, GateResult, NotAffected, NotJudged, Stops, Waived, Warns
from ci.report.grouping import Group, grouped
from ci.report.report import Report
from ci.report.steps import fixes
from ci.report.text import figures
from ci.report.wording import accepted, description, places

SECTIONS: tuple[tuple[str, tuple[type, ...]], ...] = (
    ("What stops the release", (Stops,)),
    ("Warnings", (Warns,)),
    ("Waived", (Waived, NotAffected)),
    ("Not run", (NotJudged,)),
)
"""Headline, and the effects of the findings below it."""

COLUMNS = ("gate", "finding", "severity", "where", "what")

LAST: Mapping[type, str] = {Stops: "fix", Warns: "fix", Waived: "accepted"}
"""Effect to the last column of its table."""

LOG = 20
"""Lines of a container's log that are shown."""


def markdown(report: Report) -> str:
    """The text: result and gates, then the findings by their effect."""
    subject, policy = report.subject, f"policy {report.policy}"
    status = "passed" if report.passed else f"FAILED ({', '.join(report.failed)})"
    return "\n".join(
        [
            f"# {_cell(subject.name)}: {status}",
            "",
            f"`{subject.digest}` for {', '.join(subject.platforms)}; {policy}, score {report.score} of 100",
            "",
            *_table(("gate", "result", "figures"), [_gate(gate) for gate in report.gates]),
            *(line for title, effects in SECTIONS for line in _section(report, title, effects)),
            *_logs(report),
            "",
        ]
    )


def _gate(gate: GateResult) -> tuple[str, ...]:
    status = f"**{gate.status}**" if gate.status == FAILED else gate.status
    return gate.name, status, _cell(figures(gate))


def _section(report: Report, title: str, effects: tuple[type, ...]) -> Iterator[str]:
    groups = grouped(report.gates, fold=False)
    rows = [_row(group) for group in groups if isinstance(group.effect, effects)]
    if rows:
        header = ("gate", "finding", "where", "why") if effects == (NotJudged,) else (*COLUMNS, LAST[effects[0]])
        yield from ("", f"## {title}", "", *_table(header, rows))


def _row(group: Group) -> tuple[str, ...]:
    """A group with all of its ids and places."""
    gates, ids = ", ".join(group.gates), ", ".join(dict.fromkeys(one.id for one in group.findings))
    where, what = ", ".join(places(group)), description(group, full=True)
    if isinstance(group.effect, NotJudged):
        return tuple(map(_cell, (gates, ids, where, what)))
    last = "; ".join(fixes(group)) if isinstance(group.effect, Stops | Warns) else accepted(group, full=True)
    return tuple(map(_cell, (gates, ids, group.severity, where, what, last)))


def _logs(report: Report) -> Iterator[str]:
    for gate in report.gates:
        if gate.log:
            lines = [f"    {line}" for line in gate.log[-LOG:]]
            yield from ("", f"## Log of {gate.name}", "", *lines)


def _table(header: Sequence[str], rows: Sequence[Sequence[str]]) -> list[str]:
    return [f"| {' | '.join(line)} |" for line in (header, ["---"] * len(header), *rows)]


def _cell(text: str) -> str:
    """A text with Markdown and HTML escaped: titles and places come from images and advisories."""
    return re.sub(r"([\\`*_\[\]|~])", r"\\\1", escape(plain(" ".join(text.split())), quote=False))
