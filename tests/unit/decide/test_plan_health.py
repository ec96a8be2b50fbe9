"""The health path: of the pipeline file, of a route, or of what the build shows to answer."""

from dataclasses import replace

import pytest

from ci.decide.config.model import Health, Pipeline, Request, Runtime, Scenario, Side, Smoke
from ci.decide.plan.health import OTHERS, check, healthcheck, settled
from tests.unit.plans import app, plan_of

CHUNK = "/_next/static/chunks/main.js"
ALIVE = ["/about", "/robots.txt", CHUNK]


@pytest.mark.parametrize(
    ("candidates", "alive", "path", "others"),
    [
        (("/",), ["/", *ALIVE], "/", ALIVE),
        (("/",), ALIVE, "/about", ALIVE[1:]),
        (("/",), [CHUNK], CHUNK, []),
        (("/",), [], "/", []),
        (("/docs",), ["/docs/robots.txt"], "/docs/robots.txt", []),
        (("/api/health", "/"), ALIVE, "/api/health", ALIVE),
        (("/",), [f"/{n}" for n in range(9)], "/0", [f"/{n}" for n in range(1, OTHERS + 1)]),
    ],
)
def test_the_build_decides_where_no_route_and_no_file_does(
    candidates: tuple[str, ...], alive: list[str], path: str, others: list[str]
) -> None:
    plan = settled(plan_of(app(health=candidates)), alive)
    image = plan.image
    assert (image.health.path, list(image.others), image.start) == (path, others, candidates[-1])
    assert image.healthcheck == healthcheck(Health(path=path))
    assert [one.path for one in plan.smoke.scenarios[0].requests] == [path, "{chunk}"]


def test_paths_behind_middleware_are_asked_after_all_others_and_never_take_the_place_of_the_health_path() -> None:
    start = plan_of(app(health=("/",)))
    assert settled(start, [], ["/favicon.ico", CHUNK]).image.others == ("/favicon.ico", CHUNK)
    assert settled(start, [], ["/favicon.ico", CHUNK]).image.health.path == "/"
    assert settled(start, [CHUNK], ["/favicon.ico"]).image.health.path == CHUNK
    assert settled(start, ["/", CHUNK], ["/favicon.ico", "/"]).image.others == (CHUNK, "/favicon.ico")


def test_a_health_check_of_the_pipeline_file_stays() -> None:
    plan = plan_of(app(health=("/",)), Pipeline(runtime=Runtime(health=Health(path="/"))))
    assert settled(plan, ALIVE) == plan


@pytest.mark.parametrize(
    ("candidates", "given", "asked"),
    [
        (("/",), None, True),
        (("/api/health", "/"), None, False),
        (("/",), Health(path="/"), False),
    ],
)
def test_an_app_without_a_route_for_it_is_asked_at_the_port_beside_it(
    candidates: tuple[str, ...], given: Health | None, *, asked: bool
) -> None:
    side = Side(port=9000)
    start = plan_of(app(health=candidates), Pipeline(runtime=Runtime(health=given, side=side)))
    for plan in (start, settled(start, ALIVE)):
        image = plan.image
        assert image.healthcheck == check(image.health, side if asked else None)
        assert ('port:9000,path:"/readyz"' in image.healthcheck[-1]) is asked
    path = "/about" if asked else candidates[0]
    assert settled(start, ALIVE).image.health.path == path, "the smoke test asks the app"


def test_scenarios_of_the_pipeline_file_stay() -> None:
    scenario = Scenario(requests=(Request(path="/"),))
    plan = settled(plan_of(app(health=("/",)), Pipeline(smoke=Smoke(scenarios=(scenario,)))), ALIVE)
    assert (plan.image.health.path, plan.smoke.scenarios) == ("/about", (scenario,))


def test_nothing_else_of_the_plan_changes() -> None:
    plan = plan_of(app(health=("/",)))
    found = settled(plan, ALIVE)
    assert replace(found, image=plan.image, smoke=plan.smoke) == plan
    assert found.image.health.interval == plan.image.health.interval
