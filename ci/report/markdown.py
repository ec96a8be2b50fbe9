"""A report as Markdown, such as for a pull request or GitHub's step summary. Pure."""

import re
from collections.abc import Iterator, Mapping, Sequence
from html import escape

from ci.intool.common.text import plain
from ci.intool.policy import FAILED, Finding, GateResult, NotAffected, NotJudged, Stops, Waived, Warns
from ci.report.report import Report

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
    status = "passed" if report.passed else f"FAILED ({', '.join(report.failed)})"
    return "\n".join(
        [
            f"# {_cell(report.subject.name)}: {status}",
            "",
            f"`{report.subject.digest}` for {', '.join(report.subject.platforms)}; score {report.score} of 100",
            "",
            *_table(("gate", "result", "figures"), [_gate(gate) for gate in report.gates]),
            *(line for title, effects in SECTIONS for line in _section(report, title, effects)),
            *_logs(report),
            "",
        ]
    )


def _gate(gate: GateResult) -> tuple[str, ...]:
    status = f"**{gate.status}**" if gate.status == FAILED else gate.status
    return gate.name, status, _cell(", ".join(f"{name} {value:.10g}" for name, value in gate.figures.items()))


def _section(report: Report, title: str, effects: tuple[type, ...]) -> Iterator[str]:
    rows = [
        (gate.name, *_finding(finding))
        for gate in report.gates
        for finding in gate.findings
        if isinstance(finding.effect, effects)
    ]
    if rows:
        header = ("gate", "finding", "where", "why") if effects == (NotJudged,) else (*COLUMNS, LAST[effects[0]])
        yield from ("", f"## {title}", "", *_table(header, rows))


def _finding(finding: Finding) -> tuple[str, ...]:
    if isinstance(finding.effect, NotJudged):
        return tuple(map(_cell, (finding.id, finding.place, str(finding.effect))))
    last = finding.fix if isinstance(finding.effect, Stops | Warns) else str(finding.effect)
    where = [finding.place, *([f"[{', '.join(finding.found_in)}]"] if finding.found_in else [])]
    cells = (finding.id, finding.severity, " ".join(filter(None, where)), finding.title, last)
    return tuple(map(_cell, cells))


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
