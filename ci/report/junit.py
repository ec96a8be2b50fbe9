"""A report as JUnit XML, in the form that Jenkins, GitLab and GitHub's actions read. Pure.

A gate is a suite. Each check of it is a test case; what breaks no check is one more, ``findings``.
"""

import re
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from xml.etree.ElementTree import Element, SubElement, indent, tostring

from ci.intool.policy import NOT_RUN, Finding, GateResult, NotJudged
from ci.report.report import Report
from ci.report.text import finding_line

OTHERS = "findings"
"""Test case of what breaks no check."""

_UNFIT = re.compile("[^\t\n\r\x20-\ud7ff\ue000-\ufffd\U00010000-\U0010ffff]")
"""What XML 1.0 cannot hold (production 2, "Char")."""


@dataclass(frozen=True)
class _Case:
    """A test case: name, what is about it, and whether it was not run."""

    name: str
    findings: Sequence[Finding]
    skipped: bool

    @property
    def failed(self) -> bool:
        return any(finding.stops for finding in self.findings)


def junit(report: Report) -> str:
    """The document."""
    suites = [(gate, list(_cases(gate))) for gate in report.gates]
    counts = _counts([case for _, cases in suites for case in cases])
    root = Element("testsuites", {"name": report.subject.name, **counts})
    for gate, cases in suites:
        suite = SubElement(root, "testsuite", {"name": gate.name, "timestamp": report.subject.time, **_counts(cases)})
        if gate.figures:
            figures = SubElement(suite, "properties")
            for name, value in gate.figures.items():
                SubElement(figures, "property", name=name, value=f"{value:.10g}")
        for case in cases:
            _case(suite, gate, case)
        if gate.log:
            SubElement(suite, "system-err").text = _fit("\n".join(gate.log))
    indent(root)
    return f'<?xml version="1.0" encoding="UTF-8"?>\n{tostring(root, encoding="unicode")}\n'


def _cases(gate: GateResult) -> Iterator[_Case]:
    for check, outcome in gate.checks.items():
        yield _Case(check, [one for one in gate.findings if _check(one) == check], outcome == NOT_RUN)
    others = [one for one in gate.findings if _check(one) not in gate.checks]
    if others or not gate.checks:
        yield _Case(OTHERS, others, bool(others) and all(isinstance(one.effect, NotJudged) for one in others))


def _check(finding: Finding) -> str:
    return finding.check or finding.id


def _counts(cases: Sequence[_Case]) -> dict[str, str]:
    failures = sum(case.failed for case in cases)
    skipped = sum(case.skipped and not case.failed for case in cases)
    return {"tests": f"{len(cases)}", "failures": f"{failures}", "errors": "0", "skipped": f"{skipped}"}


def _case(suite: Element, gate: GateResult, case: _Case) -> None:
    element = SubElement(suite, "testcase", classname=gate.name, name=case.name)
    stopping = [finding for finding in case.findings if finding.stops]
    if stopping:
        message = f"{len(stopping)} finding{'s' if len(stopping) > 1 else ''}: {stopping[0]}"
        failure = SubElement(element, "failure", message=_fit(message), type=stopping[0].severity)
        failure.text = _fit("\n".join(f"{one}\n  fix: {one.fix}" if one.fix else str(one) for one in stopping))
    elif case.skipped:
        reasons = [str(one) for one in case.findings if isinstance(one.effect, NotJudged)]
        SubElement(element, "skipped", message=_fit("; ".join(reasons)))
    noted = [one for one in case.findings if not one.stops and not (case.skipped and isinstance(one.effect, NotJudged))]
    if noted:
        SubElement(element, "system-out").text = _fit("\n".join(map(finding_line, noted)))


def _fit(text: str) -> str:
    return _UNFIT.sub("\ufffd", text)
