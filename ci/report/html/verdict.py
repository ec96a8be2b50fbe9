"""The top of the page: whether the release is refused, by which gates, and what was judged. Pure."""

from ci.intool.policy import FAILED, NOT_RUN, PASSED, WAIVED, NotAffected, Stops, Waived, Warns
from ci.report.grouping import grouped
from ci.report.html.markup import Markup, pairs, tag
from ci.report.report import Report

TITLE = {True: "passed", False: "refused"}
"""Whether a report passed to the word of the headline and of the page's title."""

COUNTED: tuple[tuple[str, str, tuple[type, ...]], ...] = (
    ("stops the release", "stop the release", (Stops,)),
    ("warns", "warn", (Warns,)),
    ("is accepted", "are accepted", (Waived, NotAffected)),
)
"""The words after the number of findings, for one and for several, and the effects that are counted."""


def verdict(report: Report) -> Markup:
    """The header of the page.

    Args:
        report: the results.
    """
    subject = report.subject
    counts = [list(report.checks.values()).count(result) for result in (PASSED, WAIVED, FAILED, NOT_RUN)]
    facts = pairs(
        (
            ("Image", tag("code", subject.digest)),
            ("Platforms", ", ".join(subject.platforms)),
            ("Policy", report.policy),
            ("Score", f"{report.score} of 100"),
            ("Checks", "{} passed, {} waived, {} failed, {} not run".format(*counts)),
            ("Judged", tag("time", subject.time, datetime=subject.time)),
        )
    )
    kind = "yes" if report.passed else "no"
    head = tag("h1", f"{subject.name}: {TITLE[report.passed]}")
    return tag("header", head, tag("p", _reason(report), class_="reason"), facts, class_=f"verdict verdict-{kind}")


def _reason(report: Report) -> str:
    by = "Nothing stops the release" if report.passed else f"Refused by {', '.join(report.failed)}"
    effects = [type(one.effect) for group in grouped(report.gates) for one in group.findings]
    said = []
    for one, several, kinds in COUNTED:
        number = sum(effect in kinds for effect in effects)
        said += [f"{number} {one if number == 1 else several}"] if number else []
    return f"{by}. Findings: {', '.join(said) if said else 'none'}."
