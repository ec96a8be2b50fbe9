"""A treemap's rectangles: areas to scale, each as near to a square as it can be. Pure.

By the method of Bruls, Huizing and van Wijk, "Squarified Treemaps" (2000): rows are laid along the shorter side of what
is left, and a row takes the next piece as long as its worst ratio of sides does not grow.
"""

from collections.abc import Sequence
from dataclasses import dataclass


@dataclass(frozen=True, kw_only=True)
class Box:
    """A rectangle.

    Attributes:
        x: its left side.
        y: its upper side.
        width: of it.
        height: of it.
    """

    x: float
    y: float
    width: float
    height: float


def squarified(sizes: Sequence[float], box: Box) -> list[Box]:
    """Divide a rectangle.

    Args:
        sizes: above 0, the largest first.
        box: to divide.

    Returns:
        A rectangle for each size, in the same order; together they fill the box.
    """
    if not sizes:
        return []
    scale = box.width * box.height / sum(sizes)
    areas, made = [size * scale for size in sizes], list[Box]()
    while areas:
        side = min(box.width, box.height)
        taken = _row(areas, side)
        row, box = _laid(areas[:taken], box)
        made += row
        areas = areas[taken:]
    return made


def _row(areas: Sequence[float], side: float) -> int:
    """How many of the next pieces one row takes."""
    taken = 1
    while taken < len(areas) and _worst(areas[: taken + 1], side) <= _worst(areas[:taken], side):
        taken += 1
    return taken


def _worst(areas: Sequence[float], side: float) -> float:
    """The worst ratio of a row's pieces: of the longer to the shorter side."""
    total = sum(areas)
    return max(side**2 * max(areas) / total**2, total**2 / (side**2 * min(areas)))


def _laid(areas: Sequence[float], box: Box) -> tuple[list[Box], Box]:
    """A row along the shorter side, and what is left of the box."""
    made, total, place = list[Box](), sum(areas), 0.0
    if box.width >= box.height:
        depth = total / box.height
        for area in areas:
            made.append(Box(x=box.x, y=box.y + place, width=depth, height=area / depth))
            place += area / depth
        return made, Box(x=box.x + depth, y=box.y, width=max(box.width - depth, 0.0), height=box.height)
    depth = total / box.width
    for area in areas:
        made.append(Box(x=box.x + place, y=box.y, width=area / depth, height=depth))
        place += area / depth
    return made, Box(x=box.x, y=box.y + depth, width=box.width, height=max(box.height - depth, 0.0))
