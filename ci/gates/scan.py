"""What Trivy finds in the image: vulnerabilities, secrets in every layer, licences."""

from collections.abc import Awaitable, Callable, Iterable, Mapping, Sequence
from dataclasses import dataclass, replace
from typing import Any

import dagger

from ci.build.assemble import LAYOUT, Assembled
from ci.decide.plan.model import Earlier, Plan
from ci.engine import tool
from ci.engine.concurrent import gather
from ci.engine.tool import report_of, run_operation
from ci.errors import PublishError
from ci.gates import trivy, trivy_layers
from ci.gates.database import CACHE, Database
from ci.gates.trivy import Reports
from ci.gates.trivy_layers import FLAT
from ci.intool.policy import Artifact, Finding, GateResult, not_judged
from ci.intool.scan import commands
from ci.intool.scan.findings import SECRETS

SOURCE, INSTALLED = "/source", "/installed"

Installed = Callable[[], Awaitable[dagger.Directory]]


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
    *,
    installed: Installed | None = None,
) -> Scanned:
    """Scan the image of every platform.

    Where it has what looks like a secret, the installed packages are searched for it (``ci.intool.scan.published``).

    Args:
        plan: the policy.
        image: as layout.
        source: that has the VEX documents; None where there is none.
        database: of vulnerabilities.
        earlier: findings of the last release; None where there is none.
        installed: gives the directory with the packages that the app was built with, without any that only this run may
            fetch; None where they are not known.

    Raises:
        PublishError: it could not be scanned.
    """
    (vex, documents), flat = await gather(trivy.vex(plan, source), _flat(plan, image))
    inputs = await report_of(flat)
    directory = flat.directory(FLAT)
    found = await gather(*(trivy_layers.scanned(plan, database, directory, one["below"]) for one in inputs.values()))
    container = trivy.trivy(plan, database, vex)
    for platform, kept in zip(inputs, found, strict=True):
        container = trivy_layers.with_database(container, database, trivy_layers.cache_of(platform), kept)
    secrets = f"{trivy.SETTINGS}/{trivy.SECRETS}"

    def command(platform: str, report: str) -> Sequence[str]:
        given, cache = inputs[platform]["input"], trivy_layers.cache_of(platform)
        return commands.image(given, cache, report, secrets=secrets, vex=documents, kept=True)

    reports = await _reports(container.with_mounted_directory(FLAT, directory), inputs, command)
    report = await trivy.judged(plan, "scan", reports.directory, reports.names, earlier)
    gate = GateResult.from_json(report["result"])
    if source and installed and any(one.stops and one.check == SECRETS for one in gate.findings):
        public = await _published(plan, image, source, await installed(), reports)
        report = await trivy.judged(plan, "scan", reports.directory, reports.names, earlier, published=public)
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
    flat = await _flat(plan, image)
    inputs = await report_of(flat)
    container = trivy.bare(plan).with_mounted_directory(FLAT, flat.directory(FLAT))
    return await _reports(
        container, inputs, lambda platform, report: commands.packages(inputs[platform]["input"], CACHE, report)
    )


async def _published(
    plan: Plan, image: Assembled, source: dagger.Directory, installed: dagger.Directory, reports: Reports
) -> Sequence[Mapping[str, Any]]:
    """What looks like a secret, and is in packages that anyone can fetch."""
    container = tool.python(plan.tools, "scan").with_mounted_directory(trivy.REPORTS, reports.directory)
    for place, directory in ((LAYOUT, image.layout), (SOURCE, source), (INSTALLED, installed)):
        container = container.with_mounted_directory(place, directory)
    arguments = {
        "reports": {platform: f"{trivy.REPORTS}/{name}" for platform, name in reports.names.items()},
        "layout": LAYOUT,
        "source": SOURCE,
        "installed": INSTALLED,
        "packages": [list(one) for one in plan.trust.public],
    }
    found: Sequence[Mapping[str, Any]] = (
        await report_of(await run_operation(container, "scan", "published", arguments, PublishError))
    )["published"]
    return found


async def _flat(plan: Plan, image: Assembled) -> dagger.Container:
    return await run_operation(
        tool.python(plan.tools, "scan").with_mounted_directory(LAYOUT, image.layout),
        "scan",
        "flatten",
        {"layout": LAYOUT, "out": FLAT},
        PublishError,
    )


async def _reports(
    container: dagger.Container, platforms: Iterable[str], command: Callable[[str, str], Sequence[str]]
) -> Reports:
    names = {platform: f"{platform.replace('/', '-')}.json" for platform in platforms}
    directory = await trivy.reports(
        container, [command(platform, f"{trivy.REPORTS}/{name}") for platform, name in names.items()]
    )
    return Reports(directory=directory, names=names)


def _stand_in(database: Database) -> list[Finding]:
    where, why = Artifact(name=database.reference), str(database.status["text"])
    return [not_judged("database-stand-in", why, where)] if database.status["stand_in"] else []
