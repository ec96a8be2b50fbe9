"""What Trivy finds in the image: vulnerabilities, secrets in every layer, licences."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import Any

import dagger

from ci.build.assemble import LAYOUT, Assembled
from ci.decide.plan.model import Plan
from ci.engine import tool
from ci.engine.tool import operated, reported
from ci.errors import PublishError
from ci.gates import trivy
from ci.gates.database import CACHE, Database
from ci.gates.result import GateResult
from ci.intool.scan import commands

FLAT = "/flat"


@dataclass(frozen=True, kw_only=True)
class Scanned:
    """The verdict, and what it was made from.

    Attributes:
        gate: the verdict.
        report: the whole of it (``ci.intool.scan.verdict``).
        database: of vulnerabilities.
        vex: files of the documents that were applied.
        documents: directory of them.
    """

    gate: GateResult
    report: Mapping[str, Any]
    database: Database
    vex: Sequence[str]
    documents: dagger.Directory


async def scan(
    plan: Plan,
    image: Assembled,
    source: dagger.Directory | None,
    database: Database,
    earlier: Sequence[Mapping[str, str]] = (),
) -> Scanned:
    """Scan the image of every platform.

    Args:
        plan: the policy.
        image: as layout.
        source: that has the VEX documents; None where there is none.
        database: of vulnerabilities.
        earlier: findings of the last release.

    Raises:
        PublishError: it could not be scanned.
    """
    flat = await operated(
        tool.python(plan.tools, "scan").with_mounted_directory(LAYOUT, image.layout),
        "scan",
        "flatten",
        {"layout": LAYOUT, "out": FLAT},
        PublishError,
    )
    inputs = await reported(flat)
    vex, documents = await trivy.vex(plan, source)
    container = (
        trivy.trivy(plan, database, vex)
        .with_mounted_directory(LAYOUT, image.layout)
        .with_mounted_directory(FLAT, flat.directory(FLAT))
    )
    names = {platform: f"{platform.replace('/', '-')}.json" for platform in inputs}
    given = await trivy.reports(
        container,
        [
            commands.image(
                inputs[platform]["input"],
                CACHE,
                f"{trivy.REPORTS}/{name}",
                secrets=f"{trivy.SETTINGS}/{trivy.SECRETS}",
                vex=documents,
            )
            for platform, name in names.items()
        ],
    )
    report = await trivy.judged(plan, given, names, earlier)
    gate = GateResult.of("scan", {**report, "skipped": [*report["skipped"], *_stand_in(database)]})
    return Scanned(gate=gate, report=report, database=database, vex=documents, documents=vex)


def _stand_in(database: Database) -> list[str]:
    return [str(database.told["text"])] if database.told["stand_in"] else []
