"""What Trivy finds in the layers that seldom change: each is scanned once, and kept by its content."""

from collections.abc import Mapping, Sequence
from typing import Any

import dagger
from dagger import dag

from ci.decide.plan.model import Plan
from ci.gates import trivy
from ci.gates.database import Database
from ci.intool.scan import commands

FLAT = "/flat"
CACHE = "/layers"
"""Trivy's cache directories, one for each platform, as two runs cannot use one."""


def cache_of(platform: str) -> str:
    """Trivy's cache directory for a platform's image."""
    return f"{CACHE}/{platform.replace('/', '-')}"


async def scanned(
    plan: Plan, database: Database, flat: dagger.Directory, images: Sequence[Mapping[str, Any]]
) -> dagger.Directory:
    """Trivy's findings in the lowest layers of an image, as it keeps them.

    Each image is scanned on the findings of the one before. The engine knows files by their content, so it has the
    result of an earlier run where these layers are the same, of whatever app.

    Args:
        plan: the tools.
        database: of vulnerabilities, without which Trivy does not look for packages in the same way.
        flat: what ``ci.intool.scan.flatten`` wrote.
        images: ``below`` of its report.

    Raises:
        PublishError: Trivy itself failed.
    """
    found = dag.directory()
    for image in images:
        container = with_database(trivy.with_settings(plan), database, CACHE, found)
        container = container.with_mounted_file(f"{FLAT}/index.json", flat.file(image["index"]))
        for path in ("oci-layout", *image["blobs"]):
            container = container.with_mounted_file(f"{FLAT}/{path}", flat.file(path))
        report = f"{trivy.REPORTS}/below.json"
        secrets = f"{trivy.SETTINGS}/{trivy.SECRETS}"
        command = commands.image(image["input"], CACHE, report, secrets=secrets, kept=True)
        found = (await trivy.finished(container, [command])).directory(f"{CACHE}/fanal")
    return found


def with_database(
    container: dagger.Container, database: Database, place: str, found: dagger.Directory
) -> dagger.Container:
    """Make a cache directory of the database and of findings.

    Args:
        container: gets it.
        database: of vulnerabilities.
        place: of the directory.
        found: findings in layers, as ``scanned`` gives them.
    """
    return container.with_directory(f"{place}/fanal", found).with_mounted_directory(
        f"{place}/db", database.cache.directory("db")
    )
