"""The checks, and the controls of each standard that they meet. Pure."""

from collections.abc import Iterator, Mapping

from ci.intool.checks.table import CHECKS, STANDARDS
from ci.intool.policy import NOT_RUN
from ci.report.compliance import controls
from ci.report.html.markup import Markup, Section, badge, joined, more, prose, table, tag
from ci.report.html.words import Words
from ci.report.report import Report


def checks(report: Report, say: Words) -> Section:
    """The section with all checks that count, and the controls of each standard.

    Args:
        report: the results.
        say: the language.
    """
    rows = [
        (name, badge(outcome, say(outcome)), say(CHECKS[name].severity), CHECKS[name].title, CHECKS[name].gate)
        for name, outcome in report.checks.items()
    ]
    every = table(say("Checks"), [*map(say, ("check", "outcome", "severity", "what holds", "gate"))], rows)
    content = joined((more(say("All {number} checks", number=len(rows)), every), *_standards(report.checks, say)))
    return Section(name="checks", title=say("Checks and controls"), content=content)


def not_run(report: Report, say: Words) -> Section:
    """The section with the checks that no gate made.

    Args:
        report: the results.
        say: the language.
    """
    why = {one.check or one.id: one for gate in report.gates for one in gate.not_judged}
    rows = [
        (
            name,
            CHECKS[name].title,
            CHECKS[name].gate,
            prose(why[name].effect) if name in why else say("its gate did not run"),
        )
        for name, outcome in report.checks.items()
        if outcome == NOT_RUN
    ]
    said = say("A check that was not run gives no point of the score.")
    shown = table(say("Checks that were not run"), [*map(say, ("check", "what it checks", "gate", "why"))], rows)
    parts = [tag("p", said), more(say("{number} of {all} checks", number=len(rows), all=len(report.checks)), shown)]
    content = joined(parts if rows else [tag("p", say("Every check was run."))])
    return Section(name="not-run", title=say("Not run"), content=content)


def _standards(found: Mapping[str, str], say: Words) -> Iterator[Markup]:
    for key, name in STANDARDS.items():
        rows = list(controls(key, found))
        if rows:
            met = sum(control.result.startswith("met") for control in rows)
            cells = [
                (control.id, badge(control.result, say(control.result)), ", ".join(control.checks)) for control in rows
            ]
            shown = table(
                say("Controls of {standard}", standard=name), [*map(say, ("control", "result", "checks"))], cells
            )
            yield more(say("{standard}: {met} of {all} controls met", standard=name, met=met, all=len(rows)), shown)
