"""Work that several steps of a run need and that is done once."""

from collections.abc import Awaitable, Callable
from typing import Generic, TypeVar

import anyio

Made = TypeVar("Made")


class Once(Generic[Made]):
    """The result of work; who asks while it is under way waits for it."""

    def __init__(self) -> None:
        self._lock = anyio.Lock()
        self._made: list[Made] = []

    async def get(self, work: Callable[[], Awaitable[Made]]) -> Made:
        """The result; the work is done where it was not yet, and again after it failed."""
        async with self._lock:
            if not self._made:
                self._made.append(await work())
            return self._made[0]
