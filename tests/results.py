"""Results of gates, as tests ask for them: ids, places and effects, never words."""

from collections.abc import Mapping
from typing import Any

from ci.intool.policy import Finding, GateResult


def result(report: Mapping[str, Any]) -> GateResult:
    """The result in what an operation of a tool container reports."""
    return GateResult.from_json(report["result"])


def found(gate: GateResult, effect: str = "stops") -> list[Finding]:
    """Findings with an effect, by its kind."""
    return [finding for finding in gate.findings if finding.effect.kind == effect]


def places(gate: GateResult, effect: str = "stops") -> list[tuple[str, str]]:
    """Id and place of the findings with an effect."""
    return [(finding.id, finding.place) for finding in found(gate, effect)]
