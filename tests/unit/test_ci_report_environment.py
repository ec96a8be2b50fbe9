"""What the bundle does with variables: the verdict, and the table for people."""

from typing import Any

import pytest

from ci.gates.environment import judge
from ci.report.environment import table

FILE = ".next/static/x.js"


def variable(name: str = "API_TOKEN", **changes: Any) -> dict[str, Any]:
    """A variable as ``env.cjs`` tells of it."""
    return {"name": name, "where": {}, "set": ["source", "build"], "secret": "", "searched": True, **changes}


@pytest.mark.parametrize(
    ("changes", "finding"),
    [
        (
            {"secret": "name", "where": {"browser": FILE, "frozen": "b"}},
            f"API_TOKEN looks like a secret by its name, and browsers get its value ({FILE})",
        ),
        (
            {"secret": "value", "where": {"frozen": FILE, "runtime": "b"}},
            f"API_TOKEN looks like a secret by its value, and its value is frozen ({FILE})",
        ),
        (
            {"secret": "name", "where": {"frozen": ""}},
            "API_TOKEN looks like a secret by its name, and its value is frozen",
        ),
        (
            {"name": "NEXT_PUBLIC_KEY", "secret": "value", "where": {"browser": FILE}},
            f"NEXT_PUBLIC_KEY looks like a secret by its value, and browsers get its value ({FILE})",
        ),
    ],
)
def test_a_secret_in_the_bundle_fails_unless_it_is_allowed(changes: dict[str, Any], finding: str) -> None:
    one = variable(**changes)
    result = judge({"variables": [one, variable("OTHER")]}, ["OTHER"])
    assert (result.name, result.passed, result.findings) == ("environment", False, (finding,))
    assert "build.allow-frozen" in result.fix
    allowed = judge({"variables": [one]}, [one["name"]])
    assert (allowed.passed, allowed.findings) == (True, ())


@pytest.mark.parametrize(
    ("changes", "finding"),
    [
        (
            {"name": "NEXT_PUBLIC_API_KEY", "secret": "name", "where": {"browser": FILE}},
            f"NEXT_PUBLIC_API_KEY looks like a secret by its name, and browsers get its value ({FILE})",
        ),
        (
            {"name": "NEXT_PUBLIC_X", "where": {"undefined": FILE, "runtime": "b"}},
            f"NEXT_PUBLIC_X is undefined in browsers, which read it ({FILE}): Next.js did not inline it",
        ),
        (
            {"set": ["build", "image"], "where": {"frozen": FILE}},
            f"API_TOKEN is set in the image, but the build froze its value ({FILE}): no change has effect",
        ),
        (
            {"set": [".env"], "where": {"runtime": FILE}},
            "API_TOKEN is read at run time and set in a .env file, which is not in the image: set it in runtime.env",
        ),
    ],
)
def test_what_surprises_is_a_warning(changes: dict[str, Any], finding: str) -> None:
    result = judge({"variables": [variable(**changes)]}, [])
    assert (result.passed, result.findings) == (True, (f"warning: {finding}",))


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
    assert (result.passed, result.findings, result.skipped) == (True, (), ())


def test_errors_come_before_warnings() -> None:
    warning = variable("NEXT_PUBLIC_A", where={"undefined": FILE})
    error = variable("Z_TOKEN", secret="name", where={"browser": FILE})
    findings = judge({"variables": [warning, error]}, []).findings
    assert [finding.split()[0] for finding in findings] == ["Z_TOKEN", "warning:"]


@pytest.mark.parametrize(
    ("origins", "searched", "secret", "skipped"),
    [
        (["build"], False, "name", True),
        ([".env"], False, "name", True),
        (["next.config"], False, "name", True),
        (["source", "image", "example"], False, "name", False),
        (["build"], True, "name", False),
        (["build"], False, "", False),
    ],
)
def test_a_secret_that_could_not_be_looked_for_is_told(
    origins: list[str], *, searched: bool, secret: str, skipped: bool
) -> None:
    one = variable(set=origins, searched=searched, secret=secret, where={"runtime": FILE})
    told = judge({"variables": [{**one, "set": [*origins, "image"]}]}, []).skipped
    assert told == (("API_TOKEN: its value is too common to be found in the bundle",) if skipped else ())


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
