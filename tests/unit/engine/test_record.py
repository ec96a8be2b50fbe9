"""What a run did when, on a clock that the test moves."""

from contextvars import Context

import anyio
import pytest

from ci.engine import progress
from ci.engine.clock import Clock
from ci.engine.concurrent import gather
from ci.engine.record import Measured, Record, measured


class Time:
    """Seconds that pass when the test says so."""

    def __init__(self) -> None:
        self.seconds = 100.0

    def __call__(self) -> float:
        return self.seconds


def test_start_length_and_the_step_around() -> None:
    time = Time()
    clock = Clock(time)
    time.seconds += 1
    with clock.step("gates"):
        time.seconds += 2
        with measured("scan"):
            time.seconds += 4
    assert clock.timeline == (
        Measured(name="gates: scan", start=3.0, seconds=4.0, inside="gates"),
        Measured(name="gates", start=1.0, seconds=6.0),
    )
    assert clock.steps == {"gates": 6.0}


async def test_gates_side_by_side_are_inside_the_step_that_started_them() -> None:
    time = Time()
    clock = Clock(time)
    both = anyio.Event()

    async def work(name: str) -> str:
        if name == "smoke":
            both.set()
        await both.wait()
        with measured("again"):
            return name

    with clock.step("gates"):
        assert await gather(*(progress.shown(name, work(name)) for name in ("scan", "smoke"))) == ["scan", "smoke"]
    with clock.step("push"):
        pass
    inside = {one.name: one.inside for one in clock.timeline}
    assert inside == {
        "gates: scan": "gates",
        "gates: scan: again": "gates: scan",
        "gates: smoke": "gates",
        "gates: smoke: again": "gates: smoke",
        "gates": "",
        "push": "",
    }


def test_two_of_a_name_and_one_that_failed() -> None:
    record = Record(Time())
    with pytest.raises(RuntimeError), record.measure("build"):
        raise RuntimeError
    with record.measure("build") as first, record.measure("build") as second:
        assert (first, second) == ("build", "build 2")
    assert [(one.name, one.inside) for one in record.ended] == [("build 2", "build"), ("build", "")]


def test_outside_of_every_step_the_open_record_measures() -> None:
    def run() -> None:
        clock = Clock(Time())
        with measured("scan", "gates"):
            pass
        assert clock.timeline == ()
        clock.open()
        with measured("base", "gates"), measured("inner"):
            pass
        with clock.step("base"), measured("scan", "gates"):
            pass
        names = [(one.name, one.inside) for one in clock.timeline]
        assert names == [
            ("gates: base: inner", "gates: base"),
            ("gates: base", ""),
            ("base: scan", "base"),
            ("base", ""),
        ]
        assert list(clock.steps) == ["base"]

    Context().run(run)


def test_a_second_build_has_its_own_names_in_the_same_timeline() -> None:
    clock = Clock(Time())
    with clock.step("prove"):
        second = clock.within("prove")
        with second.step("build"):
            pass
    assert [(one.name, one.inside) for one in clock.timeline] == [("prove: build", "prove"), ("prove", "")]
    assert (clock.timeline, clock.steps) == (second.timeline, second.steps)
