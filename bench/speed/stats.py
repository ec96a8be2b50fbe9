"""Figures from runs. Pure."""

import math
import statistics
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass

from bench.speed.cases import BASE
from bench.speed.store import Run


@dataclass(frozen=True, kw_only=True)
class Figure:
    """What the runs of one case, app and subject say.

    Attributes:
        median: seconds.
        low: the shortest run.
        high: the longest.
        runs: how many there were.
        ratio: median, over the rounds, of the ratio to the base's run of the same round; None without one.
        sent: median of the bytes that the registry did not have; None where nothing is pushed.
    """

    median: float
    low: float
    high: float
    runs: int
    ratio: float | None = None
    sent: float | None = None


Key = tuple[str, str, str]
"""App, case, subject."""


def figures(runs: Iterable[Run]) -> dict[Key, Figure]:
    """One figure for each app, case and subject that was run.

    Ratios are of runs of the same round, so that a machine that is slow for an hour slows both of them.
    """
    found: dict[Key, dict[int, Run]] = {}
    for run in runs:
        found.setdefault((run.app, run.case, run.subject), {})[run.round] = run
    return {key: _figure(key, of, found.get((key[0], key[1], BASE), {})) for key, of in found.items()}


def _figure(key: Key, runs: Mapping[int, Run], base: Mapping[int, Run]) -> Figure:
    seconds = [run.seconds for run in runs.values()]
    sent = [run.sent for run in runs.values() if run.sent is not None]
    ratios = [run.seconds / base[n].seconds for n, run in runs.items() if n in base and base[n].seconds > 0]
    return Figure(
        median=statistics.median(seconds),
        low=min(seconds),
        high=max(seconds),
        runs=len(seconds),
        ratio=statistics.median(ratios) if ratios and key[2] != BASE else None,
        sent=statistics.median(sent) if sent else None,
    )


def exponent(points: Mapping[int, float]) -> float | None:
    """The k of time = a · n^k that fits best: the slope of the line through the logarithms (least squares).

    Args:
        points: seconds by how many there were, both above zero.

    Returns:
        The exponent; None for fewer than two points.
    """
    if len(points) < 2:  # noqa: PLR2004  a line has two
        return None
    xs, ys = [math.log(n) for n in points], [math.log(value) for value in points.values()]
    return statistics.linear_regression(xs, ys).slope


def times(points: Mapping[int, float]) -> float | None:
    """How many times the time of the smallest the largest takes; None for fewer than two points."""
    if len(points) < 2:  # noqa: PLR2004
        return None
    return points[max(points)] / points[min(points)]


def spread(values: Sequence[float]) -> float:
    """The distance between the longest and the shortest, as a share of the median."""
    return (max(values) - min(values)) / statistics.median(values)
