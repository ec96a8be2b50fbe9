"""A run and its second build: they share nothing but the list of times."""

from dataclasses import fields, replace

import dagger
import pytest

from ci.build.base import Access
from ci.build.build import Seeds
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


class Digests(Run):
    """A run that knows the digests of its files without an engine."""

    async def files(self) -> dict[str, str]:
        return {"package.json": "1", "src/page.tsx": self.apart}


async def seeds(page: str, secret: str = "", *, source_maps: bool = False) -> Seeds:
    run = new()
    plan = replace(run.plan, image=replace(run.plan.image, source_maps=source_maps))
    values = {**{one.name: getattr(run, one.name) for one in fields(run)}, "plan": plan, "apart": page}

    class Secret:
        async def plaintext(self) -> str:
            return secret

    return await Digests(**{**values, "seed": Secret() if secret else None}).seeds()


async def test_a_change_of_the_source_keeps_what_the_key_of_actions_and_the_cache_follow_from() -> None:
    first, second = await seeds("one"), await seeds("two")
    assert first.build != second.build
    assert (first.settings, first.cache) == (second.settings, second.cache)


async def test_a_secret_changes_all_seeds() -> None:
    first, second = await seeds("one"), await seeds("one", "secret")
    assert not {first.build, first.settings, first.cache} & {second.build, second.settings, second.cache}


async def test_with_source_maps_the_cache_holds_for_one_source() -> None:
    first, second = await seeds("one", source_maps=True), await seeds("two", source_maps=True)
    assert first.settings == second.settings
    assert first.cache != second.cache
