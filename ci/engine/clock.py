"""How long the steps of a run took, which are shown while they run."""

import time
from collections.abc import Callable, Iterator, Mapping
from contextlib import contextmanager

from opentelemetry.trace import Span

from ci.engine import progress


class Clock:
    """Measures named steps, which may run side by side.

    Args:
        now: seconds on a clock that never goes back.
        steps: where the steps go, shared with another clock; default: steps of its own.
        prefix: beginning of each step's name.
    """

    def __init__(
        self, now: Callable[[], float] = time.monotonic, steps: dict[str, float] | None = None, prefix: str = ""
    ) -> None:
        self._now = now
        self._begun = now()
        self._steps = {} if steps is None else steps
        self._prefix = prefix

    @property
    def steps(self) -> Mapping[str, float]:
        """Step to seconds, in the order in which the steps ended."""
        return dict(self._steps)

    @property
    def total(self) -> float:
        """Seconds since the clock was made: less than the sum of the steps where some ran side by side."""
        return round(self._now() - self._begun, 2)

    @contextmanager
    def step(self, name: str) -> Iterator[Span]:
        """Show a block by its name, and measure it; a name that is there already gets a number."""
        start = self._now()
        with progress.step(f"{self._prefix}{name}") as shown:
            yield shown
        place = self._free(f"{self._prefix}{name}")
        self._steps[place] = round(self._now() - start, 2)

    def within(self, step: str) -> "Clock":
        """A clock for steps of a part of the run, such as a second build: they join these ones as ``STEP: NAME``."""
        return Clock(self._now, self._steps, f"{self._prefix}{step}: ")

    def _free(self, name: str) -> str:
        names = [name, *(f"{name} {number}" for number in range(2, len(self._steps) + 2))]
        return next(one for one in names if one not in self._steps)
