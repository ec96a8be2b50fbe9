"""Work that several steps of a run need and that is done once."""

from collections.abc import Awaitable, Callable
from typing import Generic, TypeVar

import anyio

Made = TypeVar("Made")


class Once(Generic[Made]):
    """The result of work that is done once; callers wait while it runs."""

    def __init__(self) -> None:
        self._lock = anyio.Lock()
        self._made: list[Made] = []

    async def get(self, work: Callable[[], Awaitable[Made]]) -> Made:
        """The result; runs the work at the first call, and again after an error."""
        async with self._lock:
            if not self._made:
                self._made.append(await work())
            return self._made[0]
