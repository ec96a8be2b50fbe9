"""The gate `load`: its arguments are those of the operation, and what the operation reads is read strictly."""

import json
from dataclasses import asdict

import pytest

from ci.decide.config.load import Load, Route
from ci.decide.config.model import Pipeline, Request, Scenario, Smoke
from ci.decide.config.security import Harden
from ci.decide.load.asked import rounds
from ci.gates.load import measured, questions
from ci.intool.common.failure import Failure
from ci.intool.load.measure import Load as Work
from ci.intool.load.measured import Measured, Round
from tests.unit.plans import plan_of


def test_the_arguments_are_those_of_the_operation() -> None:
    requests = (Request(path="/login", method="POST", json="{}"), Request(path="{chunk}"))
    smoke = Smoke(deadline=7, scenarios=(Scenario(env={"A": "b"}, requests=requests),))
    load = Load(routes=(Route(path="/a", weight=2), Route(path="/b")), session=True)
    plan = plan_of(pipeline=Pipeline(smoke=smoke, load=load, harden=Harden(memory=300)))
    given = questions(plan, rounds(plan.load, compared=True), "")
    assert given["order"] == ["image", "other", "other", "image"]
    assert {*given["images"]} == {"image", "other"}
    assert [one["path"] for one in given["load"]["asked"]["requests"]] == ["/a", "/b", "/a"]
    assert [one["path"] for one in given["questions"]] == ["/login"]
    assert (given["env"], given["deadline"], given["memory_mb"]) == ({"A": "b"}, 7, 300)
    assert Work(**given["load"]).session


def test_the_report_is_read_strictly() -> None:
    report = json.loads(json.dumps(asdict(Measured(rounds=(Round(image="image"),)))))
    assert measured(report).rounds[0].image == "image"
    del report["rounds"][0]["answers"]["lost"]
    with pytest.raises(Failure, match="lost is missing"):
        measured(report)
