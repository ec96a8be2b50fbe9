"""Findings as workflow commands of GitHub Actions."""

import re

import pytest

from ci.intool.policy import STANDARD, Finding, GateResult, NotJudged, Package, Source, Stops, Waived, Warns
from ci.report.annotations import MOST, annotations
from ci.report.report import Report
from tests.unit.gate_results import REPORT

COMMAND = re.compile(r"::(error|warning) (?:[a-z]+=[^:,\n]*,?)+::[^\n]+")


def said(*findings: Finding) -> list[str]:
    """The lines for findings of one gate."""
    return annotations(Report.of(REPORT.subject, [GateResult(name="rules", findings=findings)], STANDARD)).splitlines()


def finding(**given: object) -> Finding:
    return Finding(**{"id": "A-1", "severity": "high", "title": "it is wrong", **given})  # type: ignore[arg-type]


def test_every_line_of_a_real_report_is_a_command() -> None:
    lines = annotations(REPORT).splitlines()
    assert lines
    assert [line for line in lines if not COMMAND.fullmatch(line)] == []


def test_a_finding_in_the_source_marks_its_line() -> None:
    assert said(finding(where=Source(file="app/page.tsx", line=7), fix="mend it")) == [
        "::error file=app/page.tsx,line=7,title=A-1::it is wrong%0Afix: mend it"
    ]


def test_one_about_a_whole_file_has_no_line_and_one_elsewhere_no_file() -> None:
    assert said(finding(where=Source(file="package.json"))) == ["::error file=package.json,title=A-1::it is wrong"]
    assert said(finding(where=Package(name="next", version="1"))) == ["::error title=A-1::next@1: it is wrong"]


@pytest.mark.parametrize(
    ("effect", "level"),
    [
        (Stops(), "error"),
        (Warns(), "warning"),
        (Waived(by="waivers[0]", owner="me", until="2099-01-01", reason="why"), ""),
        (NotJudged(why="why"), ""),
    ],
)
def test_what_stops_is_an_error_and_what_warns_a_warning(effect: object, level: str) -> None:
    assert [line[2:].partition(" ")[0] for line in said(finding(effect=effect))] == ([level] if level else [])


def test_no_text_ends_its_command_or_starts_another() -> None:
    [line] = said(finding(id="a,b:c", title="100%\n::error::no\r", where=Source(file="a,b:c%.ts", line=1)))
    assert line == "::error file=a%2Cb%3Ac%25.ts,line=1,title=a%2Cb%3Ac::100%25%0A::error::no%0D"


def test_those_in_files_come_first_and_the_last_says_how_many_are_left() -> None:
    of_packages = [finding(id=f"B-{n:02}", where=Package(name="p")) for n in range(MOST)]
    lines = said(*of_packages, finding(id="Z", where=Source(file="a.ts", line=1)))
    assert len(lines) == MOST
    assert "title=Z" in lines[0]
    assert lines[-1] == "::error title=next-distroless::2 more: the summary of the run has all of them"
