"""A run as rows of a timeline: what ran when, and what it came after. Pure.

The clock knows when steps started and ended, not why. A step is said to come after the one that ended last before it
started: in a run that does at once what it can do at once, that is the one that it waited for.
"""

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass

from ci.engine.record import Measured
from ci.intool.common.text import table

SHORTEST = 0.05
"""Seconds of the shortest step that is shown."""

CLOSE = 0.011
"""Seconds by which a step may seem to start before the end of what it waited for: both are rounded to 0.01."""


@dataclass(frozen=True, kw_only=True)
class Row:
    """A step or a gate.

    Attributes:
        name: unlike any other of the run.
        depth: how many steps are around it.
        start: seconds from the start of the run.
        seconds: that it took.
        after: name of the step that ended last before it started; empty for none.
        decisive: whether it is in the chain that ends with the end of the run.
    """

    name: str
    depth: int
    start: float
    seconds: float
    after: str = ""
    decisive: bool = False

    @property
    def end(self) -> float:
        """Seconds from the start of the run."""
        return self.start + self.seconds


def rows(measured: Sequence[Measured]) -> list[Row]:
    """Rows in the order in which the steps started, each below the one around it; without those that took no time.

    Args:
        measured: steps and gates of one run.
    """
    long = [one for one in measured if one.seconds >= SHORTEST]
    ordered = sorted(long, key=lambda one: (one.start, -one.seconds, one.name))
    after = {one.name: _after(one, ordered[:place]) for place, one in enumerate(ordered)}
    chain = set(_chain(ordered, after))
    return [
        Row(
            name=one.name,
            depth=depth,
            start=one.start,
            seconds=one.seconds,
            after=after[one.name],
            decisive=one.name in chain,
        )
        for one, depth in _nested(ordered, "", 0)
    ]


def lines(found: Sequence[Row]) -> list[str]:
    """A table of text, with a mark at the steps that decided how long the run took.

    Args:
        found: the rows; none give no line.
    """
    if not found:
        return []
    cells = [
        (
            f"{'  ' * row.depth}{label(row)}",
            f"{row.start:.1f}",
            f"{row.seconds:.1f}",
            "*" if row.decisive else "",
            row.after,
        )
        for row in found
    ]
    return table([("step", "start", "seconds", "", "after"), *cells], right=(1, 2))


def label(row: Row) -> str:
    """The name of a row without those of the steps around it."""
    return row.name.rpartition(": ")[2] if row.depth else row.name


def _nested(ordered: Sequence[Measured], inside: str, depth: int) -> Iterator[tuple[Measured, int]]:
    for one in ordered:
        if one.inside == inside:
            yield one, depth
            yield from _nested(ordered, one.name, depth + 1)


def _after(one: Measured, earlier: Sequence[Measured]) -> str:
    """The step that ended last, the outermost one of those that ended together.

    Args:
        one: the step.
        earlier: those that started before it, or with it and are longer.
    """
    ended = [step for step in earlier if _end(step) <= one.start + CLOSE]
    return max(ended, key=lambda step: (_end(step), -step.name.count(": "))).name if ended else ""


def _end(one: Measured) -> float:
    return round(one.start + one.seconds, 2)


def _chain(steps: Sequence[Measured], after: Mapping[str, str], inside: str = "") -> Iterator[str]:
    """The step of a level that ended last, all that it came after there, and the same inside of each of them."""
    by_name = {one.name: one for one in steps}
    level = [one for one in steps if one.inside == inside]
    one = max(level, key=_end, default=None)
    while one:
        yield one.name
        yield from _chain(steps, after, one.name)
        before = by_name.get(after[one.name])
        while before and before.inside != inside:
            before = by_name.get(before.inside)
        one = before
