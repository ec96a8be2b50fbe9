"""How long the steps of a run took, which are shown while they run."""

import time
from collections.abc import Callable, Iterator, Mapping
from contextlib import contextmanager

from opentelemetry.trace import Span

from ci.engine import progress
from ci.engine.record import Measured, Record


class Clock:
    """Measures named steps, which may run side by side.

    Args:
        now: seconds on a clock that never goes back.
        record: where the steps go, shared with another clock; default: one of its own.
        prefix: beginning of each step's name.
    """

    def __init__(
        self, now: Callable[[], float] = time.monotonic, record: Record | None = None, prefix: str = ""
    ) -> None:
        self._now = now
        self._begun = now()
        self._record = record or Record(now)
        self._prefix = prefix
        self._own: set[str] = set()

    @property
    def steps(self) -> Mapping[str, float]:
        """Step to seconds, in the order in which the steps ended; gates are not listed."""
        return {one.name: one.seconds for one in self._record.ended if one.name in self._own}

    @property
    def timeline(self) -> tuple[Measured, ...]:
        """All steps and gates that ended, in the order in which they ended."""
        return self._record.ended

    @property
    def total(self) -> float:
        """Seconds since the clock was made: less than the sum of the steps where some ran side by side."""
        return round(self._now() - self._begun, 2)

    def open(self) -> None:
        """Put gates that run outside of every step into this timeline too."""
        self._record.open()

    @contextmanager
    def step(self, name: str) -> Iterator[Span]:
        """Show a block by its name, and measure it; a name that is there already gets a number."""
        with self._record.measure(f"{self._prefix}{name}") as place:
            self._own.add(place)
            with progress.step(f"{self._prefix}{name}") as shown:
                yield shown

    def within(self, step: str) -> "Clock":
        """A clock for steps of a part of the run, such as a second build: they join these ones as ``STEP: NAME``."""
        clock = Clock(self._now, self._record, f"{self._prefix}{step}: ")
        clock._own = self._own
        return clock
