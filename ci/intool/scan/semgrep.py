"""Semgrep's report in JSON, and the result of the gate ``rules`` from it."""

from collections.abc import Iterator, Mapping, Sequence
from typing import Any

from ci.intool.common.failure import Failure
from ci.intool.common.json_reader import Json, loaded
from ci.intool.policy import Finding, Source, at_least, gate_result, judging, waivers_from
from ci.intool.scan.trivy import REPORT_FIX
from ci.intool.scan.verdict import subjects

SEVERITY = {
    "ERROR": "high",
    "WARNING": "medium",
    "INFO": "low",
    "CRITICAL": "critical",
    "HIGH": "high",
    "MEDIUM": "medium",
    "LOW": "low",
}
"""Semgrep's severities, the old names and the new ones, to this project's."""


def semgrep(
    report: str, waivers: Sequence[Mapping[str, str]], today: str, by: Mapping[str, Any] | None = None
) -> dict[str, Any]:
    """The result of the gate ``rules`` from a report of Semgrep.

    Args:
        report: file with its JSON.
        waivers: accepted findings, of any gate.
        today: ISO 8601.
        by: how findings are judged (``ci.intool.policy.Judging``); default: the strictest.

    Returns:
        ``result``, the gate's (``ci.intool.policy.GateResult``); ``found``: ``id`` and ``subject`` of all findings,
        for the next release to compare with.

    Raises:
        Failure: the report is malformed, the scan itself failed, or it looked at no file.
    """
    document = loaded(report, "Semgrep's report", REPORT_FIX)
    found = list(findings(document))
    figures = {"files": len(document.object("paths").texts("scanned"))}
    result = gate_result("rules", found, waivers_from(waivers), today, by=judging(by), figures=figures)
    return {"result": result.to_json(), "found": subjects(found)}


def findings(document: Json) -> Iterator[Finding]:
    """Findings of a report, and one of severity ``unknown`` for each file that was not wholly read.

    Raises:
        Failure: the report is malformed, the scan itself failed, or it looked at no file.
    """
    if "results" not in document.value or "errors" not in document.value:
        raise document.wrong("has no `results` or no `errors`")
    for error in document.objects("errors"):
        if error.text("level") == "error":
            raise Failure(f"Semgrep failed: {_message(error)}", "correct the rules or the file it names")
    if not document.object("paths").texts("scanned"):
        raise Failure("Semgrep searched no file", "give it the directory with the app's source")
    for result in document.objects("results"):
        yield _finding(result)
    for error in document.objects("errors"):
        yield Finding(
            id="unread",
            severity="unknown",
            where=Source(file=error.text("path")) if error.text("path") else None,
            title=f"not wholly searched: {_message(error)}",
            fix="correct the file's syntax, or leave it out",
        )


def _finding(result: Json) -> Finding:
    extra = result.object("extra")
    word = extra.text("severity", needed=True).upper()
    if word not in SEVERITY:
        raise extra.wrong(f"is `{word}`, which is not a severity", "severity")
    metadata, severity = extra.object("metadata"), SEVERITY[word]
    return Finding(
        id=result.text("check_id", needed=True),
        severity=severity,
        where=Source(file=result.text("path", needed=True), line=result.object("start").number("line")),
        title=" ".join(extra.text("message").split()).rstrip("."),
        fix=metadata.text("fix"),
        rule=row(severity, metadata.text("confidence")),
    )


def row(severity: str, confidence: str) -> str:
    """The row of the table of policies for findings of a rule.

    Args:
        severity: of the rule, one of ``SEVERITIES``.
        confidence: that a finding is one, ``HIGH``, ``MEDIUM`` or ``LOW``; else it is not known, and counts as low.
    """
    if not at_least(severity, "high"):
        return "code-lower"
    return "code-high" if confidence == "HIGH" else "code-guess"


def _message(error: Json) -> str:
    """The first line of an error."""
    text = error.text("message") or error.text("short_msg") or "no reason is given"
    return text.strip().splitlines()[0][:200].rstrip(".:")
