"""The run: when each step ran, what each gate measured, and what containers printed. Pure."""

from collections.abc import Iterator

from ci.report.html.markup import Markup, Section, badge, joined, more, table, tag, text
from ci.report.report import Report
from ci.report.text import figures
from ci.report.timeline import label
from ci.report.timeline_svg import svg


def timeline(report: Report) -> Section:
    """The section.

    Args:
        report: the results.
    """
    gates = [(gate.name, badge(gate.status), figures(gate)) for gate in report.gates]
    logs = [
        more(f"Log of {gate.name}", tag("pre", joined(map(text, gate.log), "\n"), tabindex="0"))
        for gate in report.gates
        if gate.log
    ]
    shown = [table("Gates", ("gate", "result", "figures"), gates)] if gates else []
    return Section(name="run", title="Run", content=joined((*_picture(report), *shown, *logs)))


def picture(report: Report) -> str:
    """The timeline as SVG; empty where nothing was measured."""
    title = f"Timeline of {report.subject.name}, {report.subject.time}"
    return svg(report.timeline, title, report.failed) if report.timeline else ""


def _picture(report: Report) -> Iterator[Markup]:
    drawn = picture(report)
    if drawn:
        yield tag("div", Markup(drawn), class_="scroll", role="group", tabindex="0", aria_label="Timeline")
        rows = [
            (label(row), f"{row.start:.1f}", f"{row.seconds:.1f}", row.after, "yes" if row.decisive else "")
            for row in report.timeline
        ]
        header = ("step", "start, s", "took, s", "after", "decisive")
        caption = "Steps of the run; the decisive ones are the chain that decided how long it took"
        yield more("The same as a table", table(caption, header, rows, right=(1, 2)))
