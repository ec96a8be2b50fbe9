"""`config init --try`: build and start the app, amend the pipeline file by what failed, and do it again."""

from collections.abc import Mapping
from dataclasses import dataclass, replace

import dagger

from ci import pipeline
from ci.build.base import Access
from ci.build.run import begin
from ci.decide.config import init as template
from ci.decide.config.model import Pipeline
from ci.decide.config.parse import parse
from ci.decide.plan import decide as plan
from ci.decide.plan import fonts
from ci.decide.plan.health import settled
from ci.decide.plan.request import RunRequest
from ci.decide.project.facts import Project
from ci.decide.project.source_files import SourceFiles
from ci.decide.shipped import PipelineFile
from ci.decide.tries import SLIM, START, Failure, Stop
from ci.decide.tries.amend import NAME, amend
from ci.decide.tries.edit import put
from ci.decide.tries.pages import concerned
from ci.decide.tries.result import finished
from ci.engine.concurrent import gather
from ci.engine.inputs import Asked, Newest, choose, facts, look, native_platform, now, with_fonts
from ci.engine.registries import Registry
from ci.engine.signing import Signing
from ci.errors import ConfigError, PipelineError
from ci.gates import environment, slim, smoke
from ci.report.text import finding_line, logs

MOST = 50
"""Rounds that may be asked for."""

GATES: Mapping[str, str] = {smoke.NAME: START, slim.NAME: SLIM}
"""Gates whose failure amends the file, in order, to the id of that failure."""

TRIED = PipelineFile(name=NAME, origin="config init --try", text="")


@dataclass(frozen=True, kw_only=True)
class Subject:
    """The app that is tried.

    Attributes:
        source: its files.
        access: package registries, tokens and authorities.
        newest: asks the npm registry for fonts that nothing pins.
        app: directory of the app in a workspace.
        npm_registry: URL of an npm registry.
    """

    source: dagger.Directory
    access: Access
    newest: Newest
    app: str = ""
    npm_registry: str = ""


@dataclass(frozen=True, kw_only=True)
class Started:
    """An image that starts.

    Attributes:
        frozen: dummies that are in its bundle, a text each.
        secrets: what looks like a secret and is in its bundle, so that no policy releases it, a text each.
        fonts: ``build.fonts`` for what nothing pins.
    """

    frozen: tuple[str, ...]
    secrets: tuple[str, ...]
    fonts: Mapping[str, str]


async def init(subject: Subject, asked: Asked, rounds: int) -> str:
    """Write a pipeline file with which the app builds and starts.

    Args:
        subject: the app.
        asked: file to begin with: that of the caller or of the source; else a new one.
        rounds: builds at most.

    Returns:
        The file; its head says whether the image starts, and what a person has to decide where it does not.

    Raises:
        ConfigError: a number of rounds that makes no sense, or the file to begin with is not valid.
        ProjectError: there is no app, or it is not clear which is meant.
    """
    if not 1 <= rounds <= MOST:
        raise ConfigError.of("arguments.rounds", given=rounds, most=MOST)
    files = await look(subject.source)
    request = RunRequest(app=subject.app, npm_registry=subject.npm_registry, native=await native_platform(), now=now())
    begun = await choose(subject.source, files, asked)
    text = begun.text or template.init(facts(files, Pipeline(), request))
    said: list[str] = []
    for number in range(1, rounds + 1):
        outcome = await _outcome(subject, files, text, request)
        if isinstance(outcome, Started):
            refused = "; a release of it is refused, and a person has to decide" if outcome.secrets else ""
            _say(number, f"the image builds and starts{refused}")
            return finished(_with_fonts(text, outcome.fonts), said, outcome.frozen, secrets=outcome.secrets)
        project = facts(files, parse(text, NAME), request)
        step = amend(text, await _with_sources(outcome, subject.source, project), project)
        if isinstance(step, Stop):
            _say(number, f"{step.reason}: a person has to decide")
            return finished(text, said, [], step)
        said.append(f"{outcome.heading}: {step.why}")
        _say(number, said[-1])
        text = step.text
    return finished(text, said, [], Stop(reason=f"{rounds} builds were not enough", fix="pass a larger --rounds"))


async def _outcome(subject: Subject, files: SourceFiles, text: str, request: RunRequest) -> Failure | Started:
    """What fails with a file, or what is to be known of the image."""
    try:
        file = parse(text, NAME)
        project = facts(files, file, request)
        pins = await with_fonts(project, file, request, subject.newest)
        decided = plan.decide(project, file, pins, request, TRIED)
        access = subject.access
        run = begin(decided, subject.source, access, Registry(ca=access.ca), seed=None, signing=Signing())
        made = await run.make()
        decided = settled(decided, made.payload.alive, made.payload.behind)
        started = {one.name: one for one in await pipeline.started_gates(decided, made, fresh=True)}
    except PipelineError as error:
        return Failure(id=error.id, what=error.what, fix=error.fix, facts=error.facts)
    for gate in (started[name] for name in GATES if name in started):
        if not gate.passed:
            found = [one for one in gate.findings if one.stops]
            lines = [*(f"- {finding_line(one)}" for one in found), *logs([gate])]
            fix = next((one.fix for one in found if one.fix), "")
            return Failure(id=GATES[gate.name], what="\n".join(lines), fix=fix)
    of_bundle = started[environment.NAME]
    return Started(
        frozen=tuple(f"{one.place} {one.title}" for one in environment.dummies(of_bundle)),
        secrets=tuple(f"{one.place} {one.title}" for one in environment.secrets(of_bundle)),
        fonts=fonts.pinned(project, file, pins),
    )


async def _with_sources(failure: Failure, source: dagger.Directory, project: Project) -> Failure:
    """The failure, with the text of the files that may be changed."""
    names = concerned(failure, project)
    texts = await gather(*(source.file(name).contents() for name in names))
    return replace(failure, sources=dict(zip(names, texts, strict=True)))


def _with_fonts(text: str, packages: Mapping[str, str]) -> str:
    """The file with the packages that were used, so that the next run takes the same."""
    given = parse(text, NAME).build.fonts
    for name, package in packages.items():
        if name not in given:
            text = put(text, ("build", "fonts", name), package, "The newest when it was tried.")
    return text


def _say(number: int, text: str) -> None:
    print(f"round {number}: {text}", flush=True)
