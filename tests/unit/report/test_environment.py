"""What the bundle does with variables: the verdict, and the table for people."""

from dataclasses import replace
from datetime import UTC, datetime
from typing import Any

import pytest

from ci.decide.config.model import Baseline, Build, Pipeline
from ci.gates import environment
from ci.gates.environment import REAL, dummies, secrets
from ci.intool.policy import STANDARD, STRICT, BaselineEntry, GateResult, Waiver
from ci.report.environment import table
from tests.results import places
from tests.unit.plans import plan_of

FILE = ".next/static/x.js"
TODAY = datetime(2026, 11, 24, 12, tzinfo=UTC)


def variable(name: str = "API_TOKEN", **changes: Any) -> dict[str, Any]:
    """A variable as ``env.cjs`` reports it."""
    return {"name": name, "where": {}, "set": ["source", "build"], "secret": "", "searched": True, **changes}


def judge(report: Any, allowed: list[str], policy: str = STRICT, **accepted: Any) -> GateResult:
    """The result for a plan."""
    pipeline = Pipeline(policy=policy, build=Build(allow_frozen=tuple(allowed)), **accepted)
    return environment.judge(plan_of(pipeline=pipeline, now=TODAY), report)


@pytest.mark.parametrize(
    ("changes", "finding"),
    [
        ({"secret": "name", "where": {"browser": FILE, "frozen": "b"}}, "secret-in-browser"),
        ({"secret": "value", "where": {"frozen": FILE, "runtime": "b"}}, "secret-frozen"),
        ({"secret": "value", "set": ["build", "dummy"], "where": {"frozen": FILE}}, "secret-frozen"),
        ({"secret": "name", "where": {"frozen": ""}}, "secret-frozen"),
        ({"name": "NEXT_PUBLIC_KEY", "secret": "value", "where": {"browser": FILE}}, "secret-in-browser"),
    ],
)
def test_a_secret_in_the_bundle_fails_unless_it_is_allowed(changes: dict[str, Any], finding: str) -> None:
    one = variable(**changes)
    result = judge({"variables": [one, variable("OTHER")]}, ["OTHER"])
    assert (result.name, result.passed, places(result)) == ("environment", False, [(finding, one["name"])])
    assert FILE in result.findings[0].title or FILE not in one["where"].values()
    assert "build.allow-frozen" in result.findings[0].fix
    allowed = judge({"variables": [one]}, [one["name"]])
    assert (allowed.passed, allowed.findings) == (True, ())


@pytest.mark.parametrize(
    ("changes", "finding"),
    [
        ({"name": "NEXT_PUBLIC_API_KEY", "secret": "name", "where": {"browser": FILE}}, "secret-in-browser"),
        ({"name": "NEXT_PUBLIC_X", "where": {"undefined": FILE, "runtime": "b"}}, "variable-undefined"),
        ({"set": ["build", "image"], "where": {"frozen": FILE}}, "variable-without-effect"),
        ({"set": [".env"], "where": {"runtime": FILE}}, "variable-not-in-image"),
        ({"set": ["build", "dummy"], "where": {"frozen": FILE, "runtime": "b"}}, "dummy-frozen"),
        ({"set": ["build", "dummy"], "secret": "name", "where": {"frozen": FILE}}, "dummy-frozen"),
        ({"set": ["build", "dummy"], "where": {"frozen": "b", "browser": FILE}}, "dummy-in-browser"),
    ],
)
def test_what_surprises_is_a_warning(changes: dict[str, Any], finding: str) -> None:
    one = variable(**changes)
    result = judge({"variables": [one]}, [], STANDARD)
    assert (result.passed, places(result, "warns")) == (True, [(finding, one["name"])])


def test_a_dummy_in_the_bundle_stops_a_strict_release() -> None:
    one = variable("API_URL", set=["build", "dummy"], where={"browser": FILE})
    result = judge({"variables": [one]}, [])
    assert (result.passed, result.findings[0].fix) == (False, REAL)
    assert judge({"variables": [one]}, ["API_URL"]).passed


SECRET = variable(secret="name", where={"browser": FILE})
DUMMY = variable("API_URL", set=["build", "dummy"], where={"browser": FILE})


def test_a_waiver_accepts_a_finding_for_a_time() -> None:
    waiver = Waiver(id="secret-in-browser", where="API_TOKEN", reason="of a map", owner="ann", expires="9999-12-31")
    result = judge({"variables": [SECRET]}, [], waivers=(waiver,))
    assert (result.passed, places(result, "waived")) == (True, [("secret-in-browser", "API_TOKEN")])
    over = replace(waiver, expires="2000-01-01")
    result = judge({"variables": [SECRET]}, [], waivers=(over,))
    assert {name for name, _ in places(result)} == {"secret-in-browser", "waiver-expired"}


@pytest.mark.parametrize(("one", "passes"), [(DUMMY, True), (SECRET, False)])
def test_a_baseline_accepts_what_does_not_always_stop(one: dict[str, Any], passes: bool) -> None:  # noqa: FBT001
    names = ("dummy-in-browser", "API_URL"), ("secret-in-browser", "API_TOKEN")
    entries = tuple(BaselineEntry(id=name, where=where, until="9999-12-31") for name, where in names)
    assert judge({"variables": [one]}, [], baseline=Baseline(owner="ann", findings=entries)).passed is passes


def test_what_a_try_says_of_the_bundle() -> None:
    result = judge({"variables": [SECRET, DUMMY]}, [])
    assert [one.place for one in dummies(result)] == ["API_URL"]
    assert [one.place for one in secrets(result)] == ["API_TOKEN"]


@pytest.mark.parametrize(
    "changes",
    [
        {"secret": "name", "where": {"runtime": FILE}},
        {"secret": "value", "where": {"unused": ""}},
        {"secret": "", "where": {"browser": FILE, "frozen": FILE}},
        {"set": ["image"], "where": {"frozen": FILE, "runtime": FILE}},
        {"set": [".env", "image"], "where": {"runtime": FILE}},
        {"set": [".env"], "where": {"frozen": FILE}},
    ],
)
def test_what_is_as_it_should_be(changes: dict[str, Any]) -> None:
    result = judge({"variables": [variable(**changes)]}, [])
    assert (result.passed, result.findings) == (True, ())


def test_errors_come_before_warnings() -> None:
    warning = variable("NEXT_PUBLIC_A", where={"undefined": FILE})
    error = variable("Z_TOKEN", secret="name", where={"browser": FILE})
    findings = judge({"variables": [warning, error]}, []).findings
    assert [finding.place for finding in findings] == ["Z_TOKEN", "NEXT_PUBLIC_A"]


@pytest.mark.parametrize(
    ("origins", "searched", "secret", "skipped"),
    [
        (["build"], False, "name", True),
        ([".env"], False, "name", True),
        (["next.config"], False, "name", True),
        (["source", "image", "example"], False, "name", False),
        (["build"], True, "name", False),
        (["build"], False, "", False),
        (["build", "dummy"], False, "", True),
        (["build", "dummy"], True, "", False),
    ],
)
def test_a_secret_that_could_not_be_looked_for_is_told(
    origins: list[str], *, searched: bool, secret: str, skipped: bool
) -> None:
    one = variable(set=origins, searched=searched, secret=secret, where={"runtime": FILE})
    result = judge({"variables": [{**one, "set": [*origins, "image"]}]}, [])
    wanted = [("variable-not-searched", "API_TOKEN")] if skipped else []
    assert places(result, "not-judged") == wanted


def test_figures_count_variables() -> None:
    variables = [
        variable("A", where={"frozen": "", "browser": ""}),
        variable("B", where={"frozen": "", "runtime": ""}),
        variable("C", where={"unused": ""}),
        variable("D", where={"build": ""}),
    ]
    figures = judge({"variables": variables}, []).figures
    assert figures == {"frozen": 2, "read at run time": 1, "in browsers": 1, "unused": 1}


def test_the_table() -> None:
    variables = [
        variable("API", where={"frozen": FILE, "runtime": FILE}),
        variable("NEXT_PUBLIC_SITE", where={"frozen": FILE, "browser": FILE}),
        variable("NEXT_PUBLIC_X", where={"undefined": FILE}),
        variable("SKIP_CHECKS", where={"build": ""}),
        variable("OLD", where={"unused": ""}),
    ]
    assert table({"variables": variables}).splitlines() == [
        "| name             | frozen at build | server, at run time | browser   | unused     |",
        "| ---------------- | --------------- | ------------------- | --------- | ---------- |",
        "| API              | yes             | yes                 |           |            |",
        "| NEXT_PUBLIC_SITE | yes             |                     | yes       |            |",
        "| NEXT_PUBLIC_X    |                 |                     | undefined |            |",
        "| SKIP_CHECKS      |                 |                     |           | build only |",
        "| OLD              |                 |                     |           | yes        |",
    ]


def test_the_table_of_no_variable() -> None:
    assert table({"variables": []}).count("\n") == 1
