"""Reading the app's source and its pipeline file through the engine, before the Plan is made."""

import os
import posixpath
import tempfile
from collections.abc import Awaitable, Callable, Mapping, Sequence
from dataclasses import dataclass, replace
from datetime import UTC, datetime
from pathlib import Path

import dagger
from dagger import dag

from ci.decide import ecosystems, pins
from ci.decide.config.model import Pipeline
from ci.decide.config.parse import parse
from ci.decide.pins import ImageRef, Package, Pins
from ci.decide.plan import decide as plan
from ci.decide.plan.fonts import unknown
from ci.decide.plan.model import Plan
from ci.decide.plan.release import needs_default_branch
from ci.decide.plan.request import RunRequest, tag_version
from ci.decide.project import declared, detect, wanted
from ci.decide.project.checkout import MODULES, submodules
from ci.decide.project.commit import commit_time, remote
from ci.decide.project.facts import Project
from ci.decide.project.lockfile_policy import refuse
from ci.decide.project.source_files import SourceFiles
from ci.decide.shipped import NOT, OWN_PIPELINE, PipelineFile, file_of, is_path, markers, proposals
from ci.engine.concurrent import gather
from ci.engine.search import search
from ci.errors import ConfigError

_FILES = (
    *(".nvmrc", ".node-version", "turbo.json", ".gitmodules", OWN_PIPELINE),
    *wanted.EXAMPLES,
    *declared.FILES,
    *("next.config.js", "next.config.mjs", "next.config.cjs", "next.config.ts", "next.config.mts"),
)

ROUTES = ("app", "pages")
SCRIPTS = ("*.ts", "*.tsx", "*.js", "*.jsx", "*.mjs", "*.cjs", "*.mts")
NOT_BUILT = ("!**/.yarn/**", "!**/public/**")
"""Scripts that no build reads: the package manager that an app carries, and what the server only sends."""
IMPORTS = r"import\s[^;']*from\s*.(@?next/font/google|next/image)."
ENVIRONMENT = r"(\{[^{}]*\}\s*=\s*)?process\.env\b[^\n]*"
VALIDATING = (
    r"[\s\S]*\b(createEnv|cleanEnv|parseEnv|envsafe)\s*\([\s\S]*"
    r"|[\s\S]*\b(safeParse|parse|validateSync)(Async)?\s*\(\s*process\.env\b[\s\S]*"
)
"""The whole of a program that checks variables."""

SCHEMA = r"[\s\S]*\b(z|v|yup|[Jj]oi)\s*\.\s*(strictObject|object)\s*\([\s\S]*"
NAMED = tuple(f"{place}.{end}" for place in ("**/*env*", "**/env/**/*") for end in ("ts", "js", "mjs", "mts", "cjs"))
"""Where a schema of variables is kept apart from the call that checks them."""

POINTER = r"\Aversion https://git-lfs\.github\.com/spec/v1\n(?:ext-[^\n]*\n)*oid sha256:[0-9a-f]{64}\nsize [0-9]+\n"
"""A pointer of git-LFS (its docs/spec.md)."""

SERVED = "**/public/**"
"""Files that an image serves as they are."""

MOST_POINTERS = 200
"""Pointers that one search finds at the most: one is enough for an error."""


@dataclass(frozen=True, kw_only=True)
class Asked:
    """Which pipeline file the caller wants.

    Attributes:
        name: of a shipped file, or path of a file in the source (``--pipeline``); empty for the default.
        file: of the caller's machine (``--pipeline-file``).
        shipped: the directory of files that have names.
    """

    name: str
    file: dagger.File | None
    shipped: dagger.Directory


@dataclass(frozen=True, kw_only=True)
class Checkout:
    """The source of a run.

    Attributes:
        source: its files.
        revision: its commit; empty where it did not come from git.
        version: what its tag names; empty where it has none.
        ref: full name of its branch or tag; empty where there is none.
        created: time of the commit; empty where it is not known.
        url: where git has it; empty where it did not come from git.
    """

    source: dagger.Directory
    revision: str = ""
    version: str = ""
    ref: str = ""
    created: str = ""
    url: str = ""


async def checkout(source: dagger.Directory, git: dagger.GitRef | None, never: Sequence[str]) -> Checkout:
    """The caller's directory, or a clean checkout of a git reference.

    Args:
        source: the directory.
        git: the reference, which wins.
        never: globs of what is left out of a checkout too.
    """
    if git is None:
        return Checkout(source=source)
    ref, revision = await gather(git.ref(), git.commit())
    tree = git.tree(discard_git_dir=True).filter(exclude=list(never))
    with tempfile.TemporaryDirectory() as copy:
        await git.tree(depth=1).directory(".git").export(copy)
        created, url = commit_time(Path(copy, "objects"), revision), remote(Path(copy, "config"))
    return Checkout(
        source=tree,
        revision=revision,
        version=tag_version(ref),
        ref=ref if ref.startswith("refs/") else "",
        created=created,
        url=url,
    )


def manifests() -> tuple[str, ...]:
    """Names of the files whose content is looked at, in every directory."""
    return (*ecosystems.files(), *_FILES)


async def look(source: dagger.Directory) -> SourceFiles:
    """Look at the source once, side by side."""
    entries, files, imports, env_reads, pointers, validating, named, *paths = await gather(
        source.entries(),
        _manifests(source),
        _grep(source, IMPORTS),
        _grep(source, ENVIRONMENT),
        _pointers(source),
        _grep(source, VALIDATING),
        _grep(source, SCHEMA, NAMED),
        *(source.glob(f"**/{name}/**") for name in ROUTES),
    )
    return SourceFiles(
        entries=[entry.rstrip("/") for entry in entries],
        files=files,
        paths=sorted({path for found in paths for path in found}),
        imports=imports,
        env_reads=env_reads,
        empty_submodules=await _empty(source, submodules(files.get(MODULES, ""))),
        pointers=pointers,
        validators={**named, **validating},
    )


async def _pointers(source: dagger.Directory) -> list[str]:
    """Files that are pointers of git-LFS, sorted; those that would be served are looked for by themselves."""
    served, others = await gather(
        *(search(source, POINTER, files_only=True, limit=MOST_POINTERS, globs=globs) for globs in ([SERVED], []))
    )
    return sorted({one.path for one in (*served, *others)})


async def _empty(source: dagger.Directory, paths: Sequence[str]) -> list[str]:
    """Those of the directories that have nothing in them, or are not there."""

    async def filled(path: str) -> bool:
        return await source.exists(path) and bool(await source.entries(path=path))

    return sorted(path for path, has in zip(paths, await gather(*map(filled, paths)), strict=True) if not has)


async def _manifests(source: dagger.Directory) -> dict[str, str]:
    return await read(source, [f"**/{name}" for name in manifests()])


async def read(source: dagger.Directory, globs: Sequence[str]) -> dict[str, str]:
    """Content of the files that globs match, by path."""
    wanted = dag.directory().with_directory("/", source, include=list(globs))
    with tempfile.TemporaryDirectory() as copy:
        await wanted.export(copy)
        return _texts(Path(copy))


def _texts(directory: Path) -> dict[str, str]:
    files = [path for path in sorted(directory.rglob("*")) if path.is_file() and not path.is_symlink()]
    return {path.relative_to(directory).as_posix(): path.read_text("utf-8", errors="replace") for path in files}


async def _grep(source: dagger.Directory, pattern: str, globs: Sequence[str] = SCRIPTS) -> dict[str, str]:
    found: dict[str, str] = {}
    for match in await search(source, pattern, globs=[*globs, *NOT_BUILT]):
        found[match.path] = f"{found.get(match.path, '')}{match.lines}\n"
    return found


async def choose(source: dagger.Directory, files: SourceFiles, asked: Asked) -> PipelineFile:
    """The pipeline file: the caller's, or the app's own; a shipped one only by its name.

    Args:
        source: the app, or its workspace.
        files: what was looked at.
        asked: of the caller.

    Raises:
        ConfigError: there is no such file, or the caller named two.
    """
    if asked.file is not None:
        if asked.name:
            raise ConfigError.of("arguments.two-pipelines", given=asked.name)
        name = await asked.file.name()
        return PipelineFile(name=name, origin=f"{name} (--pipeline-file)", text=await asked.file.contents())
    if is_path(asked.name):
        return await _in_source(source, asked.name)
    if asked.name:
        name = file_of(asked.name, await asked.shipped.entries())
        text = await asked.shipped.file(name).contents()
        return PipelineFile(name=name, origin=f"{name}, shipped with this module (--pipeline {asked.name})", text=text)
    if OWN_PIPELINE in files.files:
        return PipelineFile(
            name=OWN_PIPELINE,
            origin=f"{OWN_PIPELINE} in the source",
            text=files.files[OWN_PIPELINE],
            path=OWN_PIPELINE,
        )
    found = await _proposals(source, asked.shipped)
    return PipelineFile(name="", origin="none, all by detection", text="", proposals=found)


async def _in_source(source: dagger.Directory, given: str) -> PipelineFile:
    path = posixpath.normpath(given)
    if path.startswith(("/", "..")) or not await source.exists(path, expected_type=dagger.ExistsType.REGULAR_TYPE):
        raise ConfigError.of("arguments.pipeline-path", given=given)
    text = await source.file(path).contents()
    return PipelineFile(name=path, origin=f"{path} in the source (--pipeline)", text=text, path=path)


async def _proposals(source: dagger.Directory, shipped: dagger.Directory) -> tuple[str, ...]:
    """Names of shipped files that the source looks made for."""
    with tempfile.TemporaryDirectory() as copy:
        await shipped.filter(include=["*.yaml"]).export(copy)
        wanted = markers(_texts(Path(copy)))
    globs = sorted({glob.removeprefix(NOT) for some in wanted.values() for glob in some})
    matches = await gather(*(source.glob(glob) for glob in globs))
    return proposals(wanted, [glob for glob, found in zip(globs, matches, strict=True) if found])


def facts(source: SourceFiles, pipeline: Pipeline, request: RunRequest) -> Project:
    """What the app is, as far as the pipeline file lets detection decide."""
    mirror = request.npm_registry or pipeline.mirrors.npm
    project = detect.read(source, app=request.app or pipeline.app, node=pipeline.node, exclude=pipeline.runtime.exclude)
    allowed = pipeline.install
    refuse(
        *(project.locked, project.lockfile),
        allowed_hosts=allowed.hosts,
        unverified=allowed.unverified,
        mirror=mirror,
    )
    return project


Newest = Callable[[ImageRef, str, str, Sequence[str]], Awaitable[Mapping[str, Package]]]
"""Asks the npm registry for fonts: image with npm, URL of the registry, day, names."""


async def decide(chosen: Checkout, asked: Asked, request: RunRequest, newest: Newest) -> Plan:
    """Read the source and the pipeline file, and decide the run."""
    source = await look(chosen.source)
    file = await choose(chosen.source, source, asked)
    pipeline = parse(file.text, file.name)
    if chosen.url and not request.default_branch and needs_default_branch(pipeline):
        request = replace(request, default_branch=await _default_branch(chosen.url))
    project = facts(source, pipeline, request)
    pinned = await with_fonts(project, pipeline, request, newest)
    return plan.decide(project, pipeline, pinned, request, file)


async def with_fonts(project: Project, pipeline: Pipeline, request: RunRequest, newest: Newest) -> Pins:
    """All pins, and the newest packages of the app's fonts that nothing pins."""
    pinned = pins.load(os.environ)
    names = unknown(project, pipeline, pinned)
    if not names:
        return pinned
    registry = request.npm_registry or pipeline.mirrors.npm
    found = await newest(pinned.image(f"node{project.node}"), registry, request.now.date().isoformat(), names)
    return replace(pinned, newest_fonts=found)


async def _default_branch(url: str) -> str:
    """What the HEAD of a repository names; empty where this engine cannot reach it."""
    try:
        return (await dag.git(url).head().ref()).removeprefix("refs/heads/")
    except dagger.QueryError:
        return ""


async def native_platform() -> str:
    """The engine's own platform."""
    return str(await dag.default_platform())


def now() -> datetime:
    """The clock, for support that has ended and for tags of a schedule only."""
    return datetime.now(tz=UTC)
