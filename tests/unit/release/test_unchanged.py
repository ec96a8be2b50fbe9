"""Which release is the same as one before: all that it depends on is in its key."""

from dataclasses import replace
from datetime import UTC, datetime
from typing import Any

import dagger
import pytest

from ci.decide.config.model import Pipeline
from ci.decide.config.security import Harden
from ci.decide.plan.cache_inputs import of_release
from ci.decide.plan.model import Plan
from ci.engine.signing import Signing
from ci.gates.database import Database
from ci.release.unchanged import key_of, until
from tests.unit.plans import plan_of

TODAY = datetime(2026, 11, 24, 12, tzinfo=UTC)
FILES = {"package.json": "f 644 sha256:1"}


def key(plan: Plan | None = None, signing: Signing | None = None, files: Any = None, **changed: Any) -> str:
    plan = plan or planned()
    inputs = {**of_release(plan, files or FILES), "pipeline": "1"}
    given = {"secrets": ["seed"], "marks": "12345678", "lockfile": "ab", **changed}
    return key_of(plan, signing or Signing(), {**inputs, **given.pop("inputs", {})}, **given)


def planned(pipeline: Pipeline | None = None, **asked: Any) -> Plan:
    return plan_of(pipeline=pipeline, **{"now": TODAY, "address": "ghcr.io/acme/app:1", **asked})


def test_the_same_of_the_same_day_is_known() -> None:
    assert key() == key(planned(now=TODAY.replace(hour=23)))


OTHERS: dict[str, dict[str, Any]] = {
    "day": {"plan": planned(now=TODAY.replace(day=25))},
    "tag": {"plan": planned(address="ghcr.io/acme/app:2")},
    "repository": {"plan": planned(address="ghcr.io/acme/other:1")},
    "policy": {"plan": planned(policy="strict")},
    "limit": {"plan": planned(Pipeline(harden=Harden(base_age=1)))},
    "revision": {"plan": planned(revision="a" * 40)},
    "cache": {"plan": planned(cache="write")},
    "source": {"files": {"package.json": "f 644 sha256:2"}},
    "pipeline": {"inputs": {"pipeline": "2"}},
    "secret": {"secrets": ["npmrc", "seed"]},
    "value of a secret": {"marks": "87654321"},
    "lockfile": {"lockfile": "cd"},
    "actor": {"signing": Signing(actor="ann")},
    "builder": {"signing": Signing(builder="https://example.com/builder")},
    "origin": {"signing": Signing(source="https://git.example/app#1")},
    "signed": {"signing": Signing(key=dagger.Secret.__new__(dagger.Secret))},
}


@pytest.mark.parametrize("changed", OTHERS.values(), ids=OTHERS)
def test_what_a_release_depends_on_makes_it_another(changed: dict[str, Any]) -> None:
    assert key(**changed) != key()


def test_another_tag_of_the_database_is_another_release() -> None:
    plan = planned()
    trust = replace(plan.trust, database=replace(plan.trust.database, digest="sha256:2"))
    assert key(replace(plan, trust=trust)) != key(plan)


def test_a_database_may_be_used_as_long_as_the_pipeline_file_says() -> None:
    def database(*, stand_in: bool) -> Database:
        status = {"updated": "2026-11-24T06:00:00+00:00", "stand_in": stand_in}
        return Database(cache=dagger.Directory.__new__(dagger.Directory), reference="", status=status)

    assert until(database(stand_in=False), 24) == "2026-11-25T06:00:00+00:00"
    assert until(database(stand_in=True), 24) == ""
