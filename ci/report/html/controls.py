"""The checks, and the controls of each standard that they meet. Pure."""

from collections.abc import Iterator, Mapping

from ci.intool.checks.table import CHECKS, STANDARDS
from ci.intool.policy import NOT_RUN
from ci.report.compliance import controls
from ci.report.html.markup import Markup, Section, badge, joined, more, prose, table, tag
from ci.report.report import Report


def checks(report: Report) -> Section:
    """The section with all checks that count, and the controls of each standard.

    Args:
        report: the results.
    """
    rows = [
        (name, badge(outcome), CHECKS[name].severity, CHECKS[name].title, CHECKS[name].gate)
        for name, outcome in report.checks.items()
    ]
    every = table("Checks", ("check", "outcome", "severity", "what holds", "gate"), rows)
    content = joined((more(f"All {len(rows)} checks", every), *_standards(report.checks)))
    return Section(name="checks", title="Checks and controls", content=content)


def not_run(report: Report) -> Section:
    """The section with the checks that no gate made.

    Args:
        report: the results.
    """
    why = {one.check or one.id: one for gate in report.gates for one in gate.not_judged}
    rows = [
        (
            name,
            CHECKS[name].title,
            CHECKS[name].gate,
            prose(why[name].effect) if name in why else "its gate did not run",
        )
        for name, outcome in report.checks.items()
        if outcome == NOT_RUN
    ]
    said = "A check that was not run gives no point of the score."
    shown = table("Checks that were not run", ("check", "what it checks", "gate", "why"), rows)
    parts = [tag("p", said), more(f"{len(rows)} of {len(report.checks)} checks", shown)]
    content = joined(parts if rows else [tag("p", "Every check was run.")])
    return Section(name="not-run", title="Not run", content=content)


def _standards(found: Mapping[str, str]) -> Iterator[Markup]:
    for key, name in STANDARDS.items():
        rows = list(controls(key, found))
        if rows:
            met = sum(control.result.startswith("met") for control in rows)
            cells = [(control.id, badge(control.result), ", ".join(control.checks)) for control in rows]
            shown = table(f"Controls of {name}", ("control", "result", "checks"), cells)
            yield more(f"{name}: {met} of {len(rows)} controls met", shown)
