"""`doctor`: problems of this engine and this app, each with its fix."""

from collections.abc import Awaitable, Callable, Iterator, Sequence
from dataclasses import dataclass

import dagger
from dagger import dag

from ci.build.base import Access
from ci.build.machine import machine
from ci.build.run import Run
from ci.decide import pins
from ci.decide.doctor import app, dockerfile, image
from ci.decide.doctor import machine as looked
from ci.decide.doctor.finding import LEVELS, Finding
from ci.decide.migrate.compose import NAMES
from ci.decide.plan import decide as plan
from ci.decide.plan.model import Plan
from ci.engine import inputs
from ci.engine.concurrent import gather
from ci.engine.registries import Registry
from ci.engine.registry_client import Client
from ci.errors import ConfigError, PipelineError
from ci.messages import message

ENGINE = "v0.21.8"
"""The engine that this release is tested with (dagger.json)."""

FILES = (*dockerfile.LOOKED_AT, *NAMES, *app.WORKFLOWS, app.GIT_IGNORE)
"""Globs of the files that are looked at beside those of a plan."""


@dataclass(frozen=True, kw_only=True)
class Subject:
    """What is looked at.

    Attributes:
        source: the app.
        decide: plans a run; its errors are the problems of the app.
        access: how packages are reached.
        npm_registry: URL that the caller names; empty for none.
    """

    source: dagger.Directory
    decide: Callable[[], Awaitable[Run]]
    access: Access
    npm_registry: str


def text(findings: Sequence[Finding]) -> str:
    """The report: errors first, then warnings, advice and what is fine."""
    order = {level: number for number, level in enumerate(LEVELS)}
    lines = []
    for finding in sorted(findings, key=lambda f: order[f.level]):
        lines.append(f"{finding.level:<8} {finding.text}")
        if finding.fix:
            lines.append(f"         fix: {finding.fix}")
    return "\n".join(lines)


def of_notes(notes: Sequence[str]) -> list[Finding]:
    """A plan's notes as findings."""
    return [_of_note(note) for note in notes]


def _of_note(note: str) -> Finding:
    if note.startswith("advice: "):
        return Finding("advice", note.removeprefix("advice: "))
    if note.startswith(("warning: ", "stand-in: ")):
        return Finding("warning", note.removeprefix("warning: "))
    return Finding("ok", note)


async def examine(subject: Subject) -> str:
    """Look at the engine and at the app.

    Args:
        subject: what is looked at.

    Raises:
        ConfigError: there are errors; has the whole report.
    """
    version, texts, planned = await gather(dag.version(), inputs.read(subject.source, FILES), _planned(subject.decide))
    decided = planned if isinstance(planned, Plan) else None
    findings = [*of_engine(version, embedded=bool(pins.load().stand_ins)), *await _machine(subject, decided)]
    if decided:
        findings += [*of_plan(decided), *app.examine(decided, inputs.now().date())]
    elif isinstance(planned, PipelineError):
        findings.append(Finding("error", planned.what, planned.fix))
    findings += [*app.files(texts), *dockerfile.examine(texts)]
    return reported(findings)


async def examine_image(registry: Registry, ref: str) -> str:
    """Look at a published image, whoever built it.

    Args:
        registry: how it is reached.
        ref: the image.

    Raises:
        ConfigError: there are errors; has the whole report.
        PublishError: there is no such image.
    """
    tools = plan.tools(pins.load())
    report = await Client(tools=tools, registry=registry).run("manager", "inside", reference=ref)
    return reported(list(image.examine(image.Inside.of(report), inputs.now())))


def reported(findings: Sequence[Finding]) -> str:
    """The report.

    Raises:
        ConfigError: it has errors, so that a script sees it by the exit code.
    """
    if any(finding.level == "error" for finding in findings):
        raise ConfigError.of("doctor.errors", report=text(findings))
    return text(findings)


def of_engine(version: str, *, embedded: bool) -> Iterator[Finding]:
    """Version and kind of the engine.

    Args:
        version: as it names it.
        embedded: whether it is that of ``offline/``, with stand-ins in place of upstream images.
    """
    if version != ENGINE:
        yield Finding.of("warning", message("doctor.engine", version=version, tested=ENGINE))
    else:
        yield Finding("ok", f"engine {version}{', embedded: with stand-ins for upstream images' if embedded else ''}")


def of_plan(decided: Plan) -> Iterator[Finding]:
    """What a plan itself says, and where an image could not be pushed or tested."""
    yield from of_notes(decided.notes)
    if not decided.release.repository:
        yield Finding.of("warning", message("arguments.no-address"))
    native = decided.image.native
    untested = f"images are built but not tested: the engine's platform is {native}"
    yield from (Finding("warning", f"{one} {untested}") for one in decided.image.platforms if one != native)


async def _planned(decide: Callable[[], Awaitable[Run]]) -> Plan | PipelineError:
    try:
        return (await decide()).plan
    except PipelineError as error:
        return error


async def _machine(subject: Subject, decided: Plan | None) -> list[Finding]:
    node = decided.install.image if decided else pins.load().image("node22")
    registry = decided.install.registry if decided else subject.npm_registry
    try:
        found = await machine(subject.access, node, registry, inputs.now().isoformat())
    except (PipelineError, dagger.DaggerError) as error:
        problem = error.what if isinstance(error, PipelineError) else str(error)
        return [Finding.of("error", message("doctor.no-look", problem=problem))]
    return list(looked.examine(found))
