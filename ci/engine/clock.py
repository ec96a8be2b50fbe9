"""How long the steps of a run took."""

import time
from collections.abc import Iterator
from contextlib import contextmanager


class Clock:
    """Measures named steps, in order.

    Attributes:
        steps: name to seconds.
    """

    def __init__(self) -> None:
        self.steps: dict[str, float] = {}

    @contextmanager
    def step(self, name: str) -> Iterator[None]:
        """Measure a block, and say that it is done."""
        start = time.monotonic()
        yield
        self.steps[name] = round(time.monotonic() - start, 2)
        print(f"{name}: {self.steps[name]:.1f} s", flush=True)
