"""Has it become slower? Ratios of cheap cases against those of the committed table. Pure."""

import statistics
from collections.abc import Sequence
from dataclasses import dataclass

from bench.speed.cases import BASE, GUARDED, OURS
from bench.speed.store import Results

BOUND = 1.5
"""How many times the committed ratio is still no failure.

A shared runner makes single runs up to a third longer; ratios to a yardstick of the same round, and their median over
three rounds, were within 1.2 of each other in repeated benches.
"""
YARDSTICK = "page"
"""The base's run of this case is what all ratios of a round are to: where nothing changed it takes but tenths of a
second, which are no measure."""


class GuardError(ValueError):
    """There is nothing to compare."""


@dataclass(frozen=True, kw_only=True)
class Verdict:
    """One case: its ratio then and now."""

    case: str
    then: float
    now: float

    @property
    def factor(self) -> float:
        """How many times the committed ratio it is."""
        return self.now / self.then

    @property
    def good(self) -> bool:
        """Whether it is within the bound."""
        return self.factor <= BOUND

    def __str__(self) -> str:
        kept = "within" if self.good else "BEYOND"
        return f"{self.case:<10} {self.then:5.2f} -> {self.now:5.2f}, {self.factor:.2f} times: {kept} {BOUND} times"


def verdicts(then: Results, now: Results, app: str) -> Sequence[Verdict]:
    """One for each guarded case.

    Args:
        then: the committed results.
        now: those of today.
        app: name of the app.

    Raises:
        GuardError: a case is missing in either.
    """
    return [Verdict(case=case, then=_ratio(then, app, case), now=_ratio(now, app, case)) for case in GUARDED]


def _ratio(results: Results, app: str, case: str) -> float:
    runs = {run.key: run.seconds for run in results.runs}
    ratios = [
        seconds / runs[app, YARDSTICK, BASE, number]
        for (name, what, subject, number), seconds in runs.items()
        if (name, what, subject) == (app, case, OURS) and (app, YARDSTICK, BASE, number) in runs
    ]
    if not ratios:
        raise GuardError(f"no run of {OURS} and {BASE} in one round: {app}, {case}\n  fix: make bench CASES={case}")
    return statistics.median(ratios)
