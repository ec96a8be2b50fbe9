"""A scan's result as a predicate (cosign, "Cosign Vulnerability Scan Record Attestation Specification"). Pure."""

from collections.abc import Mapping, Sequence
from typing import Any

from ci.intool.common.json_reader import inside


def scanned(
    *,
    scanner: str,
    version: str,
    database: str = "",
    database_version: str = "",
    started: str,
    finished: str,
    findings: Sequence[Mapping[str, Any]],
    rules: Sequence[str] = (),
    report: Mapping[str, Any] | None = None,
) -> dict[str, Any]:
    """The predicate.

    Args:
        scanner: URI of the scanner.
        version: its version.
        database: URI of its database.
        database_version: version of the database, such as the time at which it was made.
        started: RFC 3339.
        finished: likewise.
        findings: ``id`` and ``subject`` of all that was found, waived or not.
        rules: ids of the rules that looked at the source.
        report: what the scanner itself printed.
    """
    return {
        "invocation": {},
        "scanner": {
            "uri": scanner,
            "version": version,
            "db": {"uri": database, "version": database_version},
            "result": {
                "findings": [dict(one) for one in findings],
                **({"rules": list(rules)} if rules else {}),
                **({"report": dict(report)} if report else {}),
            },
        },
        "metadata": {"scanStartedOn": started, "scanFinishedOn": finished},
    }


def problem(predicate: Mapping[str, Any]) -> str:
    """The fields of the specification that are missing; empty if none is."""
    if not inside(predicate, "scanner", "uri"):
        return "does not name its scanner"
    return "" if isinstance(inside(predicate, "scanner", "result"), dict) else "has no result"


def findings(predicate: Mapping[str, Any]) -> list[dict[str, Any]] | None:
    """The findings of a predicate; None if it is not of this form."""
    found = inside(predicate, "scanner", "result", "findings")
    if not isinstance(found, list) or not all(isinstance(one, dict) for one in found):
        return None
    return found


def rules(predicate: Mapping[str, Any]) -> list[str]:
    """The ids of the rules that looked at the source; none in a predicate that does not say."""
    found = inside(predicate, "scanner", "result", "rules")
    return [one for one in found if isinstance(one, str)] if isinstance(found, list) else []


def undated(predicate: Mapping[str, Any]) -> dict[str, Any]:
    """The predicate without the moment of the scan: equal where scanner, database and findings are."""
    return {key: value for key, value in predicate.items() if key != "metadata"}
