"""Reading the app's source and its pipeline file through the engine: the only place that looks before the Plan."""

import json
import os
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import UTC, date, datetime

import anyio
import dagger
from dagger import dag

from ci import config, pins, plan, project
from ci.config import Pipeline
from ci.plan import Asked, Plan

OWN_PIPELINE = "next-distroless.yaml"
"""Name of a pipeline file that lies in the app itself."""


@dataclass(frozen=True, kw_only=True)
class Seen:
    """What was looked at in the app.

    Attributes:
        entries: names in its root directory.
        files: content of those that matter, by name.
        font_imports: import statements of ``next/font/google``.
    """

    entries: Sequence[str]
    files: Mapping[str, str]
    font_imports: Sequence[str]


async def look(source: dagger.Directory) -> Seen:
    """Look at the app once, side by side."""
    entries = [entry.rstrip("/") for entry in await source.entries()]
    files: dict[str, str] = {}
    imports: list[str] = []

    async def content(name: str) -> None:
        files[name] = await source.file(name).contents()

    async def font_imports() -> None:
        found = await source.search(
            pattern=r"import\s*\{[^}]*\}\s*from\s*.next/font/google.",
            multiline=True,
            globs=["*.ts", "*.tsx", "*.js", "*.jsx", "*.mjs"],
        )
        imports.extend([await result.matched_lines() for result in found])

    async with anyio.create_task_group() as tasks:
        tasks.start_soon(font_imports)
        for name in {*project.READ, OWN_PIPELINE} & {*entries}:
            tasks.start_soon(content, name)
    return Seen(entries=entries, files=files, font_imports=imports)


async def read_pipeline(seen: Seen, given: dagger.File | None, shipped: dagger.Directory) -> tuple[Pipeline, str]:
    """The pipeline file: the caller's, the app's own, or the one that this project ships for an app of that name.

    Returns:
        The pipeline, and where it came from.
    """
    if given is not None:
        name = await given.name()
        return config.parse(await given.contents(), name), f"{name} (--pipeline)"
    if OWN_PIPELINE in seen.files:
        return config.parse(seen.files[OWN_PIPELINE], OWN_PIPELINE), f"{OWN_PIPELINE} in the app"
    name = f"{_package_name(seen.files).rpartition('/')[2]}.yaml"
    if name in await shipped.entries():
        return config.parse(await shipped.file(name).contents(), name), f"{name}, shipped for this app"
    return Pipeline(), "none, all by detection"


async def decide(source: dagger.Directory, given: dagger.File | None, shipped: dagger.Directory, asked: Asked) -> Plan:
    """Read what there is, and decide the run."""
    seen = await look(source)
    pipeline, origin = await read_pipeline(seen, given, shipped)
    facts = project.read(seen.entries, seen.files, seen.font_imports, pipeline.node)
    return plan.decide(facts, pipeline, pins.load(os.environ), asked, origin)


async def native_platform() -> str:
    """The engine's own platform."""
    return str(await dag.default_platform())


def today() -> date:
    """The clock, for support dates only."""
    return datetime.now(tz=UTC).date()


def _package_name(files: Mapping[str, str]) -> str:
    """Name in package.json; empty where there is none, which is for ``project.read`` to tell."""
    try:
        return str(json.loads(files.get("package.json", "{}")).get("name", ""))
    except (ValueError, AttributeError):
        return ""
