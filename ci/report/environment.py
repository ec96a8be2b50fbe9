"""What the bundle does with each environment variable, for people. Pure."""

from collections.abc import Mapping, Sequence
from typing import Any

HEADER = ("name", "frozen at build", "server, at run time", "browser", "unused")


def table(report: Mapping[str, Any]) -> str:
    """A Markdown table that is aligned for terminals too.

    Args:
        report: of ``programs/env.cjs``.
    """
    rows = [HEADER, *(cells(variable["name"], variable["where"]) for variable in report["variables"])]
    widths = [max(map(len, column)) for column in zip(*rows, strict=True)]
    lines = [_line(row, widths) for row in rows]
    return "\n".join([lines[0], _line(["-" * width for width in widths], widths), *lines[1:]])


def cells(name: str, where: Mapping[str, str]) -> tuple[str, ...]:
    """The row of one variable, in the order of ``HEADER``.

    Args:
        name: of the variable.
        where: what the bundle does with it, to the file that shows it.
    """
    return (
        name,
        "yes" if "frozen" in where else "",
        "yes" if "runtime" in where else "",
        "yes" if "browser" in where else "undefined" if "undefined" in where else "",
        "yes" if "unused" in where else "build only" if "build" in where else "",
    )


def _line(row: Sequence[str], widths: Sequence[int]) -> str:
    return f"| {' | '.join(cell.ljust(width) for cell, width in zip(row, widths, strict=True))} |"
