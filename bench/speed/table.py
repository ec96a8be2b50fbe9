"""The measured figures as Markdown. Pure."""

from collections import Counter
from collections.abc import Iterable, Mapping, Sequence

from bench.markdown import between, table_row
from bench.speed import machine
from bench.speed.apps import SERIES, App, Series
from bench.speed.cases import BASE, CASES, SUBJECTS, Case
from bench.speed.stats import Figure, Key, exponent, figures, times
from bench.speed.store import Results

START, END = "<!-- measured -->\n", "<!-- end -->"
"""Marks of the figures in a page."""

_TENTHS = 20
"""Seconds below which a figure has a digit after the point."""


def page(results: Results, apps: Mapping[str, App]) -> str:
    """All figures: the machine's facts, a table for each app, bytes, and growth.

    Args:
        results: what was measured.
        apps: known apps by name.
    """
    found = figures(results.runs)
    parts = [machine.lines(results.machine)] if results.machine else []
    for name in compared(found):
        title = apps[name].title if name in apps else name
        parts.append(f"### {title}\n\n{table(name, found)}\n\n![Seconds by case]({plot(name)})")
    sent = bytes_sent(found)
    if sent:
        parts.append(f"### Bytes that a changed line sends to the registry\n\n{sent}")
    grown = growth(found)
    if grown:
        drawn = [one for one in SERIES if any(len(points_of(one, name, found)) > 1 for name in SUBJECTS)]
        plots = "\n".join(f"![Seconds by number of {one.name}]({plot(one.name)})" for one in drawn)
        parts.append(f"### Growth\n\n{grown}\n\n{plots}")
    return "\n\n".join(parts) + "\n"


def compared(found: Mapping[Key, Figure]) -> list[str]:
    """Apps that have a table of their own; one with a single figure is a point of a series and stands there."""
    points = {app for one in SERIES for app, _ in one.points.values()}
    counts = Counter(app for app, _, _ in found)
    return [app for app, count in counts.items() if count > 1 or app not in points]


def plot(name: str) -> str:
    """Name of the file with the plot of an app or a series, beside the page."""
    return f"speed-{name.replace(' ', '-')}.svg"


def table(app: str, found: Mapping[Key, Figure]) -> str:
    """One row for each case that was run with an app; empty where none was."""
    cases = [case for case in CASES if any(key[:2] == (app, case.name) for key in found)]
    subjects = [name for name in SUBJECTS if any(key[0] == app and key[2] == name for key in found)]
    rows = [[case.title, *(cell(found.get((app, case.name, name))) for name in subjects)] for case in cases]
    return _table(["case", *subjects], rows) if rows else ""


def cell(figure: Figure | None) -> str:
    """Median, range and ratio of one figure; empty for none."""
    if figure is None:
        return ""
    text = seconds(figure.median)
    if figure.runs > 1:
        text += f" ({number(figure.low)} to {number(figure.high)})"
    return text if figure.ratio is None else f"{text}, **{figure.ratio:.2f}**"


def bytes_sent(found: Mapping[Key, Figure]) -> str:
    """Table of the cases after which something was sent."""
    rows = []
    for app in dict.fromkeys(key[0] for key in found):
        for case in _changing(CASES):
            sent = {key[2]: f.sent for key, f in found.items() if key[:2] == (app, case.name) and f.sent is not None}
            if sent:
                rows.append([app, case.title, *(_size(sent.get(name)) for name in SUBJECTS)])
    if not rows:
        return ""
    used = [n for n in range(2 + len(SUBJECTS)) if any(row[n] for row in rows)]
    head = ["app", "case", *SUBJECTS]
    return _table([head[n] for n in used], [[row[n] for n in used] for row in rows])


def growth(found: Mapping[Key, Figure], series: Iterable[Series] = SERIES) -> str:
    """Table of what grows: times, exponent and factor by subject."""
    rows = []
    for one in series:
        for subject in SUBJECTS:
            points = points_of(one, subject, found)
            if len(points) < 2:  # noqa: PLR2004  one does not grow
                continue
            shown = ", ".join(f"{n}: {seconds(value)}" for n, value in points.items())
            rows.append([one.name, subject, shown, f"{exponent(points):.2f}", f"{times(points):.2f}", _limit(one)])
    return _table(["what grows", "subject", "times", "exponent", "last ÷ first", "aim"], rows) if rows else ""


def points_of(series: Series, subject: str, found: Mapping[Key, Figure]) -> dict[int, float]:
    """Medians of a series by how many there were."""
    figures_of = {n: found.get((app, case, subject)) for n, (app, case) in series.points.items()}
    return {n: figure.median for n, figure in figures_of.items() if figure}


def into(text: str, figures_text: str) -> str:
    """A page with the figures between its marks.

    Raises:
        ValueError: the page has no marks.
    """
    return between(text, START, END, f"\n{figures_text}\n")


def seconds(value: float) -> str:
    """A time with its unit."""
    return f"{number(value)} s"


def number(value: float) -> str:
    """Seconds: whole ones, or with a tenth where there are few."""
    return f"{value:.1f}" if value < _TENTHS else f"{value:.0f}"


def _limit(series: Series) -> str:
    parts = [f"exponent ≤ {series.limit}"] if series.limit else []
    return ", ".join([*parts, f"≤ {series.most}"] if series.most else parts)


def _changing(cases: Iterable[Case]) -> list[Case]:
    return [case for case in cases if case.change and case.start != "cold"]


def _size(value: float | None) -> str:
    return "" if value is None else f"{value / 1e6:.2f} MB"


def _table(head: Sequence[str], rows: Sequence[Sequence[str]]) -> str:
    noted = [f"{name} (ratios are to it)" if name == BASE and head[0] == "case" else name for name in head]
    return "\n".join([table_row(noted), table_row(["---"] * len(head)), *map(table_row, rows)])
