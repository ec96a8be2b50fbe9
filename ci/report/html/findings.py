"""The findings by what to do about them: what stops first, each group with its fix and effect. Pure."""

import re
from collections.abc import Iterator, Mapping

from ci.intool.policy import Finding, NotAffected, NotJudged, Stops, Waived, Warns
from ci.report.grouping import BASE, Group, grouped
from ci.report.html.markup import Markup, Section, badge, joined, more, pairs, prose, table, tag
from ci.report.html.words import Words
from ci.report.report import Report
from ci.report.steps import fixes, steps
from ci.report.wording import accepted, description, places, some

PARTS: tuple[tuple[str, str, tuple[type, ...]], ...] = (
    ("stops", "Stops the release", (Stops,)),
    ("warns", "Warnings", (Warns,)),
    ("waived", "Waived", (Waived, NotAffected)),
    ("not-judged", "Not judged", (NotJudged,)),
)
"""Anchor and headline of each part, and the effects of the findings in it."""

WORDS: Mapping[type, str] = {
    Stops: "stops",
    Warns: "warns",
    Waived: "waived",
    NotAffected: "not affected",
    NotJudged: "not judged",
}
"""Effect to its word in a table."""

ADVISORY = "https://osv.dev/vulnerability/"
"""Where the advisory of a vulnerability is read, by its id."""

_KNOWN = re.compile(r"CVE-\d{4}-\d{4,}|GHSA(-[0-9a-z]{4}){3}")


def findings(report: Report, say: Words) -> Section:
    """The section.

    Args:
        report: the results.
        say: the language.
    """
    groups = grouped(report.gates)
    parts = [
        part
        for name, title, effects in PARTS
        for part in _part(name, say(title), [group for group in groups if isinstance(group.effect, effects)], say)
    ]
    content = joined((*_steps(report, say), *([_filter(say)] if parts else []), *parts, *_nothing(groups, say)))
    return Section(name="findings", title=say("Findings"), content=content)


def _steps(report: Report, say: Words) -> Iterator[Markup]:
    found = [] if report.passed else steps(report.gates)
    if found:
        yield tag("h3", say("What to do"))
        yield tag("ol", *(tag("li", prose(step)) for step in found), lang=say.original)


def _filter(say: Words) -> Markup:
    """A field that the script shows; without it every finding is there."""
    field = tag("input", type="search", id="words", autocomplete="off")
    label = tag("label", say("Show findings with"), " ", field, for_="words")
    return tag("form", label, " ", tag("output", id="shown", for_="words"), id="filter", hidden="hidden", role="search")


def _part(name: str, title: str, groups: list[Group], say: Words) -> Iterator[Markup]:
    if groups:
        yield tag("h3", title, id=name)
        yield tag("ul", *(_group(group, name, say) for group in groups), class_="findings")


def _nothing(groups: list[Group], say: Words) -> list[Markup]:
    return [] if groups else [tag("p", say("No gate found anything."))]


def _group(group: Group, part: str, say: Words) -> Markup:
    judged = not isinstance(group.effect, NotJudged)
    severity = [badge(group.severity, say(group.severity)), " "] if judged else []
    todo = fixes(group) if isinstance(group.effect, Stops | Warns) else []
    facts = pairs(
        (
            (say("Fix"), tag("ul", *(tag("li", prose(step)) for step in todo), lang=say.original) if todo else None),
            (say("Effect"), _effect(group, say)),
            (say("Found by"), ", ".join(group.gates)),
        )
    )
    return tag(
        "li",
        tag("h4", *severity, tag("span", _heading(group, say))),
        tag("p", prose(description(group)), lang=say.original),
        facts,
        *_each(group, say),
        class_=f"finding finding-{part}",
    )


def _heading(group: Group, say: Words) -> str:
    if group.kind == BASE:
        return say("base image")
    ids, where = list(dict.fromkeys(one.id for one in group.findings)), some(places(group))
    if len(ids) > 1 or (isinstance(group.effect, NotJudged) and where):
        return where or some(ids)
    return " ".join(filter(None, (ids[0], where)))


def _effect(group: Group, say: Words) -> str:
    if group.stopping:
        return say("stops the release")
    if isinstance(group.effect, NotJudged):
        return say("could not be judged, so its check does not count as passed")
    by = accepted(group, full=True)
    return say("accepted: {by}", by=by) if by else say("warns, and stops nothing")


def _each(group: Group, say: Words) -> Iterator[Markup]:
    if len(group.findings) > 1:
        fixed = any(one.fixed for one in group.findings)
        header = [*map(say, ("finding", "severity", "effect", "where", "what", *(["fixed in"] if fixed else [])))]
        rows = [_row(one, say)[: len(header)] for one in group.findings]
        shown = table(say("Findings of {what}", what=_heading(group, say)), header, rows)
        yield more(say("All {number} findings", number=len(group.findings)), shown)
    elif _KNOWN.fullmatch(group.findings[0].id):
        yield tag("p", say("Advisory: "), _named(group.findings[0].id))


def _row(one: Finding, say: Words) -> tuple[object, ...]:
    severity = say("{severity}, new", severity=say(one.severity)) if one.new else say(one.severity)
    return _named(one.id), severity, say(WORDS[type(one.effect)]), one.place, one.title, ", ".join(one.fixed)


def _named(name: str) -> Markup:
    """An id, with a link to its advisory if it is one."""
    if _KNOWN.fullmatch(name):
        return tag("a", name, href=f"{ADVISORY}{name}", rel="noreferrer")
    return tag("span", name)
