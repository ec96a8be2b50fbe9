"""Findings, waivers and the verdict."""

from dataclasses import replace
from typing import Any

import pytest

from ci.intool.common.failure import Failure
from ci.intool.policy import SEVERITIES, Finding, at_least, used, verdict, waivers_from

TODAY = "2026-11-24"
WORST = Finding(id="CVE-1", severity="critical", where="left@1.0.0", what="breaks", fix="take 1.0.1", check="SC-06")
SHELL = Finding(id="FS-01", severity="high", where="bin/sh", what="a shell", fix="remove it")
MILD = Finding(id="CVE-2", severity="low", where="right@2.0.0", what="may break", check="SC-06")
WAIVER = {"id": "CVE-1", "reason": "never called", "owner": "ann", "expires": TODAY}


def judged(*findings: Finding, waivers: Any = (), **over: Any) -> dict[str, Any]:
    return verdict(
        findings,
        waivers_from(waivers),
        TODAY,
        lambda finding: at_least(finding.severity, "high"),
        **{"checks": ("SC-06", "FS-01"), **over},
    )


def test_nothing_found() -> None:
    assert judged() == {
        "passed": True,
        "findings": [],
        "waived": [],
        "skipped": [],
        "figures": {},
        "checks": {"FS-01": "passed", "SC-06": "passed"},
        "fix": "",
        "open": [],
    }


def test_the_worst_comes_first_and_the_mild_is_a_warning() -> None:
    told = judged(MILD, SHELL, WORST)
    assert not told["passed"]
    assert told["findings"] == [str(WORST), str(SHELL), f"warning: {MILD}"]
    assert told["checks"] == {"FS-01": "failed", "SC-06": "failed"}
    assert told["fix"] == "CVE-1: take 1.0.1"
    assert [one["id"] for one in told["open"]] == ["CVE-1", "FS-01"]


def test_a_warning_alone_passes() -> None:
    told = judged(MILD)
    assert told["passed"]
    assert told["checks"]["SC-06"] == "passed"


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
    told = judged(WORST, waivers=[waiver])
    assert told["passed"]
    assert told["findings"] == []
    assert told["waived"] == [f"{WORST} (waived until {TODAY} by ann: never called)"]
    assert told["checks"] == {"FS-01": "passed", "SC-06": "waived"}


@pytest.mark.parametrize("waiver", [{**WAIVER, "where": "right@*"}, {**WAIVER, "id": "CVE-3"}])
def test_a_waiver_of_something_else_does_not_help(waiver: dict[str, str]) -> None:
    assert judged(WORST, waivers=[waiver])["checks"]["SC-06"] == "failed"


def test_an_expired_waiver_fails_even_where_nothing_is_found_any_more() -> None:
    expired = {**WAIVER, "expires": "2026-11-23"}
    told = judged(WORST, waivers=[expired])
    assert told["findings"] == ["waiver of CVE-1 by ann expired on 2026-11-23", str(WORST)]
    gone = judged(waivers=[{**expired, "id": "FS-01"}])
    assert not gone["passed"]
    assert gone["fix"] == "renew the waiver with a reason, or remove it"


def test_which_waivers_covered_something() -> None:
    waivers = waivers_from([WAIVER, {**WAIVER, "id": "CFG-01", "reason": "another"}])
    assert used(waivers, judged(WORST, waivers=[WAIVER])["waived"]) == (waivers[0],)
    assert used(waivers, []) == ()


def test_what_could_not_be_judged_is_not_passed() -> None:
    told = judged(skipped={"CFG-14": "no memory contract"})
    assert told["checks"]["CFG-14"] == "not run"
    assert told["skipped"] == ["CFG-14: no memory contract"]


def test_the_same_finding_counts_once() -> None:
    assert judged(WORST, replace(WORST))["findings"] == [str(WORST)]


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
