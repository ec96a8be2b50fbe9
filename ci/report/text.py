"""Results of gates as lines of text. Pure."""

from collections.abc import Sequence

from ci.intool.common.text import plain
from ci.intool.policy import FAILED, NOT_RUN, Finding, GateResult
from ci.report.lines import LABELS, finding_lines, lines_of

WIDTH = 12
"""Columns of the name of a gate."""


def finding_line(finding: Finding) -> str:
    """A finding with its effect, on one line, without characters that steer a terminal."""
    return f"{LABELS[type(finding.effect)]}{plain(finding)}"


def figures(gate: GateResult) -> str:
    """What a gate measured."""
    return ", ".join(f"{name} {value:.10g}" for name, value in gate.figures.items())


def gate_line(gate: GateResult) -> str:
    """A gate's status and figures."""
    measured = figures(gate)
    status = "FAILED" if gate.status == FAILED else gate.status
    return f"{gate.name:<{WIDTH}} {status}{f' ({measured})' if measured else ''}"


def results(gates: Sequence[GateResult], *, full: bool = False) -> list[str]:
    """Status and figures of each gate, then the findings of all.

    Args:
        gates: results of gates that passed.
        full: every finding, as of a gate alone; else few lines, as of `check` (``ci/report/lines.py``).
    """
    found = finding_lines(gates, full=True) if full else lines_of(gates, "check")
    return [*map(gate_line, gates), *column("findings", found)]


def outcome(gates: Sequence[GateResult]) -> list[str]:
    """Which gates passed, and which were not run, in one line."""
    groups = {
        status: [gate.name for gate in gates if (gate.status == NOT_RUN) is missing]
        for status, missing in (("passed", False), (NOT_RUN, True))
    }
    said = [f"{len(names)} {status}: {', '.join(names)}" for status, names in groups.items() if names]
    return column("gates", ["; ".join(said)] if said else [])


def column(name: str, lines: Sequence[str]) -> list[str]:
    """Lines with a name in front of the first one."""
    return [f"{'' if number else name:<{WIDTH}} {line}" for number, line in enumerate(lines)]


def logs(gates: Sequence[GateResult]) -> list[str]:
    """The end of each container's log, as an error shows it."""
    return [
        line
        for gate in gates
        if gate.log
        for line in (f"  container log of {gate.name}:", *(f"  | {line}" for line in gate.log))
    ]
