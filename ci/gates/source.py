"""What Trivy finds in the source: its lockfile's packages, secrets, licences, and how it is deployed."""

import posixpath
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import Any

import dagger

from ci.decide.ecosystems import by_id, scanned_as
from ci.decide.plan.model import Earlier, Plan
from ci.engine import tool
from ci.engine.concurrent import gather
from ci.engine.tool import report_of, run_operation
from ci.errors import PublishError
from ci.gates import trivy
from ci.gates.database import CACHE, Database
from ci.intool.policy import GateResult
from ci.intool.scan import commands

SOURCE, IMAGE = "/source", "/image"
MODULES = "node_modules"
EMPTY = "/cache"
"""Directory without a database, which no scan for settings needs."""
NAMES = {"source": "source.json", "files": "files.json", "settings": "settings.json"}
"""What is scanned, to the file of its report."""


@dataclass(frozen=True, kw_only=True)
class Sources:
    """What is judged.

    Attributes:
        files: the source.
        modules: what was installed beside the lockfile, for the licences of what is bundled.
    """

    files: dagger.Directory
    modules: dagger.Directory


async def source(
    plan: Plan, sources: Sources, database: Database, earlier: Earlier = None
) -> tuple[GateResult, Sequence[Mapping[str, str]]]:
    """Judge a source; gives what was found too, for the next release to compare with.

    Args:
        plan: the policy.
        sources: what is judged.
        database: of vulnerabilities.
        earlier: what the last release was found to have; None where there is none.

    Raises:
        PublishError: it could not be scanned.
    """
    report = await trivy.judged(plan, "source", await _scanned(plan, sources, database), NAMES, earlier)
    return GateResult.from_json(report["result"]), report["found"]


async def fixes(
    plan: Plan, sources: Sources, database: Database, image: trivy.Reports | None = None
) -> Mapping[str, Any]:
    """Which changes of package.json remove what is found (``ci.intool.scan.suggest``).

    Args:
        plan: the install.
        sources: what is scanned.
        database: of vulnerabilities.
        image: what was found in the image; needed where the scanner cannot read the lockfile.

    Raises:
        PublishError: it could not be scanned.
    """
    container = (
        tool.python(plan.tools, "scan")
        .with_mounted_directory(trivy.REPORTS, await _scanned(plan, sources, database))
        .with_mounted_directory(SOURCE, sources.files)
    )
    reports = {"source": f"{trivy.REPORTS}/{NAMES['source']}"}
    if image:
        container = container.with_mounted_directory(IMAGE, image.directory)
        reports |= {platform: f"{IMAGE}/{name}" for platform, name in image.names.items()}
    path, manager = posixpath.normpath(f"{plan.install.directory}/package.json"), by_id(plan.install.manager)
    arguments = {
        "reports": reports,
        "package_json": f"{SOURCE}/{path}",
        "overrides": manager.overrides,
        "by_range": manager.overrides_by_range,
        "kinds": scanned_as(),
        "path": path,
    }
    return await report_of(await run_operation(container, "scan", "suggest", arguments, PublishError))


async def _scanned(plan: Plan, sources: Sources, database: Database) -> dagger.Directory:
    """The reports: on packages and files, which change with every line, and on settings, which seldom do."""
    vex, documents = await trivy.vex(plan, sources.files)
    secrets = f"{trivy.SETTINGS}/{trivy.SECRETS}"
    reports = {what: f"{trivy.REPORTS}/{name}" for what, name in NAMES.items()}
    place = posixpath.normpath(f"{SOURCE}/{plan.install.directory}/{MODULES}")
    container = trivy.trivy(plan, database, vex)
    changing: dagger.Directory
    seldom: dagger.Directory
    changing, seldom = await gather(
        trivy.reports(
            container.with_mounted_directory(SOURCE, sources.files).with_mounted_directory(place, sources.modules),
            [
                commands.source(SOURCE, CACHE, reports["source"], vex=documents),
                commands.files(SOURCE, CACHE, reports["files"], secrets=secrets),
            ],
        ),
        trivy.reports(
            trivy.bare(plan).with_mounted_directory(SOURCE, with_settings(sources.files)),
            [commands.settings(SOURCE, EMPTY, reports["settings"])],
        ),
    )
    return changing.with_file(NAMES["settings"], seldom.file(NAMES["settings"]))


def with_settings(files: dagger.Directory) -> dagger.Directory:
    """The files of a source that can have settings; the engine knows them by their content."""
    left = [f"!**/{name}.*" for name in ("Dockerfile", "Containerfile")]
    return files.filter(exclude=[*(f"**/*.{end}" for end in commands.NO_SETTINGS), *left])
