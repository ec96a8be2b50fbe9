"""Results of gates as lines of text. Pure."""

from collections.abc import Mapping

from ci.intool.common.text import plain
from ci.intool.policy import FAILED, Finding, GateResult, NotAffected, NotJudged, Stops, Waived, Warns

NAMES: Mapping[type, str] = {
    Stops: "",
    Warns: "warning: ",
    Waived: "waived: ",
    NotAffected: "waived: ",
    NotJudged: "not run: ",
}
"""Effect to the text before the finding."""

WIDTH = 12
"""Columns of the name of a gate."""


def finding_line(finding: Finding) -> str:
    """A finding with its effect, on one line, without characters that steer a terminal."""
    return f"{NAMES[type(finding.effect)]}{plain(finding)}"


def gate_lines(gate: GateResult) -> list[str]:
    """A gate's status and figures, its findings if it passed, and what it could not judge."""
    figures = ", ".join(f"{name} {value:.10g}" for name, value in gate.figures.items())
    status = "FAILED" if gate.status == FAILED else gate.status
    shown = [one for one in gate.findings if gate.passed or not isinstance(one.effect, Stops | Warns)]
    return [
        f"{gate.name:<{WIDTH}} {status}{f' ({figures})' if figures else ''}",
        *(f"{'':<{WIDTH}} {finding_line(one)}" for one in shown),
    ]


def explained(gate: GateResult) -> str:
    """What a gate that failed found, and the end of the container's log."""
    lines = [f"  - {finding_line(one)}" for one in gate.findings if isinstance(one.effect, Stops | Warns)]
    if gate.log:
        lines += ["  container log:", *(f"  | {line}" for line in gate.log)]
    return "\n".join(lines)
