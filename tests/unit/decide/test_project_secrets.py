"""What looks like a secret is refused in the pipeline file, by the same table as in the bundle."""

import pytest

from ci.decide.config.model import Build, Pipeline, Runtime, Scenario, Smoke
from ci.decide.plan.secrets_in_env import refuse
from ci.decide.project.secrets import entropy, random
from ci.engine.containers import closure
from ci.engine.tool import modules
from ci.errors import ConfigError
from ci.intool.common.secret_forms import TABLE, form, secret_by
from tests.unit.plans import plan_of
from tests.unit.programs.test_env import LOOKS

RANDOM = "3f9c1b7e5d2a48069be4c7d1f0a3e852"
NPM = "npm_" + "a1" * 18


@pytest.mark.parametrize(("name", "value", "by"), LOOKS)
def test_the_table_has_one_meaning_in_both_languages(name: str, value: str, by: str) -> None:
    assert secret_by(name, value) == by


@pytest.mark.parametrize(
    ("value", "what"),
    [
        ("-----BEGIN " + "PRIVATE KEY-----", "a private key"),
        (f"//registry.example.com/:_authToken={NPM}", "a token of npm"),
        ("redis://:hunter2@cache:6379", "a URL with a password"),
        ("Bearer eyJhbGciOiJIUzI1NiJ9.eyJyb2xlIjoiYWRtaW4ifQ.c2lnbmF0dXJl", "a JSON Web Token"),
        ("eyJhbGciOiJIUzI1NiJ9.eyJyb2xlIjoiYWRtaW4ifQé.c2lnbmF0dXJl", ""),
        ("eyJhbGciOiJIUzI1NiJ9.eyJab.c2lnbmF0dXJl", "a JSON Web Token"),
        ("https://cache.example.com/", ""),
        ("", ""),
    ],
)
def test_forms(value: str, what: str) -> None:
    assert form(value) == what


@pytest.mark.parametrize(
    ("value", "drawn"),
    [
        (RANDOM, True),
        ("7b0c9a4e-1f52-4d83-8e6a-3c5d9b20f741", True),
        ("Zk8vQ2mXr4TqLw9s", True),
        ("Zk8vQ2mXr4TqLw9", False),  # short
        ("hunter2", False),
        ("", False),
        ("only-for-the-build-never-used", False),  # no digit
        ("12345678901234567890", False),  # no letter
        ("change-me-change-me-change-me-32", False),
        ("a1" * 20, False),
    ],
)
def test_random(value: str, drawn: bool) -> None:  # noqa: FBT001  a column of the table
    assert random(value) is drawn


def test_entropy() -> None:
    assert [entropy(text) for text in ("aaaa", "abab", "abcd")] == [0, 1, 2]


def pipeline(name: str, value: str, place: str, *allowed: str) -> Pipeline:
    """A pipeline file with one variable."""
    env = {place: {"HARMLESS": "1", name: value}}
    scenario = Scenario(env=env.get("smoke", {}))
    return Pipeline(
        build=Build(env=env.get("build", {}), allow_frozen=allowed),
        runtime=Runtime(env=env.get("runtime", {})),
        smoke=Smoke(scenarios=(scenario,)),
    )


REFUSED = [
    ("ANYTHING", NPM, "its value has the form of a token of npm"),
    ("NEXT_PUBLIC_ANYTHING", NPM, "its value has the form of a token of npm"),
    ("DATABASE_URL", "postgres://me:hunter2@db/x", "its value has the form of a URL with a password"),
    ("AUTH_SECRET", RANDOM, "its name says so, and its value looks random"),
    ("api_token", RANDOM, "its name says so, and its value looks random"),
]


@pytest.mark.parametrize("place", ["build", "runtime"])
@pytest.mark.parametrize(("name", "value", "reason"), REFUSED)
def test_a_secret_is_refused_without_its_value(name: str, value: str, reason: str, place: str) -> None:
    with pytest.raises(ConfigError) as error:
        plan_of(pipeline=pipeline(name, value, place))
    assert error.value.id == "arguments.secret-in-env"
    assert error.value.facts == {"findings": [f"{place}.env.{name} ({reason})"], "names": [name]}
    assert value not in str(error.value)


@pytest.mark.parametrize(("name", "value", "_"), REFUSED)
def test_what_may_be_public_and_what_only_a_smoke_test_has_is_not(name: str, value: str, _: str) -> None:
    refuse(pipeline(name, value, "build", name))
    refuse(pipeline(name, value, "runtime", "OTHER", name))
    refuse(pipeline(name, value, "smoke"))


@pytest.mark.parametrize(
    ("name", "value"),
    [
        ("PASSWORD", "smoke-test"),
        ("AUTH_SECRET", ""),
        ("AUTH_SECRET", "only-for-the-build-never-used"),
        ("NEXT_PUBLIC_MAPS_API_KEY", RANDOM),
        ("COMMIT", RANDOM),
        ("TOKEN_URL", f"https://login.example.com/{RANDOM}"),
        ("DATABASE_URL", "postgres://db.example.test/x"),
    ],
)
def test_what_is_none_is_taken(name: str, value: str) -> None:
    refuse(pipeline(name, value, "build"))
    refuse(pipeline(name, value, "runtime"))


def test_all_are_named_at_once() -> None:
    both = Pipeline(build=Build(env={"A": NPM}), runtime=Runtime(env={"A": NPM, "B_TOKEN": RANDOM}))
    with pytest.raises(ConfigError) as error:
        refuse(both)
    findings = error.value.facts["findings"]
    assert isinstance(findings, list)
    assert [one.partition(" ")[0] for one in findings] == ["build.env.A", "runtime.env.A", "runtime.env.B_TOKEN"]
    assert error.value.facts["names"] == ["A", "B_TOKEN"]


def test_the_table_is_handed_to_whoever_reads_it() -> None:
    assert modules("checks")["ci/programs/secret-forms.json"] == TABLE.read_text("utf-8")
    assert "secret-forms.json" in closure("secrets")
