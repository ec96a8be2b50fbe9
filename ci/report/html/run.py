"""The run: when each step ran, what each gate measured, and what containers printed. Pure."""

from collections.abc import Iterator

from ci.report.html.markup import Markup, Section, badge, joined, more, table, tag, text
from ci.report.html.words import Words
from ci.report.report import Report
from ci.report.text import figures
from ci.report.timeline import label
from ci.report.timeline_svg import svg


def timeline(report: Report, say: Words) -> Section:
    """The section.

    Args:
        report: the results.
        say: the language.
    """
    gates = [(gate.name, badge(gate.status, say(gate.status)), figures(gate)) for gate in report.gates]
    logs = [
        more(say("Log of {name}", name=gate.name), tag("pre", joined(map(text, gate.log), "\n"), tabindex="0"))
        for gate in report.gates
        if gate.log
    ]
    shown = [table(say("Gates"), [*map(say, ("gate", "result", "figures"))], gates)] if gates else []
    return Section(name="run", title=say("Run"), content=joined((*_picture(report, say), *shown, *logs)))


def picture(report: Report, say: Words) -> str:
    """The timeline as SVG; empty where nothing was measured.

    Args:
        report: the results.
        say: the language.
    """
    title = say("Timeline of {name}, {time}", name=report.subject.name, time=report.subject.time)
    return svg(report.timeline, title, report.failed) if report.timeline else ""


def _picture(report: Report, say: Words) -> Iterator[Markup]:
    drawn = picture(report, say)
    if drawn:
        yield tag("div", Markup(drawn), class_="scroll", role="group", tabindex="0", aria_label=say("Timeline"))
        rows = [
            (label(row), f"{row.start:.1f}", f"{row.seconds:.1f}", row.after, say("yes") if row.decisive else "")
            for row in report.timeline
        ]
        header = [*map(say, ("step", "start, s", "took, s", "after", "decisive"))]
        caption = say("Steps of the run; the decisive ones are the chain that decided how long it took")
        yield more(say("The same as a table"), table(caption, header, rows, right=(1, 2)))
