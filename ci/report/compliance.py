"""Which control is met by which check of a run, and the score. Pure."""

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass

from ci.intool.checks.table import CHECKS, STANDARDS
from ci.intool.policy import FAILED, NOT_RUN, PASSED, WAIVED, GateResult, NotAffected, Waived
from ci.report.grouping import grouped
from ci.report.wording import line

WEIGHTS = {"critical": 10, "high": 5, "medium": 3, "low": 1, "unknown": 1}
"""Severity to what a check counts."""

WORTH = {PASSED: 1.0, WAIVED: 0.5, FAILED: 0.0, NOT_RUN: 0.0}
"""Outcome to the share of its weight that a check gives."""

NOBODY = "none"
"""The gate of checks that no gate makes: they do not count."""

BY_CHOICE = ("contract",)
"""Gates that the pipeline file asks for: their checks count where they are part of the run."""


@dataclass(frozen=True, kw_only=True)
class Control:
    """A control of a standard.

    Attributes:
        id: as the standard has it.
        result: ``met``, ``met by waiver``, ``not met``, or ``not shown`` where a check of it was not run.
        checks: ids of the checks that meet it.
    """

    id: str
    result: str
    checks: tuple[str, ...]


def outcomes(gates: Sequence[GateResult]) -> dict[str, str]:
    """Id of every check that counts to its outcome; where several gates make one, the worst holds."""
    part = {*BY_CHOICE} - {gate.name for gate in gates}
    found = {name: NOT_RUN for name, check in CHECKS.items() if check.gate not in {NOBODY, *part}}
    for name in found:
        results = [gate.checks[name] for gate in gates if name in gate.checks]
        found[name] = min(results, key=_rank, default=NOT_RUN)
    return found


def _rank(outcome: str) -> int:
    return (FAILED, NOT_RUN, WAIVED, PASSED).index(outcome)


def score(found: Mapping[str, str]) -> int:
    """Points of 100: the weights of the checks that passed, half of those that are waived, over the weights of all.

    What was not run gives nothing, so that no gate is left out to look better.
    """
    all_ = sum(WEIGHTS[CHECKS[name].severity] for name in found)
    reached = sum(WORTH[outcome] * WEIGHTS[CHECKS[name].severity] for name, outcome in found.items())
    return int(100 * reached / all_) if all_ else 0


def report(gates: Sequence[GateResult]) -> str:
    """Checks, controls of each standard, and the score, as Markdown.

    Args:
        gates: verdicts of a run.
    """
    found = outcomes(gates)
    failed = [gate.name for gate in gates if not gate.passed]
    return "\n".join(
        [
            f"# Compliance: {score(found)} of 100",
            "",
            f"Gates that failed: {', '.join(failed)}." if failed else f"All {len(gates)} gates passed.",
            "",
            *_table(("check", "outcome", "severity", "what holds", "gate"), _checks(found)),
            *(line for key in STANDARDS for line in _standard(key, found)),
            *_waivers(gates),
        ]
    )


def _checks(found: Mapping[str, str]) -> Iterator[tuple[str, ...]]:
    for name, outcome in found.items():
        check = CHECKS[name]
        yield name, outcome, check.severity, check.title, check.gate


def controls(key: str, found: Mapping[str, str]) -> list[Control]:
    """The controls of a standard that the checks speak of, in the order of their ids.

    Args:
        key: of ``STANDARDS``.
        found: id of each check to its outcome.
    """
    checks: dict[str, list[str]] = {}
    for name in found:
        for control in CHECKS[name].maps.get(key, ()):
            checks.setdefault(control, []).append(name)
    return [
        Control(id=control, result=_met([found[name] for name in names]), checks=tuple(names))
        for control, names in sorted(checks.items())
    ]


def _standard(key: str, found: Mapping[str, str]) -> Iterator[str]:
    rows = [(control.id, control.result, ", ".join(control.checks)) for control in controls(key, found)]
    if rows:
        yield from ("", f"## {STANDARDS[key]}", "", *_table(("control", "", "checks"), rows))


def _met(results: Sequence[str]) -> str:
    return {PASSED: "met", WAIVED: "met by waiver", FAILED: "not met", NOT_RUN: "not shown"}[min(results, key=_rank)]


def _waivers(gates: Sequence[GateResult]) -> list[str]:
    groups = [group for group in grouped(gates) if isinstance(group.effect, Waived | NotAffected)]
    return ["", "## Waived", "", *(f"- {line(group, full=True)}" for group in groups)] if groups else []


def _table(header: Sequence[str], rows: Iterator[tuple[str, ...]] | Sequence[tuple[str, ...]]) -> list[str]:
    lines = [header, ["---"] * len(header), *rows]
    return [f"| {' | '.join(cell.replace('|', chr(92) + '|') for cell in line)} |" for line in lines]
