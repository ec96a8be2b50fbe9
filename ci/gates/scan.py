"""What Trivy finds in the image: vulnerabilities, secrets in every layer, licences."""

from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass, replace
from typing import Any

import dagger

from ci.build.assemble import LAYOUT, Assembled
from ci.decide.plan.model import Earlier, Plan
from ci.engine import tool
from ci.engine.tool import report_of, run_operation
from ci.errors import PublishError
from ci.gates import trivy
from ci.gates.database import CACHE, Database
from ci.intool.policy import Artifact, Finding, GateResult, not_judged
from ci.intool.scan import commands

FLAT = "/flat"


@dataclass(frozen=True, kw_only=True)
class Reports:
    """What Trivy wrote.

    Attributes:
        directory: of the reports.
        names: platform to the name of its report.
    """

    directory: dagger.Directory
    names: Mapping[str, str]


@dataclass(frozen=True, kw_only=True)
class Scanned:
    """The result, and what it was made from.

    Attributes:
        gate: the result.
        report: the whole report (``ci.intool.scan.verdict``).
        reports: what it is made from.
        database: of vulnerabilities.
        vex: files of the documents that were applied.
        documents: directory of them.
    """

    gate: GateResult
    report: Mapping[str, Any]
    reports: Reports
    database: Database
    vex: Sequence[str]
    documents: dagger.Directory


async def scan(
    plan: Plan,
    image: Assembled,
    source: dagger.Directory | None,
    database: Database,
    earlier: Earlier = None,
) -> Scanned:
    """Scan the image of every platform.

    Args:
        plan: the policy.
        image: as layout.
        source: that has the VEX documents; None where there is none.
        database: of vulnerabilities.
        earlier: findings of the last release; None where there is none.

    Raises:
        PublishError: it could not be scanned.
    """
    vex, documents = await trivy.vex(plan, source)
    secrets = f"{trivy.SETTINGS}/{trivy.SECRETS}"
    reports = await _reports(
        plan,
        image,
        trivy.trivy(plan, database, vex),
        lambda given, report: commands.image(given, CACHE, report, secrets=secrets, vex=documents),
    )
    report = await trivy.judged(plan, "scan", reports.directory, reports.names, earlier)
    gate = GateResult.from_json(report["result"])
    gate = replace(gate, findings=(*gate.findings, *_stand_in(database)))
    return Scanned(gate=gate, report=report, reports=reports, database=database, vex=documents, documents=vex)


async def packages(plan: Plan, image: Assembled) -> Reports:
    """List the packages of every platform, without a database and without a verdict.

    Args:
        plan: the tools.
        image: as layout.

    Raises:
        PublishError: it could not be scanned.
    """
    return await _reports(plan, image, trivy.bare(plan), lambda given, report: commands.packages(given, CACHE, report))


async def _reports(
    plan: Plan, image: Assembled, container: dagger.Container, command: Callable[[str, str], Sequence[str]]
) -> Reports:
    flat = await run_operation(
        tool.python(plan.tools, "scan").with_mounted_directory(LAYOUT, image.layout),
        "scan",
        "flatten",
        {"layout": LAYOUT, "out": FLAT},
        PublishError,
    )
    inputs = await report_of(flat)
    names = {platform: f"{platform.replace('/', '-')}.json" for platform in inputs}
    directory = await trivy.reports(
        container.with_mounted_directory(LAYOUT, image.layout).with_mounted_directory(FLAT, flat.directory(FLAT)),
        [command(inputs[platform]["input"], f"{trivy.REPORTS}/{name}") for platform, name in names.items()],
    )
    return Reports(directory=directory, names=names)


def _stand_in(database: Database) -> list[Finding]:
    where, why = Artifact(name=database.reference), str(database.status["text"])
    return [not_judged("database-stand-in", why, where)] if database.status["stand_in"] else []
