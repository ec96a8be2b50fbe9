"""The size of the files beside ``harden.budget``. Pure."""

from collections.abc import Iterator

from ci.report.html.markup import SVG, Markup, prose, tag
from ci.report.html.words import Words
from ci.report.summary import megabytes

WIDTH, HEIGHT, MARK = 960, 20, 4
"""Units of the picture, and the width of the line at the budget."""


def budget(name: str, size: int, most: int, say: Words) -> Iterator[Markup]:
    """A sentence, and a bar where there is a budget.

    Args:
        name: of the platform.
        size: bytes of all files, before compression.
        most: the budget in MB (10^6 bytes); 0 for none.
        say: the language.
    """
    shown = megabytes(size)
    if not most:
        yield tag("p", prose(say("Files before compression: {size}; `harden.budget` sets no limit.", size=shown)))
        return
    facts = {"size": shown, "budget": megabytes(most * 10**6), "share": f"{size / most / 10**4:.0f} %"}
    said = say("Files before compression: {size}, {share} of the {budget} of `harden.budget`.", **facts)
    yield tag("p", prose(said))
    yield _bar(say("Size of {name} beside its budget", name=name), size, most * 10**6)


def _bar(title: str, size: int, most: int) -> Markup:
    """The size and a line at the budget, both to scale; what lies beyond the line has a colour of its own."""
    scale = (WIDTH - MARK) / max(size, most)
    edge = most * scale
    shapes = [_part("budget-free", 0, WIDTH), _part("budget-used", 0, min(size * scale, edge))]
    if size > most:
        shapes.append(_part("budget-over", edge, size * scale - edge))
    return tag(
        "svg",
        *shapes,
        _part("budget-line", edge, MARK),
        xmlns=SVG,
        viewBox=f"0 0 {WIDTH} {HEIGHT}",
        preserveAspectRatio="none",
        class_="budget",
        role="img",
        aria_label=title,
    )


def _part(kind: str, start: float, width: float) -> Markup:
    return tag("rect", x=f"{start:.1f}", y="0", width=f"{width:.1f}", height=str(HEIGHT), class_=kind)
