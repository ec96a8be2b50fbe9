"""A report as SARIF 2.1.0 (OASIS Standard, "Static Analysis Results Interchange Format"). Pure."""

import hashlib
from collections import Counter
from collections.abc import Iterator, Mapping
from typing import Any
from urllib.parse import quote

from ci.intool.checks.table import CHECKS
from ci.intool.policy import (
    Finding,
    GateResult,
    ImagePath,
    NotAffected,
    NotJudged,
    Package,
    Place,
    Source,
    Stops,
    Waived,
    Warns,
)
from ci.report.report import Report

SCHEMA = "https://docs.oasis-open.org/sarif/sarif/v2.1.0/errata01/os/schemas/sarif-schema-2.1.0.json"
HOME = "https://github.com/next-distroless/next-distroless"
SOURCE, IMAGE = "SRCROOT", "IMAGE"
"""Names of the directories that paths are relative to (section 3.14.14)."""

WHOLE = "."
"""Path of the whole source, or of the whole image: of what is in no file."""

OF_SOURCE = ("rules", "source")
"""Gates whose paths are of the app's source."""

LEVELS = {"critical": "error", "high": "error", "medium": "warning", "low": "note", "unknown": "note"}
"""Severity to the level of a finding that stops nothing."""

SCORES = {"critical": "9.5", "high": "8.0", "medium": "5.5", "low": "2.0", "unknown": "0.0"}
"""Severity to ``security-severity``, by which GitHub's code scanning sorts: the middle of CVSS' range."""

FINGERPRINT = "nextDistroless/v1"


def sarif(report: Report) -> dict[str, Any]:
    """The document: a result for each finding, a notification for each thing that could not be judged."""
    found = [(gate, one) for gate in report.gates for one in gate.findings if not isinstance(one.effect, NotJudged)]
    rules = _rules([one for _, one in found])
    index = {rule["id"]: number for number, rule in enumerate(rules)}
    seen: Counter[str] = Counter()
    return {
        "$schema": SCHEMA,
        "version": "2.1.0",
        "runs": [
            {
                "tool": {"driver": {"name": "next-distroless", "informationUri": HOME, "rules": rules}},
                "automationDetails": {"id": f"next-distroless/{report.subject.name}/"},
                "columnKind": "utf16CodeUnits",
                "originalUriBaseIds": {
                    SOURCE: {"description": {"text": "The app's source."}},
                    IMAGE: {"description": {"text": f"The image {report.subject.digest}."}},
                },
                "invocations": [{"executionSuccessful": True, "toolExecutionNotifications": _notifications(report)}],
                "results": [_result(gate, one, index, seen) for gate, one in found],
            }
        ],
    }


def _rules(findings: list[Finding]) -> list[dict[str, Any]]:
    """Each id once, with the worst severity of its findings."""
    by_id: dict[str, list[Finding]] = {}
    for finding in findings:
        by_id.setdefault(finding.id, []).append(finding)
    return [_rule(name, some) for name, some in sorted(by_id.items())]


def _rule(name: str, findings: list[Finding]) -> dict[str, Any]:
    severity = max((one.severity for one in findings), key=list(reversed(SCORES)).index)
    check = CHECKS.get(name)
    fix = check.fix if check else findings[0].fix
    return {
        "id": name,
        "shortDescription": {"text": _sentence(check.title if check else findings[0].title or name)},
        **({"fullDescription": {"text": _sentence(check.rationale)}} if check else {}),
        **({"help": {"text": _sentence(fix)}} if fix else {}),
        "properties": {"security-severity": SCORES[severity], "tags": ["security"]},
    }


def _result(gate: GateResult, finding: Finding, index: Mapping[str, int], seen: Counter[str]) -> dict[str, Any]:
    return {
        "ruleId": finding.id,
        "ruleIndex": index[finding.id],
        "level": _level(finding),
        "message": {"text": _message(finding)},
        "locations": list(_locations(gate, finding)),
        "partialFingerprints": {FINGERPRINT: _fingerprint(gate, finding, seen)},
        "suppressions": list(_suppressions(finding)),
        "properties": {"gate": gate.name, "severity": finding.severity, "foundIn": list(finding.found_in)},
    }


def _level(finding: Finding) -> str:
    if isinstance(finding.effect, Stops):
        return "error"
    level = LEVELS[finding.severity]
    return "warning" if isinstance(finding.effect, Warns) and level == "error" else level


def _message(finding: Finding) -> str:
    parts = [(finding.place and f"{finding.place}: {finding.title}") or finding.title or finding.id]
    if finding.found_in:
        parts.append(f"Found in {', '.join(finding.found_in)}")
    if finding.fix:
        parts.append(f"Fix: {finding.fix}")
    return " ".join(map(_sentence, parts))


def _locations(gate: GateResult, finding: Finding) -> Iterator[dict[str, Any]]:
    """A physical location, which readers need, and a logical one where it is not a file (sections 3.29 and 3.33)."""
    where, base = finding.where, SOURCE if gate.name in OF_SOURCE else IMAGE
    if isinstance(where, Source):
        yield {"physicalLocation": _physical(where.file, SOURCE, where.line)}
    elif isinstance(where, ImagePath):
        yield {"physicalLocation": _physical(where.path, IMAGE)}
    else:
        logical = {"logicalLocations": [_logical(where)]} if where else {}
        for path in (where.paths if isinstance(where, Package) else ()) or (WHOLE,):
            yield {"physicalLocation": _physical(path, base), **logical}


def _physical(path: str, base: str, line: int = 0) -> dict[str, Any]:
    region = {"region": {"startLine": line}} if line else {}
    return {"artifactLocation": {"uri": quote(path.lstrip("/")), "uriBaseId": base}, **region}


def _logical(where: Place) -> dict[str, str]:
    return {"fullyQualifiedName": str(where), "kind": where.kind}


def _fingerprint(gate: GateResult, finding: Finding, seen: Counter[str]) -> str:
    """A fingerprint that stays the same where lines move: the place without its line, and a number among equal ones."""
    where = finding.where.file if isinstance(finding.where, Source) else finding.place
    same = f"{gate.name}\n{finding.id}\n{where}"
    seen[same] += 1
    return hashlib.sha256(f"{same}\n{seen[same]}".encode()).hexdigest()[:32]


def _suppressions(finding: Finding) -> Iterator[dict[str, str]]:
    """One result that has the list asks for it in all (section 3.27.23)."""
    if isinstance(finding.effect, Waived | NotAffected):
        yield {"kind": "external", "status": "accepted", "justification": str(finding.effect)}


def _notifications(report: Report) -> list[dict[str, Any]]:
    return [
        {
            "level": "note",
            "message": {"text": _sentence(f"{gate.name}: not run: {finding}")},
            "associatedRule": {"id": finding.id},
        }
        for gate in report.gates
        for finding in gate.not_judged
    ]


def _sentence(text: str) -> str:
    return text if text.endswith((".", "!", "?")) else f"{text}."
