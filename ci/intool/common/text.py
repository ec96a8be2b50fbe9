"""Figures and tables for people. Pure."""

from collections.abc import Iterable, Sequence

STEP = 1000


def human(size: float) -> str:
    """Bytes in decimal units, as registries and Docker count: ``12.3 MB``."""
    for unit in ("B", "kB", "MB", "GB"):
        if abs(size) < STEP or unit == "GB":
            break
        size /= STEP
    return f"{size:.0f} {unit}" if unit == "B" else f"{size:.1f} {unit}"


def plain(value: object) -> str:
    """A value from an image, without control characters for a terminal."""
    return "".join(c if c.isprintable() else c.encode("unicode_escape").decode() for c in str(value))


def table(rows: Iterable[Sequence[object]], right: Iterable[int] = (), indent: str = "  ") -> list[str]:
    """Lines with aligned columns.

    Args:
        rows: cells of each line; all lines have as many.
        right: columns that are aligned to the right.
        indent: in front of each line.
    """
    cells = [[plain(cell) for cell in row] for row in rows]
    widths = [max(map(len, column)) for column in zip(*cells, strict=True)]
    ends = set(right)
    return [
        indent
        + "  ".join(
            cell.rjust(width) if place in ends else cell.ljust(width)
            for place, (cell, width) in enumerate(zip(line, widths, strict=True))
        ).rstrip()
        for line in cells
    ]


def short(digest: str) -> str:
    """The first twelve digits of a digest, for display."""
    return digest.partition(":")[2][:12]
