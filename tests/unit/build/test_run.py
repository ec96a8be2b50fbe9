"""A run and its second build: they share nothing but the list of times."""

from dataclasses import replace

import dagger
import pytest

from ci.build.base import Access
from ci.build.run import Run, begin
from ci.engine.clock import Clock
from ci.engine.registries import Registry
from ci.engine.signing import Signing
from ci.errors import ConfigError
from tests.unit.plans import plan_of


class Time:
    """Seconds that pass when the test says so."""

    seconds = 0.0

    def __call__(self) -> float:
        return self.seconds


def new(address: str = "") -> Run:
    source = object.__new__(dagger.Directory)
    return begin(plan_of(address=address, cache="write"), source, Access(), Registry(), seed=None, signing=Signing())


async def test_a_second_build_has_steps_and_caches_of_its_own() -> None:
    time = Time()
    run = replace(new("ghcr.io/me/app"), clock=Clock(time))
    second = run.alone()
    with run.clock.step("build"):
        time.seconds += 60
    with run.clock.step("prove"), second.clock.step("build"):
        time.seconds += 70
    assert run.clock.steps == {"build": 60.0, "prove: build": 70.0, "prove": 70.0}
    assert run.clock.total == 130.0
    assert second.once is not run.once
    assert (run.cache.reads, second.cache.reads) == (True, False)
    assert second.plan.install.store != run.plan.install.store
    assert second.plan.build.next_cache != run.plan.build.next_cache


async def test_a_run_without_an_address_is_refused() -> None:
    new("ghcr.io/me/app").refuse_nowhere()
    with pytest.raises(ConfigError, match="no address to publish to"):
        new().refuse_nowhere()
