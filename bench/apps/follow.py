"""Does what a refusal says, in a copy of the source, until the app is published or only a person can go on."""

import os
import posixpath
import re
import shutil
import subprocess
import tempfile
from collections.abc import Callable, Iterator, Sequence
from contextlib import contextmanager
from dataclasses import dataclass, replace
from pathlib import Path
from typing import Any

import yaml

from bench.apps.catalogue import PUBLISHED, App
from bench.apps.managers import command
from bench.apps.outcome import Call, Outcome, published
from bench.apps.steps import Argue, Keep, Lock, Patch, Propose, Step, Write, step_of
from bench.apps.store import Followed, Taken

MOST = 4
"""Steps that are done one after the other."""

_DEADLINE = 300
"""Seconds of one command on this machine."""

_LACKS = re.compile(r"No matching version found for ((?:@[^/\s]+/)?[^@\s]+@\S*[^\s.])")
"""What npm and pnpm say of a version that the registry does not have."""

_READ = ("package.json", "pnpm-lock.yaml", "yarn.lock", ".yarnrc.yml")

Ask = Callable[[Sequence[str], str], Call]
"""Calls the module with arguments after the source, and names the logs."""


class StepError(RuntimeError):
    """A step could not be done.

    Args:
        what: why.
        lacks: package that this machine's npm registry does not have, where that is why; else empty.
    """

    def __init__(self, what: str, lacks: str = "") -> None:
        super().__init__(what)
        self.lacks = lacks


@dataclass(frozen=True, kw_only=True)
class Place:
    """Where steps are done.

    Attributes:
        source: the copy.
        app: directory of the app in it, as the list has it.
        file: the pipeline file; absent until a step writes it.
        log: file of what commands print; it grows.
        ask: calls the module for the copy.
    """

    source: Path
    app: str = "."
    file: Path
    log: Path
    ask: Ask


@dataclass(frozen=True, kw_only=True)
class Following:
    """The state between two steps.

    Attributes:
        taken: what was done.
        arguments: that the steps gave.
        outcome: of the last run.
    """

    taken: tuple[Taken, ...] = ()
    arguments: tuple[str, ...] = ()
    outcome: Outcome


def expected(app: App) -> App:
    """The entry after its step: it has to be published, and nothing else is right."""
    return replace(app, expect=PUBLISHED, cause="", why="", machine="", finding="")


def follow(first: Outcome, place: Place, publish: Callable[[Sequence[str], int], Outcome]) -> Followed | None:
    """Follow the steps.

    Args:
        first: the refusal.
        place: where.
        publish: publishes the copy with further arguments; gets the number of the step.

    Returns:
        What was done, and the last outcome; None where the refusal names no step that a program can do.
    """
    now = Following(outcome=first)
    while len(now.taken) < MOST and not published(now.outcome):
        found = step_of(now.outcome.ids, now.outcome.error, [one.id for one in now.taken])
        if not found:
            break
        name, step = found
        try:
            done, arguments = do(step, place, now.arguments)
        except StepError as problem:
            return Followed(steps=now.taken, outcome=_second(now), why=f"{name}: {problem}", lacks=problem.lacks)
        given = (*now.arguments, *arguments)
        outcome = publish([*given, *_file(place)], len(now.taken) + 1)
        now = Following(taken=(*now.taken, Taken(id=name, done=done)), arguments=given, outcome=outcome)
    return Followed(steps=now.taken, outcome=now.outcome) if now.taken else None


def do(step: Step, place: Place, given: Sequence[str] = ()) -> tuple[str, tuple[str, ...]]:
    """Do a step.

    Args:
        step: it.
        place: where.
        given: arguments of calls, from earlier steps.

    Returns:
        What was done, in a few words, and arguments for the calls that follow.

    Raises:
        StepError: it could not be done.
    """
    match step:
        case Argue():
            return f"`{' '.join(step.arguments)}`", step.arguments
        case Lock():
            directory = _app(place, given) if step.of_app else step.directory
            return f"`{_first(step.commands, place, directory)}`", ()
        case Keep():
            return _kept(step, place), ()
        case Write():
            return _written(step, place), ()
        case Patch():
            return _patched(step, place, given), ()
        case Propose():
            return _proposed(place, given), ()


def _app(place: Place, given: Sequence[str]) -> str:
    return given[given.index("--app") + 1] if "--app" in given else place.app


def _first(commands: Sequence[str], place: Place, directory: str) -> str:
    before = place.log.stat().st_size if place.log.is_file() else 0
    for one in commands:
        if ran(one, place.source / directory, place.log):
            return one
    printed = place.log.read_bytes()[before:].decode("utf-8", "replace") if place.log.is_file() else ""
    if found := _LACKS.search(printed):
        raise StepError(f"the npm registry of this machine has no {found[1]}", lacks=found[1])
    raise StepError(f"{' and '.join(f'`{one}`' for one in commands)} failed")


def _kept(step: Keep, place: Place) -> str:
    for check, lockfile in step.checks:
        with _alone(place.source, lockfile, [path for _, path in step.checks]) as tried:
            fits = ran(check, tried, place.log)
        if fits:
            for _, other in step.checks:
                if other != lockfile:
                    (place.source / other).unlink()
            return f"kept {lockfile}, which `{check}` accepts"
    raise StepError("no lockfile fits package.json")


@contextmanager
def _alone(source: Path, lockfile: str, lockfiles: Sequence[str]) -> Iterator[Path]:
    """A copy of the source with only one of its lockfiles: a check may write, and managers look at each other's."""
    with tempfile.TemporaryDirectory() as home:
        copy = Path(home) / "source"
        shutil.copytree(source, copy, symlinks=True)
        for other in lockfiles:
            if other != lockfile:
                (copy / other).unlink(missing_ok=True)
        yield copy / posixpath.dirname(lockfile)


def _written(step: Write, place: Place) -> str:
    written = yaml.safe_load(place.file.read_text("utf-8")) if place.file.is_file() else None
    known: dict[str, Any] = written or {"version": 2}
    for key, value in yaml.safe_load(step.text).items():
        known[key] = {**known[key], **value} if isinstance(known.get(key), dict) else value
    place.file.write_text(yaml.safe_dump(known, sort_keys=False), "utf-8")
    return f"`{step.text}`"


def _patched(step: Patch, place: Place, given: Sequence[str]) -> str:
    patch = place.file.with_suffix(".patch")
    asked = place.ask([*given, *_file(place), "fixes", "--output", str(patch)], "fixes")
    if asked.code != 0 or not patch.is_file():
        raise StepError("`fixes` failed")
    if not patch.read_text("utf-8").strip():
        raise StepError("`fixes` has no patch")
    outside = {**os.environ, "GIT_CEILING_DIRECTORIES": str(place.source.parent)}
    applied = ["git", "apply", str(patch.resolve())]
    if subprocess.run(applied, check=False, cwd=place.source, env=outside, capture_output=True).returncode:
        raise StepError("`git apply` does not take the patch of `fixes`")
    lock = _first(step.lock.commands, place, step.lock.directory)
    return f"the patch of `fixes` and `{lock}`"


def _proposed(place: Place, given: Sequence[str]) -> str:
    if place.file.is_file():
        raise StepError("the pipeline file has to be completed by hand")
    if place.ask([*given, "config", "init", "--try", "--output", str(place.file)], "try").code != 0:
        raise StepError("`config init --try` failed")
    return "the file of `config init --try`"


def _file(place: Place) -> list[str]:
    return ["--pipeline-file", str(place.file)] if place.file.is_file() else []


def _second(now: Following) -> Outcome | None:
    return now.outcome if now.taken else None


def ran(text: str, directory: Path, log: Path) -> bool:
    """Whether a manager's command succeeds; what it installs is removed again.

    Args:
        text: as a message names it.
        directory: in which it runs.
        log: what it prints is added to this file.
    """
    files = {name: (directory / name).read_text("utf-8") for name in _READ if (directory / name).is_file()}
    found = command(text, files)
    if not found or not directory.is_dir():
        return False
    env = {name: value for name, value in os.environ.items() if name != "CI"} | dict(found.env)
    with log.open("ab") as out:
        out.write(f"$ {text}\n".encode())
        out.flush()
        argv = ["nice", "-n", "10", "timeout", str(_DEADLINE), *found.argv]
        code = subprocess.run(
            argv, check=False, cwd=directory, env=env, stdin=subprocess.DEVNULL, stdout=out, stderr=subprocess.STDOUT
        ).returncode
    shutil.rmtree(directory / "node_modules", ignore_errors=True)
    return code == 0
