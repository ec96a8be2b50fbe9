"""The result of a load for people and for programs."""

import json
import math

from ci.decide.config.load import Load, Thresholds
from ci.decide.load.asked import OTHER, THIS
from ci.decide.load.verdict import judge
from ci.intool.load.measured import Measured
from ci.report.load import bars, document, text
from tests.unit.decide.test_load import TRUST, one

LOAD = Load(rate=40, connections=5)


def test_the_text_has_verdict_numbers_and_histogram() -> None:
    said = text(judge(Measured(rounds=(one(),)), LOAD, "default", TRUST), LOAD)
    assert said.startswith("load         passed (requests ")
    for part in (
        "asked        40 requests/s over 5",
        "P95",
        "200: ",
        "failed       none",
        "RSS 50 MiB before, 60 after",
        "####",
    ):
        assert part in said


def test_a_failure_stands_below_the_gate_with_its_next_step() -> None:
    load = Load(rate=40, thresholds=Thresholds(p95=1))
    said = text(judge(Measured(rounds=(one(),)), load, "default", TRUST), load)
    assert said.startswith("load         FAILED")
    assert "1 ms are allowed" in said
    assert "load.thresholds.p95" in said


def test_two_images_stand_side_by_side() -> None:
    said = text(judge(Measured(rounds=(one(), one(OTHER))), LOAD, "default", TRUST), LOAD)
    assert "compared" in said
    row = next(line for line in said.splitlines() if "P95 ms  " in line)
    assert row.endswith("1.00")


def test_bars_are_as_long_as_their_share() -> None:
    lines = list(bars({1.0: 10, 2.0: 5, math.inf: 0}))
    assert [line.count("#") for line in lines] == [40, 20, 0]
    assert lines[2].strip().startswith("> 2 ms")


def test_the_json_is_one_document_without_infinity() -> None:
    found = json.loads(document(judge(Measured(rounds=(one(),)), LOAD, "default", TRUST), LOAD), parse_constant=str)
    assert found["passed"] is True
    assert found["other"] is None
    assert found["image"]["requests"] == found["image"]["codes"]["200"]
    assert [*found["image"]["histogram"][0]] == ["to_ms", "answers"]
    assert THIS in found
