"""Times of steps, on a clock that the test moves; and work that is done once."""

from collections.abc import Iterator

import anyio
import anyio.lowlevel
import pytest

from ci.engine.clock import Clock
from ci.engine.concurrent import gather
from ci.engine.once import Once


class Time:
    """Seconds that pass when the test says so."""

    def __init__(self) -> None:
        self.seconds = 100.0

    def __call__(self) -> float:
        return self.seconds


@pytest.fixture
def time() -> Iterator[Time]:
    return Time()


def test_steps_are_in_the_order_in_which_they_end(time: Time) -> None:
    clock = Clock(time)
    with clock.step("deps"), clock.step("base"):
        time.seconds += 2
        assert clock.steps == {}
    with pytest.raises(RuntimeError), clock.step("build"):
        raise RuntimeError
    assert list(clock.steps.items()) == [("base", 2.0), ("deps", 2.0)]


def test_the_total_is_the_time_that_passed_and_no_sum(time: Time) -> None:
    clock = Clock(time)
    with clock.step("gates"):
        with clock.step("database"):
            time.seconds += 3
        time.seconds += 1
    time.seconds += 0.5
    assert clock.steps == {"database": 3.0, "gates": 4.0}
    assert clock.total == 4.5


def test_a_step_that_runs_again_keeps_the_first_time(time: Time) -> None:
    clock = Clock(time)
    for seconds in (1, 2, 3):
        with clock.step("cache"):
            time.seconds += seconds
    assert clock.steps == {"cache": 1.0, "cache 2": 2.0, "cache 3": 3.0}


def test_two_builds_are_kept_apart(time: Time) -> None:
    clock = Clock(time)
    with clock.step("build"):
        time.seconds += 60
    with clock.step("prove"):
        second = clock.within("prove")
        with second.step("build"):
            time.seconds += 70
    assert clock.steps == {"build": 60.0, "prove: build": 70.0, "prove": 70.0}
    assert (clock.total, second.total) == (130.0, 70.0)


async def test_work_is_done_once_and_again_only_where_it_failed() -> None:
    calls: list[int] = []

    async def work() -> int:
        calls.append(1)
        await anyio.lowlevel.checkpoint()
        if len(calls) == 1:
            raise RuntimeError
        return len(calls)

    once: Once[int] = Once()
    with pytest.raises(RuntimeError):
        await once.get(work)
    assert await gather(once.get(work), once.get(work), once.get(work)) == [2, 2, 2]
