"""What the doctor says of an app that a build does not."""

from datetime import date
from typing import Any

import pytest

from ci.decide.config.model import Health, Pipeline, Runtime
from ci.decide.doctor.app import examine, files, ignored
from ci.decide.ecosystems import by_id
from ci.decide.ecosystems.locked import Locked
from ci.messages import catalogue
from tests.unit.plans import PINS, app, plan_of

DAY = date(2026, 12, 1)
SHARP = (Locked(name="next", version="15.5.0"), Locked(name="sharp", version="0.34.0"))
NO_SHARP = (Locked(name="next", version="15.5.0"),)
FINE: dict[str, Any] = {"unoptimized": True, "health": ("/api/health", "/")}
PNPM: dict[str, Any] = {"manager": by_id("pnpm"), "manager_version": "10.14.0", "lockfile": "pnpm-lock.yaml"}
WRITABLE = Pipeline(runtime=Runtime(writable=(".next/cache/",)))


def begins(message: str) -> str:
    return catalogue()[message].what.partition("{")[0]


def said(pipeline: Pipeline | None = None, today: date = DAY, **facts: Any) -> list[tuple[str, str]]:
    return [(one.level, one.text) for one in examine(plan_of(app(**{**FINE, **facts}), pipeline), today)]


@pytest.mark.parametrize(
    ("facts", "pipeline", "level", "message"),
    [
        ({"health": ("/",)}, None, "advice", "doctor.no-health-route"),
        (
            {**PNPM, "reasons": {"node": "default", "manager": "pnpm-lock.yaml"}},
            None,
            "advice",
            "doctor.no-package-manager",
        ),
        ({"unoptimized": False, "locked": NO_SHARP, "next": "15.5.0"}, WRITABLE, "warning", "doctor.no-sharp"),
        ({"unoptimized": False, "locked": NO_SHARP, "next": "14.2.0"}, WRITABLE, "advice", "doctor.slow-optimizer"),
        ({"unoptimized": False, "locked": SHARP}, None, "advice", "doctor.optimizer-cache"),
    ],
)
def test_what_is_wrong(facts: dict[str, Any], pipeline: Pipeline | None, level: str, message: str) -> None:
    ((found, text),) = said(pipeline, **facts)
    assert (found, text.startswith(begins(message))) == (level, True)


@pytest.mark.parametrize(
    ("facts", "pipeline"),
    [
        ({}, None),
        ({"health": ("/",)}, Pipeline(runtime=Runtime(health=Health(path="/up")))),
        ({**PNPM, "reasons": {"node": "default", "manager": "pnpm-lock.yaml, packageManager"}}, None),
        ({"unoptimized": False, "locked": SHARP}, WRITABLE),
        # A lockfile in a format that is not read says nothing of sharp.
        ({"unoptimized": False, "locked": ()}, WRITABLE),
        ({"unoptimized": False, "locked": NO_SHARP, "output": "export"}, None),
    ],
)
def test_what_is_not(facts: dict[str, Any], pipeline: Pipeline | None) -> None:
    assert said(pipeline, **facts) == []


def test_the_end_of_nodejs_is_named_before_it_comes() -> None:
    end = date.fromisoformat(PINS.eol["node22"])
    assert said(today=end.replace(year=end.year - 1)) == []
    ((level, text),) = said(today=end.replace(day=1))
    assert (level, text) == ("advice", f"the support of Node.js 22 ends on {end}")


@pytest.mark.parametrize(
    ("rules", "left_out"),
    [
        ("", False),
        (".env", False),
        (".env*", True),
        ("node_modules\n/.env.*\n", True),
        ("**/.env.local", True),
        ("# .env*", False),
        (".env*\n!.env.local", False),
        ("!.env.local\n.env*", True),
    ],
)
def test_what_a_rule_leaves_out(rules: str, *, left_out: bool) -> None:
    assert ignored(rules, ".env.local") == left_out


def test_variables_of_this_machine_do_not_belong_into_git() -> None:
    (one,) = files({".gitignore": "node_modules"})
    assert (one.level, one.text) == ("warning", ".gitignore does not leave out .env.local, .env.production.local")
    assert list(files({".gitignore": ".env*.local"})) == []
    assert [one.level for one in files({})] == ["warning"]


def test_caches_that_nothing_reads() -> None:
    dead = "jobs:\n  a:\n    env:\n      _EXPERIMENTAL_DAGGER_CACHE_CONFIG: type=gha\n"
    (one,) = files({".gitignore": ".env*", ".github/workflows/a.yml": dead})
    assert one.level == "warning"
    assert one.text.startswith(".github/workflows/a.yml:4: _EXPERIMENTAL_DAGGER_CACHE_CONFIG has no effect: ")
    commented = "# _EXPERIMENTAL_DAGGER_CACHE_CONFIG: no more\n"
    assert list(files({".gitignore": ".env*", ".github/workflows/a.yml": commented})) == []
    assert list(files({".gitignore": ".env*", "Dockerfile": dead})) == []
