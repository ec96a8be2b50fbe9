"""Work side by side."""

from collections.abc import Awaitable
from typing import Any

import anyio


async def gather(*work: Awaitable[Any]) -> list[Any]:
    """Wait for all, and give their results in order.

    Raises:
        Exception: the first one that was raised, as it is and not in a group; the rest is cancelled.
    """
    results: list[Any] = [None] * len(work)

    async def keep(place: int, one: Awaitable[Any]) -> None:
        results[place] = await one

    try:
        async with anyio.create_task_group() as tasks:
            for place, one in enumerate(work):
                tasks.start_soon(keep, place, one)
    except BaseExceptionGroup as group:
        first: BaseException = group
        while isinstance(first, BaseExceptionGroup):
            first = first.exceptions[0]
        raise first from None
    return results
