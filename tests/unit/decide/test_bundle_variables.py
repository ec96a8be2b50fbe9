"""Which variables a bundle asks for, and which of them are secret."""

import pytest

from ci.decide.bundle.variables import Variable, Variables, secret, variables
from ci.decide.config.model import Build, Pipeline, Scenario, Smoke
from ci.decide.variables import Variable as Declared
from tests.unit.bundles import REDIS
from tests.unit.plans import app, plan_of


def found(pipeline: Pipeline | None = None, image: dict[str, str] | None = None, **facts: object) -> Variables:
    return variables(plan_of(app(**facts), pipeline), image or {})


def names(listed: tuple[Variable, ...]) -> list[str]:
    return [one.name for one in listed]


@pytest.mark.parametrize(
    ("name", "expected"),
    [
        ("PASSWORD", True),
        ("AUTH_SECRET", True),
        ("GITHUB_TOKEN", True),
        ("DATABASE_URL", True),
        ("POSTGRES_PRISMA_URL", True),
        ("REDIS_URL", True),
        ("SENTRY_DSN", True),
        ("EMAIL_SERVER", True),
        ("SITE_NAME", False),
        ("API_URL", False),
        ("NEXTAUTH_URL", False),
        ("NEXT_PUBLIC_SUPABASE_ANON_TOKEN", False),
        ("TOKEN_TTL", False),
    ],
)
def test_a_secret_is_known_by_its_name(name: str, *, expected: bool) -> None:
    assert secret(name) is expected


def test_names_come_from_source_examples_validators_and_scenarios() -> None:
    declared = Declared(name="API_URL", dummy="https://api-url.invalid", required=True, file="src/env.ts")
    smoke = Smoke(scenarios=(Scenario(env={"MODE": "demo"}),))
    read = found(Pipeline(smoke=smoke), env=("REGION",), env_example=("THEME",), variables=(declared,))
    assert names(read.settings) == ["API_URL", "MODE", "REGION", "THEME"]
    assert [one.name for one in read.settings if one.required] == ["API_URL"]


def test_what_the_image_sets_is_not_asked_for() -> None:
    assert names(found(image={"REGION": "eu"}, env=("REGION", "THEME")).settings) == ["THEME"]


def test_a_public_variable_that_the_build_froze_is_not_asked_for() -> None:
    build = Build(
        env={"NEXT_PUBLIC_API": "https://api.example.com", "REGION": "eu"}, dummies={"NEXT_PUBLIC_KEY": "dummy"}
    )
    read = found(Pipeline(build=build), env=("NEXT_PUBLIC_API", "NEXT_PUBLIC_KEY", "NEXT_PUBLIC_NAME", "REGION"))
    assert names(read.settings) == ["NEXT_PUBLIC_NAME", "REGION"]


def test_a_secret_that_the_smoke_test_sets_is_wanted_and_its_value_is_left_out() -> None:
    smoke = Smoke(scenarios=(Scenario(env={"PASSWORD": "smoke-test"}),))
    read = found(Pipeline(smoke=smoke), env=("PASSWORD", "GITHUB_TOKEN"))
    assert read.secrets == (Variable(name="GITHUB_TOKEN"), Variable(name="PASSWORD", required=True))


def test_redis_is_known_by_the_name_of_its_address() -> None:
    assert found(env=("REDIS_URL",)).redis == {"REDIS_URL": "url"}
    assert found(env=("UPSTASH_REDIS_REST_URL", "REDIS_TTL", "DATABASE_URL", "REDIS_PASSWORD")).redis == {}


def test_redis_may_be_told_in_parts() -> None:
    read = found(env=("APP_REDIS_HOST", "REDIS_PORT", "REDIS_PASSWORD"))
    assert read.redis == {"APP_REDIS_HOST": "host", "REDIS_PASSWORD": "password", "REDIS_PORT": "port"}
    assert names(read.secrets) == ["REDIS_PASSWORD"]
    assert read.ports == (6379,)


def test_redis_is_known_by_a_scenario_that_starts_it() -> None:
    scenario = Scenario(services={"store": "redis"}, env={"STORE": "redis://store:6379", "MODE": "store"})
    read = found(Pipeline(smoke=Smoke(scenarios=(scenario,))))
    assert read.redis == {"STORE": "url"}
    assert read.secrets == (Variable(name="STORE", required=True),)


def test_what_only_the_scenario_with_redis_sets_turns_redis_on() -> None:
    read = found(REDIS, env=("SITE_NAME", "OTHER"))
    assert {one.name: one.value for one in read.settings} == {"OTHER": "", "SITE_NAME": "", "STORAGE": "redis"}


def test_ports_are_those_of_the_services_whose_addresses_are_secret() -> None:
    assert found(env=("DATABASE_URL", "REDIS_URL", "AUTH_SECRET", "API_URL")).ports == (5432, 6379)
