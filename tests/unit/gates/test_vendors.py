"""What scanners of vendors are asked, and what their exit codes and reports mean."""

import json
import re
from collections.abc import Callable, Iterator, Sequence
from dataclasses import fields
from typing import Any

import pytest

from ci.decide.config.security import Scan
from ci.decide.plan.model import Tools
from ci.errors import PublishError
from ci.gates.vendors import (
    SCOUT,
    SNYK,
    SOURCE,
    TAIL,
    Answer,
    Vendor,
    by_scout,
    by_snyk,
    hidden,
    judge,
    not_run,
    scout_image,
    snyk_image,
    snyk_source,
)
from ci.intool.policy import Finding, GateResult, Judging, Package
from tests.results import places
from tests.unit.plans import PINS

AMD = "linux/amd64"
LODASH = {
    "id": "SNYK-1",
    "severity": "high",
    "packageName": "lodash",
    "version": "4.17.0",
    "title": "Prototype\npollution",
}
ZLIB = {"id": "SNYK-2", "severity": "critical", "packageName": "zlib", "version": "1.3", "title": ""}
SARIF = {
    "runs": [
        {
            "tool": {
                "driver": {
                    "rules": [
                        {
                            "id": "CVE-1",
                            "shortDescription": {"text": "CVE-1: a flaw"},
                            "properties": {"cvssV3_severity": "HIGH", "purls": ["pkg:npm/lodash@4.17.0"]},
                        }
                    ]
                }
            },
            "results": [{"ruleId": "CVE-1"}, {"ruleId": "CVE-2"}],
        }
    ]
}
BY_SCOUT = [
    Finding(id="CVE-1", severity="high", where=Package(name="pkg:npm/lodash@4.17.0"), title="CVE-1: a flaw"),
    Finding(id="CVE-2", severity="unknown", title=""),
]
LODASH_PACKAGE = Package(name="lodash", version="4.17.0")
BY_SNYK = Finding(id="SNYK-1", severity="high", where=LODASH_PACKAGE, title="Prototype pollution")


def answer(code: int, report: object = None, where: str = AMD, stderr: str = "") -> Answer:
    """An answer with a report in JSON."""
    return Answer(where=where, code=code, stdout="" if report is None else json.dumps(report), stderr=stderr)


@pytest.mark.parametrize(
    ("scan", "source", "image"),
    [
        (Scan(), ["--severity-threshold=high", "--fail-on=all"], ["--severity-threshold=high", "--fail-on=upgradable"]),
        (Scan(severity="low", unfixed=True), ["--severity-threshold=low"], ["--severity-threshold=low"]),
    ],
)
def test_what_snyk_is_asked(scan: Scan, source: Sequence[str], image: Sequence[str]) -> None:
    assert snyk_source(scan) == ["snyk", "test", "--all-projects", "--json", *source]
    place = ["oci-archive:/image.tar", "--platform=linux/arm64"]
    assert snyk_image(scan, "/image.tar", "linux/arm64") == ["snyk", "container", "test", *place, "--json", *image]


@pytest.mark.parametrize(
    ("scan", "options"),
    [
        (Scan(), ["high,critical", "--only-fixed"]),
        (Scan(severity="low"), ["low,medium,high,critical", "--only-fixed"]),
        (Scan(severity="critical", unfixed=True), ["critical"]),
    ],
)
def test_what_scout_is_asked(scan: Scan, options: Sequence[str]) -> None:
    command = scout_image(scan, "/layout", AMD)
    assert command[:3] == ["/docker-scout", "cves", "oci-dir:///layout"]
    assert command[3:] == ["--platform", AMD, "--format", "sarif", "--exit-code", "--only-severity", *options]


@pytest.mark.parametrize(
    ("read", "report", "found"),
    [
        (by_snyk, {"vulnerabilities": [LODASH]}, [BY_SNYK]),
        (by_snyk, [{"vulnerabilities": []}, {"vulnerabilities": [LODASH]}], [BY_SNYK]),
        (by_snyk, {"vulnerabilities": [], "applications": [{"vulnerabilities": [LODASH]}]}, [BY_SNYK]),
        (
            by_snyk,
            {"vulnerabilities": [{"severity": "fatal"}]},
            [Finding(id="", severity="unknown", title="")],
        ),
        (by_scout, SARIF, BY_SCOUT),
        *(
            (read, report, [])
            for read in (by_snyk, by_scout)
            for report in (None, 1, "x", [], {}, [[{}]], {"runs": [1]})
        ),
        (by_snyk, {"vulnerabilities": {"a": 1}, "applications": {"b": 2}}, []),
        (by_scout, {"runs": [{"tool": {"driver": []}, "results": [None]}]}, []),
    ],
)
def test_reports_are_read_whatever_they_hold(
    read: Callable[[Any], Iterator[Finding]], report: object, found: list[Finding]
) -> None:
    assert list(read(report)) == found


def judged(vendor: Vendor, answers: list[Answer], policy: str = "standard") -> GateResult:
    return judge(vendor, answers, Judging(policy=policy))


@pytest.mark.parametrize(("vendor", "code"), [(SNYK, 1), (SCOUT, 2)])
def test_the_exit_code_is_the_verdict(vendor: Vendor, code: int) -> None:
    assert judged(vendor, [answer(0, {}), answer(0, {})]).passed
    refused = judged(vendor, [answer(0, {}, SOURCE), answer(code, {})])
    assert not refused.passed
    assert [one.fix for one in refused.findings] == [vendor.fix]
    assert places(refused) == [(f"{vendor.name}-report", AMD)]
    assert judged(vendor, [answer(0, {}, SOURCE), answer(code, {})], "report").passed


def test_what_is_found_is_told_once_and_the_worst_first() -> None:
    twice = {"vulnerabilities": [LODASH, ZLIB, LODASH]}
    result = judged(SNYK, [answer(1, twice), answer(0, {"vulnerabilities": [LODASH]}, SOURCE)])
    assert [(one.id, one.place, one.found_in) for one in result.findings] == [
        ("SNYK-2", "zlib@1.3", (AMD,)),
        ("SNYK-1", "lodash@4.17.0", ()),
    ]
    assert list(result.figures.items()) == [("critical", 1), ("high", 1)]


def test_what_does_not_fail_is_a_warning() -> None:
    result = judged(SCOUT, [answer(0, SARIF)])
    assert result.passed
    assert [one.effect.kind for one in result.findings] == ["warns", "warns"]
    assert result.figures == {"high": 1, "unknown": 1}


def test_a_source_without_a_supported_project_is_not_run() -> None:
    result = judged(SNYK, [answer(3, where=SOURCE), answer(0, {})])
    assert result.passed
    assert places(result, "not-judged") == [("snyk-source", SOURCE)]


@pytest.mark.parametrize(
    ("vendor", "given"),
    [
        (SNYK, answer(2, {"ok": False, "error": "Authentication failed"})),
        (SNYK, answer(3, {"error": "Authentication failed"})),
        (SNYK, answer(0, stderr="Authentication failed")),
        (SNYK, Answer(where=SOURCE, code=1, stdout="Authentication failed")),
        (SNYK, Answer(where=SOURCE, code=0, stdout="[" * 200_000, stderr="Authentication failed")),
        (SCOUT, answer(1, stderr="Authentication failed")),
        (SCOUT, answer(3, where=SOURCE, stderr="Authentication failed")),
    ],
)
def test_a_scan_without_a_verdict_is_an_error(vendor: Vendor, given: Answer) -> None:
    with pytest.raises(PublishError) as error:
        judged(vendor, [answer(0, {}), given])
    facts = error.value.facts
    assert (error.value.id, facts["vendor"], facts["where"]) == ("judging.vendor", vendor.name, given.where)
    assert str(facts["problem"]).startswith(f"exit code {given.code}")
    assert given.code == 0 or "Authentication failed" in str(facts["output"])


def test_an_error_has_the_last_words_alone() -> None:
    with pytest.raises(PublishError) as error:
        judged(SCOUT, [answer(1, stderr="\n".join(f"line {n}" for n in range(100)))])
    assert re.findall(r"line (\d+)", str(error.value.facts["output"])) == [str(n) for n in range(100 - TAIL, 100)]


def test_the_token_is_in_no_text() -> None:
    assert hidden("401 for s3cret: s3cret", "s3cret") == "401 for ***: ***"
    assert hidden("all", "") == "all"


def test_what_is_not_asked_says_so_in_one_line() -> None:
    line = not_run("scout", ["--user NAME", "--token env:DOCKER_TOKEN"])
    assert line == "scout        not run: it asks its vendor in your name; pass --user NAME --token env:DOCKER_TOKEN"


def test_no_plan_needs_an_image_of_a_vendor() -> None:
    assert PINS.image("snyk").name.startswith("docker.io/snyk/snyk:")
    assert not {"snyk", "scout"} & {field.name for field in fields(Tools)}
