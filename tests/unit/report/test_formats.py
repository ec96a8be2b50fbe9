"""Reports in text, JSON, Markdown, SARIF and JUnit: their forms, and what they say."""

import json
from collections.abc import Iterator
from dataclasses import replace
from pathlib import Path
from typing import Any
from xml.etree.ElementTree import Element

import pytest
from defusedxml.ElementTree import fromstring
from jsonschema import Draft4Validator, Draft202012Validator

from ci.intool.common.failure import Failure
from ci.intool.policy import STANDARD, Finding, GateResult, Source, Warns
from ci.report.junit import junit
from ci.report.markdown import markdown
from ci.report.report import Report
from ci.report.sarif import FINGERPRINT, sarif
from ci.report.schema import FILE, schema, text
from ci.report.text import gate_line
from tests.unit.gate_results import DIRECTORY, GATES, REPORT, snapshots

OFFICIAL = json.loads((Path(__file__).parents[1] / "data/sarif-2.1.0.schema.json").read_text("utf-8"))
DOCUMENT = sarif(REPORT)
RUN = DOCUMENT["runs"][0]
NOTHING = Report.of(REPORT.subject, [], STANDARD)


@pytest.mark.parametrize(
    "name", ["terminal.txt", "report.json", "summary.md", "results.sarif", "junit.xml", "timeline.svg"]
)
def test_what_a_report_says(name: str) -> None:
    written = (DIRECTORY / name).read_text("utf-8")
    assert snapshots()[name] == written, "run `python -m tests.unit.gate_results`, and read the difference"


def test_a_gate_is_a_line_with_its_status_and_figures() -> None:
    lines = {gate.name: gate_line(gate) for gate in GATES}
    assert lines["hardening"] == "hardening    FAILED (mb linux/amd64 79.1, files 812)"
    assert lines["base"] == "base         FAILED"
    assert lines["prove"] == "prove        not run"
    assert lines["waivers"] == "waivers      passed (used 1)"


def test_the_report_comes_back_from_json() -> None:
    document = json.loads(json.dumps(REPORT.to_json()))
    assert Report.from_json(document) == REPORT
    document["gates"][0]["findings"][0]["severe"] = True
    with pytest.raises(Failure, match=r"report.gates\[0\].findings\[0\].severe is unknown"):
        Report.from_json(document)


def test_the_report_says_whether_it_passed_and_by_which_checks() -> None:
    assert (REPORT.passed, REPORT.failed) == (False, ("rules", "hardening", "base", "smoke"))
    assert (REPORT.checks["CFG-01"], REPORT.checks["SC-06"]) == ("failed", "waived")
    assert Report.of(REPORT.subject, [GATES[-1]], STANDARD).passed


def test_the_schema_of_the_report_is_current() -> None:
    assert FILE.read_text("utf-8") == text(), "run `python -m ci.report.schema`"


def test_the_report_is_of_its_schema() -> None:
    Draft202012Validator.check_schema(schema())
    valid = Draft202012Validator(schema())
    for report in (REPORT, NOTHING):
        valid.validate(json.loads(json.dumps(report.to_json())))


@pytest.mark.parametrize(
    "change",
    [
        {"version": 2},
        {"score": 101},
        {"passed": "yes"},
        {"checks": {"CFG-01": "perhaps"}},
        {"more": 1},
        {"gates": [{"name": "a"}]},
    ],
)
def test_the_schema_refuses_what_no_report_has(change: dict[str, Any]) -> None:
    assert not Draft202012Validator(schema()).is_valid({**REPORT.to_json(), **change})


@pytest.mark.parametrize("report", [REPORT, NOTHING], ids=["some", "none"])
def test_sarif_is_of_the_official_schema(report: Report) -> None:
    Draft4Validator(OFFICIAL).validate(json.loads(json.dumps(sarif(report))))


def result(name: str) -> dict[str, Any]:
    """The result of a rule."""
    [found] = [one for one in RUN["results"] if one["ruleId"] == name]
    return dict(found)


def test_sarif_has_a_rule_for_every_result() -> None:
    rules = RUN["tool"]["driver"]["rules"]
    assert [rules[one["ruleIndex"]]["id"] for one in RUN["results"]] == [one["ruleId"] for one in RUN["results"]]
    assert len({rule["id"] for rule in rules}) == len(rules)
    assert next(rule for rule in rules if rule["id"] == "CFG-01")["properties"]["security-severity"] == "9.5"


@pytest.mark.parametrize(
    ("name", "level"),
    [
        ("CFG-01", "error"),
        ("smoke-answer", "error"),
        ("LAY-07", "warning"),
        ("CVE-2010-4756", "note"),
        ("CVE-2025-29927", "error"),
        ("CVE-2025-57752", "warning"),
    ],
)
def test_sarif_has_a_level_by_effect_and_severity(name: str, level: str) -> None:
    assert result(name)["level"] == level


def test_sarif_has_physical_locations_for_files() -> None:
    [source] = result("next-ssrf")["locations"]
    assert source["physicalLocation"] == {
        "artifactLocation": {"uri": "src/app/%5Bslug%5D/route.ts", "uriBaseId": "SRCROOT"},
        "region": {"startLine": 14},
    }
    [file] = result("FS-01")["locations"]
    assert file["physicalLocation"]["artifactLocation"] == {"uri": "usr/bin/sh", "uriBaseId": "IMAGE"}
    [package] = result("CVE-2025-29927")["locations"]
    assert package["physicalLocation"]["artifactLocation"]["uri"] == "app/node_modules/next/package.json"
    assert package["logicalLocations"] == [{"fullyQualifiedName": "next@14.2.24", "kind": "package"}]
    assert {"SRCROOT", "IMAGE"} == set(RUN["originalUriBaseIds"])


def test_sarif_has_a_physical_location_for_every_result() -> None:
    assert all(
        place["physicalLocation"]["artifactLocation"]["uri"] for one in RUN["results"] for place in one["locations"]
    )
    [scenario] = result("smoke-answer")["locations"]
    assert scenario["physicalLocation"]["artifactLocation"] == {"uri": ".", "uriBaseId": "IMAGE"}
    assert scenario["logicalLocations"] == [{"fullyQualifiedName": "no-redis: /api/health", "kind": "scenario"}]


def test_sarif_suppresses_what_is_accepted_and_says_so_of_every_result() -> None:
    suppressed = {one["ruleId"]: one["suppressions"] for one in RUN["results"]}
    assert {name for name, some in suppressed.items() if some} == {"CVE-2025-29927", "CVE-2025-57752"}
    assert "no middleware" in suppressed["CVE-2025-29927"][0]["justification"]


def test_sarif_notifies_of_what_was_not_judged() -> None:
    notified = RUN["invocations"][0]["toolExecutionNotifications"]
    assert [one["associatedRule"]["id"] for one in notified] == ["CFG-14", "smoke-platform", "SC-13"]


def test_a_fingerprint_stays_where_lines_move_and_differs_between_findings() -> None:
    def prints(*lines: int) -> list[str]:
        found = [
            Finding(id="a", severity="low", title="t", where=Source(file="x.ts", line=line), effect=Warns())
            for line in lines
        ]
        report = Report.of(REPORT.subject, [GateResult(name="rules", findings=tuple(found))], STANDARD)
        return [one["partialFingerprints"][FINGERPRINT] for one in sarif(report)["runs"][0]["results"]]

    assert prints(1, 5) == prints(3, 9)
    assert len(set(prints(1, 5))) == 2


ALLOWED = {
    "testsuites": ({"name", "tests", "failures", "errors", "skipped"}, ["testsuite"]),
    "testsuite": (
        {"name", "tests", "failures", "errors", "skipped", "timestamp"},
        ["properties", "testcase", "system-out", "system-err"],
    ),
    "properties": (set(), ["property"]),
    "property": ({"name", "value"}, []),
    "testcase": ({"name", "classname"}, ["skipped", "error", "failure", "system-out", "system-err"]),
    "skipped": ({"message"}, []),
    "failure": ({"message", "type"}, []),
    "system-out": (set(), []),
    "system-err": (set(), []),
}
"""Element to its attributes, and the elements in it in their order, as Jenkins' junit-10.xsd has them."""


def elements(root: Element) -> Iterator[Element]:
    yield root
    for inner in root:
        yield from elements(inner)


@pytest.mark.parametrize("report", [REPORT, NOTHING], ids=["some", "none"])
def test_junit_has_the_known_form(report: Report) -> None:
    root = fromstring(junit(report))
    assert root.tag == "testsuites"
    for element in elements(root):
        attributes, inner = ALLOWED[element.tag]
        assert set(element.attrib) == attributes
        order = [inner.index(one.tag) for one in element]
        assert order == sorted(order)


def test_junit_counts_what_it_has() -> None:
    root = fromstring(junit(REPORT))
    assert [suite.get("name") for suite in root] == [gate.name for gate in GATES]
    for suite in [root, *root]:
        assert int(suite.get("tests", "")) == len(suite.findall(".//testcase"))
        assert int(suite.get("failures", "")) == len(suite.findall(".//failure"))
        assert int(suite.get("skipped", "")) == len(suite.findall(".//skipped"))
    failed = {
        (case.get("classname"), case.get("name")) for case in root.iter("testcase") if case.find("failure") is not None
    }
    assert failed == {
        ("rules", "findings"),
        ("hardening", "CFG-01"),
        ("hardening", "FS-01"),
        ("base", "SC-09"),
        ("base", "findings"),
        ("smoke", "findings"),
    }
    skipped = {case.get("name") for case in root.iter("testcase") if case.find("skipped") is not None}
    assert skipped == {"CFG-14", "SC-13"}


def test_no_text_breaks_out_of_its_cell() -> None:
    odd = "a | b\n# <script> `x` [y](z)"
    finding = replace(GATES[0].findings[0], title=odd)
    lines = markdown(Report.of(REPORT.subject, [replace(GATES[0], findings=(finding,))], STANDARD)).splitlines()
    [row] = [line for line in lines if "script" in line]
    assert "&lt;script&gt;" in row
    assert row.replace("\\|", "").count("|") == 7
    assert "\\[y\\](z)" in row
