"""Plots as SVG 1.1, with nothing but text, rectangles and lines. Pure."""

import math
from collections.abc import Mapping, Sequence
from html import escape

from bench.speed.apps import Series
from bench.speed.cases import CASES, SUBJECTS
from bench.speed.stats import Figure, Key, exponent
from bench.speed.table import points_of, seconds

COLOURS = dict(zip(SUBJECTS, ("#0b6e99", "#7cc4dd", "#c4621b", "#e3a76f", "#8a8a8a"), strict=True))
_TEXT = "#808890"
"""Legible on a white and on a dark page."""
_WIDTH, _LEFT, _BAR, _GAP, _TOP = 860, 330, 14, 16, 40
_FONT = 'font-family="sans-serif" font-size="12"'


def bars(app: str, found: Mapping[Key, Figure]) -> str:
    """Medians of each case of an app as bars, with the range as a line; one group a case.

    Args:
        app: name of the app.
        found: figures.

    Returns:
        The document; with no bars where nothing was measured.
    """
    cases = [case for case in CASES if any(key[:2] == (app, case.name) for key in found)]
    subjects = [name for name in SUBJECTS if any(key[0] == app and key[2] == name for key in found)]
    longest = max((figure.high for key, figure in found.items() if key[0] == app), default=1.0)
    scale = (_WIDTH - _LEFT - 80) / longest
    drawn, y = [_legend(subjects)], _TOP
    for case in cases:
        shown = [(name, found[app, case.name, name]) for name in subjects if (app, case.name, name) in found]
        middle = y + len(shown) * _BAR / 2 + 4
        drawn.append(_label(_LEFT - 10, middle, case.title, anchor="end"))
        for name, figure in shown:
            drawn += _bar(y, name, figure, scale)
            y += _BAR
        y += _GAP
    return _document(y + 4, f"Seconds by case: {app}", drawn)


def _bar(y: float, name: str, figure: Figure, scale: float) -> list[str]:
    middle, end = y + _BAR / 2, _LEFT + figure.high * scale
    title = f"<title>{escape(name)}: {seconds(figure.median)}</title>"
    size = f'width="{figure.median * scale:.1f}" height="{_BAR - 2}"'
    drawn = [f'<rect x="{_LEFT}" y="{y + 1:.0f}" {size} fill="{COLOURS[name]}">{title}</rect>']
    if figure.runs > 1:
        low = _LEFT + figure.low * scale
        drawn.append(f'<path d="M{low:.1f} {middle:.1f}H{end:.1f}" stroke="{_TEXT}" stroke-width="2"/>')
    return [*drawn, _label(end + 6, middle + 4, seconds(figure.median))]


def lines(series: Series, found: Mapping[Key, Figure]) -> str:
    """How the time grows, on two logarithmic axes: a straight line is a power, and its slope the exponent.

    Args:
        series: what grows.
        found: figures.

    Returns:
        The document; empty where fewer than two points of a subject were measured.
    """
    curves = {name: points_of(series, name, found) for name in SUBJECTS}
    curves = {name: points for name, points in curves.items() if len(points) > 1}
    if not curves:
        return ""
    values = [value for points in curves.values() for value in points.values()]
    counts = [n for points in curves.values() for n in points]
    height = 320
    across = _axis(counts, 60, _WIDTH - 140)
    up = _axis(values, height - 40, _TOP + 10)
    drawn = [_legend(list(curves))]
    drawn += [_label(across(n), height - 18, str(n), anchor="middle") for n in sorted(set(counts))]
    drawn.append(_label(_WIDTH - 120, height - 18, series.name))
    for name, points in curves.items():
        places = [(across(n), up(value)) for n, value in sorted(points.items())]
        path = "L".join(f"{x:.1f} {y:.1f}" for x, y in places)
        drawn.append(f'<path d="M{path}" fill="none" stroke="{COLOURS[name]}" stroke-width="2"/>')
        drawn += [f'<circle cx="{x:.1f}" cy="{y:.1f}" r="3.5" fill="{COLOURS[name]}"/>' for x, y in places]
        *others, last = zip(places, sorted(points.items()), strict=True)
        drawn += [_label(x, y - 8, seconds(value), anchor="middle") for (x, y), (_, value) in others]
        (x, y), (_, value) = last
        drawn.append(_label(x + 8, y + 4, f"{seconds(value)}, exponent {exponent(points):.2f}"))
    return _document(height, f"Seconds by number of {series.name}", drawn)


def _axis(values: Sequence[float], first: float, last: float) -> "_Scale":
    low, high = math.log(min(values)), math.log(max(values))
    return _Scale(low, (last - first) / ((high - low) or 1.0), first)


class _Scale:
    """From a value to a place, by its logarithm."""

    def __init__(self, low: float, factor: float, first: float) -> None:
        self._low, self._factor, self._first = low, factor, first

    def __call__(self, value: float) -> float:
        return self._first + (math.log(value) - self._low) * self._factor


def _legend(names: Sequence[str]) -> str:
    drawn, x = [], 10
    for name in names:
        drawn.append(f'<rect x="{x}" y="10" width="12" height="12" fill="{COLOURS[name]}"/>{_label(x + 18, 20, name)}')
        x += 40 + 7 * len(name)
    return "\n".join(drawn)


def _label(x: float, y: float, text: str, anchor: str = "start") -> str:
    return f'<text x="{x:.1f}" y="{y:.1f}" text-anchor="{anchor}" fill="{_TEXT}" {_FONT}>{escape(text)}</text>'


def _document(height: float, title: str, drawn: Sequence[str]) -> str:
    size = f'width="{_WIDTH}" height="{height:.0f}" viewBox="0 0 {_WIDTH} {height:.0f}"'
    head = f'<svg xmlns="http://www.w3.org/2000/svg" {size} role="img">\n<title>{escape(title)}</title>'
    return "\n".join([head, *drawn, "</svg>", ""])
