"""A timeline as one SVG: a bar for each step and gate, and a line from the step that it came after. Pure.

The file needs nothing else, its text can be selected and searched, and it has the reader's light or dark colours.
"""

from collections.abc import Collection, Iterator, Sequence
from itertools import count, takewhile
from xml.sax.saxutils import escape

from ci.intool.common.text import plain
from ci.report.timeline import Row, label

WIDTH, LEFT, RIGHT, TOP, HEIGHT, BAR, EDGE = 960, 190, 70, 62, 22, 14, 12
"""Pixels: of the picture, of the column of names, right of the last bar, above the first row, of a row, of a bar, of
the margin."""

TICKS = 8
"""Most marks of the time axis."""

NOTE = "seconds; blue: the chain that decided how long the run took; a line leads to a step from the one it came after"
RED = "; red: failed"

STYLE = """
    text { font: 12px ui-monospace, "DejaVu Sans Mono", Menlo, Consolas, monospace; fill: #24292f; }
    .title { font-size: 14px; font-weight: 600; }
    .note, .tick, .seconds { fill: #57606a; }
    .tick { text-anchor: middle; }
    .card { fill: #ffffff; stroke: #d0d7de; }
    .grid { stroke: #d0d7de; }
    .bar { fill: #8c959f; }
    .decisive { fill: #0969da; }
    .failed { fill: #cf222e; }
    .after { stroke: #8c959f; fill: none; }
    .after.chain { stroke: #0969da; stroke-width: 1.5; }
    @media (prefers-color-scheme: dark) {
      text { fill: #e6edf3; }
      .note, .tick, .seconds { fill: #8b949e; }
      .card { fill: #0d1117; stroke: #30363d; }
      .grid { stroke: #30363d; }
      .bar { fill: #6e7681; }
      .decisive { fill: #1f6feb; }
      .failed { fill: #f85149; }
      .after { stroke: #6e7681; }
      .after.chain { stroke: #1f6feb; }
    }
"""
"""Colours on a card of its own, so that the text is readable on any page."""


def svg(found: Sequence[Row], title: str, failed: Collection[str] = ()) -> str:
    """The picture.

    Args:
        found: the rows of the timeline.
        title: above the picture.
        failed: names of gates that failed.
    """
    end, named = max((row.end for row in found), default=0.0), escape(plain(title))
    scale = (WIDTH - LEFT - RIGHT) / (end or 1.0)
    height = TOP + HEIGHT * len(found) + 44
    shapes = [
        *_axis(end, scale, height - 34),
        *_connections(found, scale),
        *(shape for place, row in enumerate(found) for shape in _row(row, place, scale, _kind(row, failed))),
    ]
    size = f'viewBox="0 0 {WIDTH} {height}" width="{WIDTH}" height="{height}"'
    return "\n".join(
        [
            f'<svg xmlns="http://www.w3.org/2000/svg" {size} role="img" aria-labelledby="title">',
            f'  <title id="title">{named}</title>',
            f"  <style>{STYLE}  </style>",
            f'  <rect class="card" x="0.5" y="0.5" width="{WIDTH - 1}" height="{height - 1}" rx="10"/>',
            f'  <text class="title" x="{EDGE}" y="24">{named}</text>',
            *(f"  {shape}" for shape in shapes),
            f'  <text class="note" x="{EDGE}" y="{height - 12}">{NOTE}{RED if failed else ""}</text>',
            "</svg>",
            "",
        ]
    )


def _axis(end: float, scale: float, bottom: int) -> Iterator[str]:
    for second in takewhile(lambda second: second <= end, count(0, _tick(end))):
        x = _pixel(LEFT + second * scale)
        yield f'<line class="grid" x1="{x}" y1="{TOP - 8}" x2="{x}" y2="{bottom}"/>'
        yield f'<text class="tick" x="{x}" y="{TOP - 14}">{second:g}</text>'


def _tick(end: float) -> float:
    """Seconds between two marks: 1, 2 or 5 with zeros."""
    steps = (digit * 10.0**power for power in range(-1, 9) for digit in (1, 2, 5))
    return next(step for step in steps if end <= step * TICKS)


def _connections(found: Sequence[Row], scale: float) -> Iterator[str]:
    place = {row.name: number for number, row in enumerate(found)}
    by_name = {row.name: row for row in found}
    for row in found:
        if row.after:
            before = by_name[row.after]
            x, start = LEFT + before.end * scale, LEFT + row.start * scale
            y, below = _middle(place[before.name]), _middle(place[row.name])
            chain = " chain" if row.decisive and before.decisive else ""
            yield f'<path class="after{chain}" d="M{_pixel(x)} {y}V{below}H{_pixel(start)}"/>'


def _kind(row: Row, failed: Collection[str]) -> str:
    if row.name in {f"gates: {name}" for name in failed}:
        return "failed"
    return "decisive" if row.decisive else "bar"


def _row(row: Row, place: int, scale: float, kind: str) -> Iterator[str]:
    middle, x, width = _middle(place), LEFT + row.start * scale, max(row.seconds * scale, 1.5)
    after = f", after {row.after}" if row.after else ""
    about = f"{row.name}: {row.start:.2f} to {row.end:.2f} s{after}"
    yield f'<text x="{EDGE + 14 * row.depth}" y="{middle + 4}">{escape(label(row))}</text>'
    yield (
        f'<rect class="{kind}" x="{_pixel(x)}" y="{middle - BAR // 2}" width="{_pixel(width)}" height="{BAR}" rx="2">'
        f"<title>{escape(about)}</title></rect>"
    )
    yield f'<text class="seconds" x="{_pixel(x + width + 5)}" y="{middle + 4}">{row.seconds:.1f}</text>'


def _middle(place: int) -> int:
    return TOP + HEIGHT * place + HEIGHT // 2


def _pixel(value: float) -> str:
    return f"{value:.1f}"
