"""Trivy in a container beside Python, with its input, and without any secret or network."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import dagger

from ci.decide.plan.model import Earlier, Plan
from ci.engine import tool
from ci.engine.containers import by_content, image, without_network
from ci.engine.tool import report_of, run_operation
from ci.errors import PublishError
from ci.gates.database import CACHE, Database
from ci.intool.scan.failures import failure_of

REPORTS = "/reports"
SETTINGS = "/settings"
SECRETS = "secrets.yaml"
VEX = "/vex"
PROGRAM = "/usr/local/bin/trivy"
"""Where upstream's image has it. It is linked statically, and so runs in any other image too."""


def bare(plan: Plan) -> dagger.Container:
    """The container, without anything to scan, and without a database."""
    return (
        image(plan.tools.python)
        .with_mounted_file(PROGRAM, image(plan.tools.trivy).file(PROGRAM))
        .with_directory(REPORTS, by_content({".keep": ""}))
    )


def trivy(plan: Plan, database: Database, vex: dagger.Directory) -> dagger.Container:
    """The container, without anything to scan.

    Args:
        plan: the tools.
        database: of vulnerabilities.
        vex: documents that were prepared (``vex``).
    """
    return with_settings(plan).with_mounted_directory(CACHE, database.cache).with_mounted_directory(VEX, vex)


def with_settings(plan: Plan) -> dagger.Container:
    """The container with the settings of the secret search."""
    settings = Path(__file__).parent.parent / "intool" / "scan" / SECRETS
    return bare(plan).with_mounted_directory(SETTINGS, by_content({SECRETS: settings.read_text("utf-8")}))


@dataclass(frozen=True, kw_only=True)
class Reports:
    """What Trivy wrote.

    Attributes:
        directory: of the reports.
        names: platform to the name of its report.
    """

    directory: dagger.Directory
    names: Mapping[str, str]


async def reports(container: dagger.Container, commands: Sequence[Sequence[str]]) -> dagger.Directory:
    """Run Trivy; gives the directory of its reports.

    Args:
        container: with all that is to be scanned.
        commands: arguments of each run.

    Raises:
        PublishError: Trivy itself failed, so there is no result.
    """
    return (await finished(container, commands)).directory(REPORTS)


async def finished(container: dagger.Container, commands: Sequence[Sequence[str]]) -> dagger.Container:
    """Run Trivy; gives the container with what it wrote.

    Args:
        container: with all that is to be scanned.
        commands: arguments of each run.

    Raises:
        PublishError: Trivy itself failed, so there is no result.
    """
    try:
        return await without_network(container, *commands).sync()
    except dagger.ExecError as failure:
        found = failure_of(failure.stderr)
        raise PublishError(found.what, found.fix) from None


async def vex(plan: Plan, source: dagger.Directory | None) -> tuple[dagger.Directory, Sequence[str]]:
    """The OpenVEX documents that the pipeline file names, checked, and the files of them that Trivy is to be given.

    Raises:
        PublishError: one is missing or malformed.
    """
    named = plan.trust.scan.vex if source else ()
    container = tool.python(plan.tools, "scan")
    if source and named:
        container = container.with_mounted_directory("/source", source)
    documents = [f"/source/{path}" for path in named]
    name = plan.release.repository.rpartition("/")[2] or plan.name
    done = await run_operation(
        container, "scan", "prepare", {"documents": documents, "image": name, "out": VEX}, PublishError
    )
    return done.directory(VEX), (await report_of(done))["files"]


async def judged(
    plan: Plan,
    gate: str,
    given: dagger.Directory,
    names: Mapping[str, str],
    earlier: Earlier = None,
    *,
    published: Sequence[Mapping[str, Any]] = (),
) -> Mapping[str, Any]:
    """Judge the reports of Trivy.

    Args:
        plan: the policy.
        gate: name of the result.
        given: directory of the reports.
        names: what was scanned to the name of its report.
        earlier: findings of the last release; None where there is none.
        published: what looks like a secret and is public (``ci.intool.scan.published``).

    Raises:
        PublishError: a report is malformed.
    """
    scan = plan.trust.scan
    policy = {
        "unfixed": scan.unfixed,
        "kev": list(scan.exploited),
        "licenses_allowed": list(scan.licenses_allowed),
        **({"licenses_denied": list(scan.licenses_denied)} if scan.licenses_denied else {}),
    }
    arguments = {
        "reports": {what: f"{REPORTS}/{name}" for what, name in names.items()},
        "policy": policy,
        **plan.trust.accepting(earlier),
        "gate": gate,
        **({"published": list(published)} if published else {}),
    }
    container = tool.python(plan.tools, "scan").with_mounted_directory(REPORTS, given)
    return await report_of(await run_operation(container, "scan", "evaluate", arguments, PublishError))
