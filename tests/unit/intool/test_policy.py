"""Findings, waivers and results of gates."""

import json
from dataclasses import replace
from typing import Any, get_args

import pytest

from ci.intool.common.failure import Failure
from ci.intool.policy import (
    SEVERITIES,
    Artifact,
    Effect,
    Finding,
    GateResult,
    ImagePath,
    NotAffected,
    NotJudged,
    Package,
    Place,
    Scenario,
    Setting,
    Source,
    Stops,
    Waived,
    Warns,
    at_least,
    gate_result,
    joined,
    merged,
    not_judged,
    used,
    waivers_from,
)
from ci.intool.policy.effect import ORDER
from tests.results import places

TODAY = "2026-11-24"
LEFT, RIGHT = Package(name="left", version="1.0.0"), Package(name="right", version="2.0.0")
WORST = Finding(
    id="CVE-1",
    severity="critical",
    where=LEFT,
    title="breaks",
    fix="take 1.0.1",
    check="SC-06",
    rule="vulnerability-critical",
)
SHELL = Finding(id="FS-01", severity="high", where=ImagePath(path="bin/sh"), title="a shell", fix="remove it")
MILD = Finding(
    id="CVE-2",
    severity="low",
    where=RIGHT,
    title="may break",
    check="SC-06",
    rule="vulnerability-lower",
    effect=Warns(),
)
WAIVER = {"id": "CVE-1", "reason": "never called", "owner": "ann", "expires": TODAY}


def judged(*findings: Finding, waivers: Any = (), **over: Any) -> GateResult:
    return gate_result("some", findings, waivers_from(waivers), TODAY, **{"checks": ("SC-06", "FS-01"), **over})


def test_nothing_found() -> None:
    gate = judged()
    assert (gate.passed, gate.status, gate.findings) == (True, "passed", ())
    assert gate.checks == {"FS-01": "passed", "SC-06": "passed"}


def test_what_stops_comes_first_then_the_worst() -> None:
    gate = judged(MILD, not_judged("CFG-14", "no memory"), SHELL, WORST)
    assert [one.id for one in gate.findings] == ["CVE-1", "FS-01", "CVE-2", "CFG-14"]
    assert (gate.passed, gate.status) == (False, "failed")
    assert gate.checks == {"CFG-14": "not run", "FS-01": "failed", "SC-06": "failed"}


def test_a_warning_alone_passes() -> None:
    gate = judged(MILD)
    assert gate.passed
    assert gate.checks["SC-06"] == "passed"


@pytest.mark.parametrize(
    "waiver",
    [
        WAIVER,
        {**WAIVER, "id": "SC-06"},
        {**WAIVER, "where": "left@*"},
        {**WAIVER, "where": "left@1.0.0"},
    ],
)
def test_a_waiver_holds_to_the_end_of_its_last_day(waiver: dict[str, str]) -> None:
    gate = judged(WORST, waivers=[waiver])
    assert gate.passed
    effect = Waived(by="waivers[0]", owner="ann", until=TODAY, reason="never called")
    assert gate.findings == gate.waived == (replace(WORST, effect=effect),)
    assert gate.checks == {"FS-01": "passed", "SC-06": "waived"}


@pytest.mark.parametrize("waiver", [{**WAIVER, "where": "right@*"}, {**WAIVER, "id": "CVE-3"}])
def test_a_waiver_of_something_else_does_not_help(waiver: dict[str, str]) -> None:
    assert judged(WORST, waivers=[waiver]).checks["SC-06"] == "failed"


def test_an_expired_waiver_stops_even_where_nothing_is_found_any_more() -> None:
    expired = {**WAIVER, "expires": "2026-11-23"}
    gate = judged(WORST, waivers=[{**WAIVER, "id": "CVE-9"}, expired])
    assert places(gate) == [("waiver-expired", "waivers[1]"), ("CVE-1", "left@1.0.0")]
    gone = judged(waivers=[{**expired, "id": "FS-01"}])
    assert places(gone) == [("waiver-expired", "waivers[0]")]
    assert "renew" in gone.findings[0].fix


@pytest.mark.parametrize("number", [0, 1])
def test_of_waivers_with_one_owner_reason_and_day_the_one_that_covers_is_used(number: int) -> None:
    given = [{**WAIVER, "id": "CFG-01"}, {**WAIVER, "id": "CFG-02"}]
    given[number]["id"] = "CVE-1"
    waivers = waivers_from(given)
    assert used(waivers, [judged(WORST, waivers=given)]) == {number: waivers[number]}
    assert used(waivers, [judged()]) == {}


def test_of_waivers_that_are_equal_the_first_is_used() -> None:
    waivers = waivers_from([WAIVER, WAIVER])
    assert [*used(waivers, [judged(WORST, waivers=[WAIVER, WAIVER])])] == [0]


def test_a_waiver_counts_for_every_gate() -> None:
    waivers = waivers_from([{**WAIVER, "id": "FS-01"}, WAIVER])
    gates = [gate_result(name, [one], waivers, TODAY) for name, one in (("scan", WORST), ("hardening", SHELL))]
    assert [*used(waivers, gates)] == [0, 1]


def test_what_could_not_be_judged_is_not_passed_and_takes_no_waiver() -> None:
    gate = judged(not_judged("CFG-14", "no memory contract"), waivers=[{**WAIVER, "id": "CFG-14"}])
    assert gate.checks["CFG-14"] == "not run"
    assert [one.id for one in gate.not_judged] == ["CFG-14"]


def test_what_is_not_judged_at_one_place_does_not_change_a_check() -> None:
    gate = judged(not_judged("labels", "nobody gives them", Setting(key="labels")))
    assert "labels" not in gate.checks


def test_a_gate_of_which_no_check_was_made_was_not_run() -> None:
    assert gate_result("prove", [not_judged("SC-13", "not asked for")], [], TODAY).status == "not run"


def test_what_vex_declares_harmless_breaks_no_check() -> None:
    gate = judged(replace(WORST, effect=NotAffected(document="app.json", status="not_affected")))
    assert gate.passed
    assert gate.checks["SC-06"] == "passed"
    assert [one.id for one in gate.waived] == ["CVE-1"]


def test_the_same_finding_counts_once() -> None:
    assert judged(WORST, replace(WORST)).findings == (WORST,)


def test_a_finding_of_several_scans_is_one_and_says_which_have_it() -> None:
    paths = [replace(WORST, where=replace(LEFT, paths=(path,))) for path in ("a", "b")]
    both = merged({"linux/amd64": paths, "linux/arm64": [paths[1], MILD]})
    assert both == [replace(WORST, where=replace(LEFT, paths=("a", "b"))), replace(MILD, found_in=("linux/arm64",))]
    worse = merged({"linux/amd64": [replace(WORST, effect=Warns())], "linux/arm64": [WORST]})
    assert worse == [WORST]


def test_results_are_joined() -> None:
    gate = joined("base", [judged(MILD, checks=["SC-06"], figures={"days": 1}), judged(SHELL, checks=["FS-01"])])
    assert [one.id for one in gate.findings] == ["FS-01", "CVE-2"]
    assert (gate.name, gate.figures, gate.checks) == ("base", {"days": 1}, {"SC-06": "passed", "FS-01": "failed"})


PLACES: dict[str, Place] = {
    "src/a.ts:3": Source(file="src/a.ts", line=3),
    "src/a.ts": Source(file="src/a.ts"),
    "left@1.0.0": LEFT,
    "debian 12": Package(name="debian 12", paths=("etc/os-release",)),
    "bin/sh": ImagePath(path="bin/sh", layer="sha256:1"),
    "config.User": Setting(key="config.User"),
    "main: /api/health": Scenario(name="main", url="/api/health"),
    "main": Scenario(name="main"),
    "image: layer 0 of linux/amd64: app/x": Artifact(name="image: layer 0 of linux/amd64", path="app/x"),
    "gcr.io/a@sha256:1": Artifact(name="gcr.io/a@sha256:1"),
}
"""Text form, as the how-to documents it, to the place."""


@pytest.mark.parametrize(("text", "place"), PLACES.items())
def test_a_waiver_matches_the_text_form_of_a_place(text: str, place: Place) -> None:
    finding = replace(WORST, where=place)
    assert finding.place == text
    assert judged(finding, waivers=[{**WAIVER, "where": text}]).passed
    assert not judged(finding, waivers=[{**WAIVER, "where": f"{text}x"}]).passed


EFFECTS: list[Effect] = [
    Stops(),
    Warns(),
    Waived(by="waivers[0]", owner="ann", until=TODAY, reason="r"),
    NotAffected(document="app.json", status="fixed", reason="r"),
    NotJudged(why="w"),
]


def test_a_result_comes_back_from_json() -> None:
    places = [*PLACES.values(), None]
    findings = [replace(WORST, where=place, effect=effect) for place in places for effect in EFFECTS]
    gate = GateResult(name="a", findings=tuple(findings), figures={"ms": 1, "mb": 1.5}, checks={"A": "b"}, log=("x",))
    assert GateResult.from_json(json.loads(json.dumps(gate.to_json()))) == gate
    assert {type(one) for one in PLACES.values()} == set(get_args(Place))
    assert {type(one) for one in EFFECTS} == set(get_args(Effect)) == set(ORDER)


@pytest.mark.parametrize(
    ("path", "value", "place"),
    [
        (("name",), 1, "gate result.name is not a text"),
        (("name",), ..., "gate result.name is missing"),
        (("passed",), True, "gate result.passed is unknown"),
        (("figures",), [], "gate result.figures is not an object"),
        (("figures", "days"), "1", "gate result.figures.days is not a number"),
        (("findings",), {}, "gate result.findings is not a list"),
        (("findings", 0), "CVE-1 (critical) left: breaks", r"gate result.findings\[0\] is not an object"),
        (("findings", 0, "id"), None, r"gate result.findings\[0\].id is not a text"),
        (("findings", 0, "where", "kind"), "layer", r"gate result.findings\[0\].where.kind is 'layer'"),
        (("findings", 0, "where", "line"), 1, r"gate result.findings\[0\].where.line is unknown"),
        (("findings", 0, "where", "paths"), [1], r"gate result.findings\[0\].where.paths\[0\] is not a text"),
        (("findings", 0, "effect"), None, r"gate result.findings\[0\].effect is not an object"),
        (("findings", 0, "effect", "kind"), "waived", r"gate result.findings\[0\].effect.by is missing"),
    ],
)
def test_json_is_read_strictly(path: tuple[Any, ...], value: Any, place: str) -> None:
    document: Any = judged(WORST, figures={"days": 1}).to_json()
    inner = document
    for key in path[:-1]:
        inner = inner[key]
    if value is ...:
        del inner[path[-1]]
    else:
        inner[path[-1]] = value
    with pytest.raises(Failure, match=f"^{place}"):
        GateResult.from_json(document)


def test_a_result_holds_nothing_that_can_be_changed() -> None:
    figures = {"days": 1.0}
    gate = judged(figures=figures)
    figures["days"] = 2
    assert gate.figures == {"days": 1}
    with pytest.raises(TypeError):
        gate.checks["SC-06"] = "passed"  # type: ignore[index]


@pytest.mark.parametrize(
    ("waiver", "said"),
    [
        ({**WAIVER, "expires": "soon"}, "soon"),
        ({**WAIVER, "reason": " "}, "waivers[0].reason is empty"),
        ({**WAIVER, "whom": "x"}, "whom"),
        ({"id": "CVE-1"}, "reason"),
    ],
)
def test_a_waiver_has_to_say_everything(waiver: dict[str, str], said: str) -> None:
    with pytest.raises(Failure) as raised:
        waivers_from([waiver])
    assert said in raised.value.what


def test_severities_ascend() -> None:
    assert [at_least(severity, "medium") for severity in SEVERITIES] == [False, False, True, True, True]
