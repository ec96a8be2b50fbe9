"""The top of the page: whether the release is refused, by which gates, and what was judged. Pure."""

from ci.intool.policy import FAILED, NOT_RUN, PASSED, WAIVED, NotAffected, NotJudged, Stops, Waived, Warns
from ci.report.grouping import grouped
from ci.report.html.markup import Markup, pairs, tag
from ci.report.html.words import Words
from ci.report.report import Report


def title(report: Report, say: Words) -> str:
    """The headline, which is the page's title too.

    Args:
        report: the results.
        say: the language.
    """
    name = report.subject.name
    return say("{name}: passed", name=name) if report.passed else say("{name}: refused", name=name)


def verdict(report: Report, say: Words) -> Markup:
    """The header of the page.

    Args:
        report: the results.
        say: the language.
    """
    subject, outcomes = report.subject, list(report.checks.values())
    counts = {name.replace(" ", "_"): outcomes.count(name) for name in (PASSED, WAIVED, FAILED, NOT_RUN)}
    facts = pairs(
        (
            (say("Image"), tag("code", subject.digest)),
            (say("Platforms"), ", ".join(subject.platforms)),
            (say("Policy"), report.policy),
            (say("Score"), say("{score} of 100", score=report.score)),
            (say("Checks"), say("{passed} passed, {waived} waived, {failed} failed, {not_run} not run", **counts)),
            (say("Judged"), tag("time", subject.time, datetime=subject.time)),
        )
    )
    kind = "yes" if report.passed else "no"
    reason = tag("p", _reason(report, say), class_="reason")
    return tag("header", tag("h1", title(report, say)), reason, facts, class_=f"verdict verdict-{kind}")


def _reason(report: Report, say: Words) -> str:
    by = ", ".join(report.failed)
    first = say("Nothing stops the release.") if report.passed else say("Refused by {gates}.", gates=by)
    effects = [one.effect for group in grouped(report.gates) for one in group.findings]
    if not effects:
        return f"{first} {say('No findings.')}"
    counts = {
        name: sum(isinstance(effect, kinds) for effect in effects)
        for name, kinds in (("stop", Stops), ("warn", Warns), ("accepted", (Waived, NotAffected)), ("open", NotJudged))
    }
    counted = say("Findings: {stop} stop the release, {warn} warn, {accepted} accepted, {open} not judged.", **counts)
    return f"{first} {counted}"
