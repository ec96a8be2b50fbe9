"""The result of the smoke test, and the scenario that `debug` opens."""

from dataclasses import replace
from typing import Any

import pytest

from ci.commands.refusal import failed_scenario, refuse
from ci.decide.config.model import Scenario
from ci.errors import PublishError
from ci.gates.in_image import _report
from ci.gates.smoke import judge
from ci.intool.policy import Finding, GateResult, Warns
from ci.intool.policy import Scenario as Place
from tests.results import found, places
from tests.unit.plans import plan_of

AMD, ARM = "linux/amd64", "linux/arm64"
FINE: dict[str, Any] = {"readyMs": 7, "findings": [], "log": ["listening"]}
WRONG: dict[str, Any] = {
    "readyMs": 9,
    "findings": [{"id": "smoke-answer", "url": "/api", "title": "GET: status 500, expected 200"}],
    "log": ["no database"],
}


def test_a_finding_names_its_scenario_and_url_as_data() -> None:
    gate = judge({"redis": FINE, "no-redis": WRONG}, [AMD], AMD)
    assert [(one.id, one.where) for one in found(gate)] == [("smoke-answer", Place(name="no-redis", url="/api"))]
    assert gate.log == ("no database",)
    assert gate.figures == {"redis ready ms": 7, "no-redis ready ms": 9}


def test_what_is_to_be_known_of_an_app_that_runs_stops_nothing() -> None:
    warned = {"id": "smoke-start-page", "url": "/", "title": "the start page answers 500; the health check asks /up"}
    gate = judge({"main": {**FINE, "warnings": [warned]}}, [AMD], AMD)
    assert gate.passed
    assert [(one.id, one.where, one.effect) for one in gate.findings] == [
        ("smoke-start-page", Place(name="main", url="/"), Warns())
    ]
    assert "runtime.health.path" in gate.findings[0].fix


def test_platforms_that_the_engine_does_not_run_are_not_judged() -> None:
    gate = judge({"main": FINE}, [AMD, ARM], AMD)
    assert gate.passed
    assert places(gate, "not-judged") == [("smoke-platform", ARM)]


def test_a_program_that_printed_no_report_is_a_finding_of_its_scenario() -> None:
    gate = judge({"main": _report("Segmentation fault\n")}, [AMD], AMD)
    assert places(gate) == [("test-ended", "main")]
    assert gate.log == ("Segmentation fault",)


@pytest.mark.parametrize(
    ("reports", "wanted"),
    [
        ({"redis": FINE, "no-redis": WRONG}, "no-redis"),
        ({"redis": WRONG, "no-redis": WRONG}, "redis"),
        ({"redis": FINE, "no-redis": FINE}, "redis"),
    ],
)
def test_the_scenario_that_failed_is_opened(reports: dict[str, Any], wanted: str) -> None:
    scenarios = [Scenario(name=name) for name in reports]
    assert failed_scenario(scenarios, [GateResult(name="scan"), judge(reports, [AMD], AMD)]).name == wanted


def test_a_gate_that_failed_is_an_error_with_findings_log_and_fix() -> None:
    gate = judge({"main": WRONG}, [AMD], AMD)
    with pytest.raises(PublishError) as error:
        refuse(plan_of(), [gate, GateResult(name="scan")], None, "nothing was pushed")
    assert (error.value.id, error.value.facts["names"]) == ("gates.failed", "smoke")
    assert str(gate.findings[0]) in str(error.value.facts["findings"])
    assert "  | no database" in str(error.value.facts["findings"])
    assert error.value.facts["fixes"] == f"{gate.findings[0].id}: {gate.findings[0].fix}"
    assert error.value.state is None
    assert error.value.reported
    refuse(plan_of(), [GateResult(name="scan")], None, "nothing was pushed")


def test_of_a_gate_alone_the_error_has_all_and_there_is_no_report() -> None:
    warning = Finding(id="odd", severity="low", title="odd", effect=Warns())
    gate = replace(judge({"main": WRONG}, [AMD], AMD), name="smoke")
    gate = replace(gate, findings=(*gate.findings, warning))
    with pytest.raises(PublishError) as few:
        refuse(plan_of(), [gate], None, "nothing was pushed")
    with pytest.raises(PublishError) as all_:
        refuse(plan_of(), [gate], None, "nothing was pushed", full=True)
    assert "… and 1 warning of smoke: all in the report" in str(few.value)
    assert "  - warning: odd (low): odd" in str(all_.value)
    assert not all_.value.reported
