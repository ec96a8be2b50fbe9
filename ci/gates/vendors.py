"""Commands of vendors' scanners, and how their exit codes and reports are read. Pure.

Exit codes and options: "Test" and "Container test" of the Snyk CLI's reference, "docker scout cves" of Docker's.
"""

import json
from collections import Counter
from collections.abc import Callable, Iterator, Sequence
from dataclasses import dataclass, replace
from typing import Any

from ci.decide.config.security import Scan
from ci.errors import PublishError
from ci.intool.policy import SEVERITIES, Artifact, Finding, GateResult, Judging, Package, decided, merged, not_judged
from ci.intool.policy.finding import ordered

SOURCE = "source"
"""Name of the source among the targets; the others are platforms of the image."""

VERDICT, NOTE = "vendor-verdict", "vendor-note"
"""Rows of the table of policies."""

LIMIT = "high"
"""Severity from which a vendor's scan fails, where the pipeline file has no ``scan.severity``."""

TAIL = 20
"""Lines of a failed scanner's output that the error repeats."""


@dataclass(frozen=True, kw_only=True)
class Vendor:
    """A scanner.

    Attributes:
        name: of the gate.
        title: of the product.
        found: exit code of a scan that found what fails.
        read: vulnerabilities of its JSON; values of an unknown form are left out.
        fix: the next step where it found any.
        nothing: exit code for no supported project; None where there is no such code.
    """

    name: str
    title: str
    found: int
    read: Callable[[Any], Iterator[Finding]]
    fix: str
    nothing: int | None = None


@dataclass(frozen=True, kw_only=True)
class Answer:
    """How one scan ended.

    Attributes:
        where: ``SOURCE``, or the platform of the image.
        code: exit code.
        stdout: the report.
        stderr: all else.
    """

    where: str
    code: int
    stdout: str
    stderr: str = ""


def snyk_source(scan: Scan) -> list[str]:
    """Command that scans all projects below the working directory."""
    return ["snyk", "test", "--all-projects", *_snyk(scan, "all")]


def snyk_image(scan: Scan, archive: str, platform: str) -> list[str]:
    """Command that scans one platform of an OCI archive."""
    return ["snyk", "container", "test", f"oci-archive:{archive}", f"--platform={platform}", *_snyk(scan, "upgradable")]


def _snyk(scan: Scan, with_fix: str) -> list[str]:
    return [
        "--json",
        f"--severity-threshold={scan.severity or LIMIT}",
        *([] if scan.unfixed else [f"--fail-on={with_fix}"]),
    ]


def scout_image(scan: Scan, layout: str, platform: str) -> list[str]:
    """Command that scans one platform of an OCI layout."""
    severities = ",".join(SEVERITIES[SEVERITIES.index(scan.severity or LIMIT) :])
    fixed = [] if scan.unfixed else ["--only-fixed"]
    options = ["--platform", platform, "--format", "sarif", "--exit-code", "--only-severity", severities, *fixed]
    return ["/docker-scout", "cves", f"oci-dir://{layout}", *options]


def by_snyk(report: Any) -> Iterator[Finding]:
    """Vulnerabilities of ``snyk test --json``: one object a project, with those of the applications in an image."""
    for project in _objects(report if isinstance(report, list) else [report]):
        for one in _objects(project.get("vulnerabilities")):
            name = _text(one, "packageName")
            yield Finding(
                id=_text(one, "id"),
                severity=_severity(_text(one, "severity")),
                title=_text(one, "title"),
                where=Package(name=name, version=_text(one, "version")) if name else None,
            )
        yield from by_snyk(project.get("applications") or [])


def by_scout(report: Any) -> Iterator[Finding]:
    """Vulnerabilities of a SARIF report (2.1.0, section 3.27): severity and packages are properties of the rule."""
    for run in _objects(_object(report).get("runs")):
        rules = {
            _text(rule, "id"): rule for rule in _objects(_object(_object(run.get("tool")).get("driver")).get("rules"))
        }
        for result in _objects(run.get("results")):
            rule = rules.get(_text(result, "ruleId"), {})
            properties = _object(rule.get("properties"))
            purls = properties.get("purls")
            name = ", ".join(purl for purl in purls if isinstance(purl, str)) if isinstance(purls, list) else ""
            yield Finding(
                id=_text(result, "ruleId"),
                severity=_severity(_text(properties, "cvssV3_severity")),
                title=_text(_object(rule.get("shortDescription")), "text"),
                where=Package(name=name) if name else None,
            )


SNYK = Vendor(
    name="snyk",
    title="Snyk",
    found=1,
    nothing=3,
    read=by_snyk,
    fix="update what is named, or ignore it in a `.snyk` file of the source or at Snyk, with a reason",
)
SCOUT = Vendor(
    name="scout", title="Docker Scout", found=2, read=by_scout, fix="update what is named, or add an exception at Scout"
)


def judge(vendor: Vendor, answers: Sequence[Answer], by: Judging) -> GateResult:
    """The result: the exit codes say whether it passed, the reports say why.

    Args:
        vendor: the scanner.
        answers: how its scans ended.
        by: the policy.

    Raises:
        PublishError: a scan ended without a result, such as for a token that is not valid.
    """
    found: dict[str, list[Finding]] = {}
    others: list[Finding] = []
    for answer in answers:
        if answer.code == vendor.nothing and answer.where == SOURCE:
            why = f"{vendor.title} finds no project there that it supports"
            others.append(not_judged(f"{vendor.name}-source", why, Artifact(name=SOURCE)))
            continue
        rule = VERDICT if answer.code == vendor.found else NOTE
        read = [replace(one, rule=rule, fix=vendor.fix) for one in vendor.read(_report(vendor, answer))]
        found[answer.where] = [decided(one, by) for one in dict.fromkeys(read)]
        if answer.code == vendor.found and not read:
            others.append(decided(_unread(vendor, answer.where), by))
    once = merged(found)
    counts = Counter(one.severity for one in once)
    return GateResult(
        name=vendor.name,
        findings=tuple(ordered([*once, *others])),
        figures={severity: counts[severity] for severity in reversed(SEVERITIES) if counts[severity]},
    )


def _unread(vendor: Vendor, where: str) -> Finding:
    return Finding(
        id=f"{vendor.name}-report",
        severity=SEVERITIES[0],
        title="vulnerabilities, in a form of report that is not known here",
        where=Artifact(name=where),
        fix=vendor.fix,
        rule=VERDICT,
    )


def not_run(name: str, missing: Sequence[str]) -> str:
    """The line of a scanner that is not run, with the next step.

    Args:
        name: of the gate.
        missing: arguments to pass.
    """
    return f"{name:<12} not run: it asks its vendor in your name; pass {' '.join(missing)}"


def hidden(text: str, secret: str) -> str:
    """A text without a secret; the engine leaves it out of what it shows, and this of what is made of it."""
    return text.replace(secret, "***") if secret else text


def _report(vendor: Vendor, answer: Answer) -> Any:
    """The JSON of a scan that came to a verdict."""
    problem = f"exit code {answer.code}"
    if answer.code in (0, vendor.found):
        try:
            return json.loads(answer.stdout)
        except (ValueError, RecursionError):
            problem = f"exit code {answer.code}, and no JSON"
    lines = [line for line in f"{answer.stderr}\n{answer.stdout}".splitlines() if line.strip()]
    output = "\n".join(f"  | {line}" for line in lines[-TAIL:])
    raise PublishError.of(
        "judging.vendor",
        vendor=vendor.name,
        title=vendor.title,
        where=answer.where,
        problem=problem,
        output=output,
    )


def _severity(text: str) -> str:
    return text.lower() if text.lower() in SEVERITIES else SEVERITIES[0]


def _object(value: Any) -> dict[str, Any]:
    return value if isinstance(value, dict) else {}


def _objects(value: Any) -> list[dict[str, Any]]:
    return [one for one in value if isinstance(one, dict)] if isinstance(value, list) else []


def _text(given: dict[str, Any], key: str) -> str:
    value = given.get(key)
    return " ".join(value.split()) if isinstance(value, str) else ""
