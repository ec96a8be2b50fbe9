"""What a run did when: each step and gate with its start, its length, and the step around it."""

from collections.abc import Callable, Iterator
from contextlib import contextmanager
from contextvars import ContextVar
from dataclasses import dataclass


@dataclass(frozen=True, kw_only=True)
class Measured:
    """A step or a gate that has ended.

    Attributes:
        name: unlike any other of the run.
        start: seconds from the start of the run.
        seconds: that it took.
        inside: name of the step around it; empty for none.
    """

    name: str
    start: float
    seconds: float
    inside: str = ""


class Record:
    """Measures blocks, which may run side by side.

    Args:
        now: seconds on a clock that never goes back.
    """

    def __init__(self, now: Callable[[], float]) -> None:
        self._now = now
        self._begun = now()
        self._names: set[str] = set()
        self._ended: list[Measured] = []

    @property
    def ended(self) -> tuple[Measured, ...]:
        """All that has ended without an error, in the order in which it ended."""
        return tuple(self._ended)

    @contextmanager
    def measure(self, name: str) -> Iterator[str]:
        """Measure a block; a name that is there already gets a number.

        Args:
            name: of the block.

        Yields:
            The name that it has here.
        """
        around, place = _around.get(), self._free(name)
        inside = around[1] if around and around[0] is self else ""
        start, before = self._now(), _around.set((self, place))
        try:
            yield place
        except BaseException:
            self._names.discard(place)
            raise
        finally:
            _around.reset(before)
        seconds = round(self._now() - start, 2)
        self._ended.append(Measured(name=place, start=round(start - self._begun, 2), seconds=seconds, inside=inside))

    def open(self) -> None:
        """Measure here what ``measured`` meets from now on outside of every step, in this task and those it starts."""
        _around.set((self, ""))

    def _free(self, name: str) -> str:
        names = [name, *(f"{name} {number}" for number in range(2, len(self._names) + 2))]
        free = next(one for one in names if one not in self._names)
        self._names.add(free)
        return free


_around: ContextVar[tuple[Record, str] | None] = ContextVar("around", default=None)
"""The record, and the innermost block of it that is measured; an empty name outside of all blocks."""


@contextmanager
def measured(name: str, group: str = "") -> Iterator[None]:
    """Measure a block as ``AROUND: NAME`` in the record of the step around it, else in the one that is open, if any.

    Args:
        name: of the block.
        group: in place of the step where none is around.
    """
    around = _around.get()
    if around is None:
        yield
        return
    record, place = around
    with record.measure(": ".join(filter(None, (place or group, name)))):
        yield
