"""Publish apps one after the other: without a pipeline file, with the proposed one, and after what a refusal names."""

import re
import shutil
import subprocess
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, replace
from functools import cached_property
from pathlib import Path

from bench.apps import store
from bench.apps.call import dagger, in_registry
from bench.apps.catalogue import REFUSED, App
from bench.apps.follow import Place, expected, follow
from bench.apps.outcome import REFUSED_RIGHT, WRONG, Call, Outcome, by_machine, judged
from bench.apps.store import BARE, PROPOSED, Followed, Result

_DIGEST = re.compile(r"@(sha256:[0-9a-f]{64})")


@dataclass(frozen=True, kw_only=True)
class Runner:
    """How apps are published.

    Attributes:
        project: directory of the module.
        checkouts: directory with the source of each app.
        home: directory of results, logs and proposed files.
        registry: of the images, such as ``127.0.0.1:5000``; without TLS.
        arguments: for every call, such as ``--registry tcp://…``.
        deadline: seconds that one call may take.
        floor: bytes of free disk below which no further app is begun.
        templates: texts of all messages by id.
        follows: whether the steps are done that a refusal names.
    """

    project: Path
    checkouts: Path
    home: Path
    registry: str
    arguments: tuple[str, ...]
    deadline: float
    floor: float
    templates: Mapping[str, str]
    follows: bool = True

    def run(self, apps: Iterable[App]) -> Iterable[Result]:
        """Publish each; stores and gives each result as it is there."""
        for app in apps:
            if shutil.disk_usage(self.home).free < self.floor:
                print(f"less than {self.floor / 1e9:.0f} GB are free: {app.name} and all after it are left")
                return
            if not (self.checkouts / app.name).is_dir():
                print(f"{app.name}: no checkout in {self.checkouts}")
                continue
            yield self._one(app)

    def _one(self, app: App) -> Result:
        known = store.read(self.home, app)
        result = Result(name=app.name, commit=app.commit, pipeline=self._pipeline, note=known.note if known else "")
        result = result.after(BARE, self._publish(app, BARE, ()))
        store.write(self.home, result)
        may_build = app.expect != REFUSED or bool(app.finding)
        if result.runs[BARE].verdict == WRONG and may_build and self.proposes:
            result = result.after(PROPOSED, self._proposed(app))
            store.write(self.home, result)
        best = result.best
        if self.follows and best and best.verdict == REFUSED_RIGHT and not by_machine(app, best):
            result = replace(result, followed=self._followed(app, result, best))
            store.write(self.home, result)
        return result

    def _followed(self, app: App, known: Result, refusal: Outcome) -> Followed | None:
        entry, copy = expected(app), self.home / "followed" / app.name
        name, file = f"{app.name}.followed", self.home / f"{app.name}.followed.yaml"
        for old in (file, file.with_suffix(".patch"), file.with_suffix(".host.log")):
            old.unlink(missing_ok=True)
        if PROPOSED in known.runs and (proposed := self.home / f"{app.name}.yaml").is_file():
            shutil.copy(proposed, file)

        def ask(asked: Sequence[str], step: str) -> Call:
            return dagger(self.project, [*self._source(app, copy), *asked], self.home / f"{name}-{step}", self.deadline)

        def publish(arguments: Sequence[str], number: int) -> Outcome:
            return self._publish(entry, f"followed-{number}", arguments, copy)

        shutil.rmtree(copy, ignore_errors=True)
        shutil.copytree(self.checkouts / app.name, copy, symlinks=True)
        log = file.with_suffix(".host.log")
        place = Place(source=copy, app=app.app or ".", file=file, log=log, ask=ask)
        try:
            return follow(refusal, place, publish)
        finally:
            shutil.rmtree(copy, ignore_errors=True)

    def _proposed(self, app: App) -> Outcome:
        file = self.home / f"{app.name}.yaml"
        asked = [*self._source(app), "config", "init", "--try", "--output", str(file)]
        tried = dagger(self.project, asked, self.home / f"{app.name}.try", self.deadline)
        if tried.code != 0:
            return judged(app, replace(tried, printed=""), self.templates)
        published = self._publish(app, PROPOSED, ("--pipeline-file", str(file)))
        return replace(published, seconds=published.seconds + tried.seconds)

    def _publish(self, app: App, way: str, more: Sequence[str], source: Path | None = None) -> Outcome:
        repository = f"corpus-{app.name}"
        asked = [*self._source(app, source), "--address", f"{self.registry}/{repository}", *more, "publish"]
        done = dagger(self.project, asked, self.home / f"{app.name}.{way}", self.deadline)
        return judged(app, replace(done, stored=self._stored(repository, done)), self.templates)

    def _source(self, app: App, source: Path | None = None) -> list[str]:
        return [
            "--source",
            str(source or self.checkouts / app.name),
            *(["--app", app.app] if app.app else []),
            *self.arguments,
        ]

    def _stored(self, repository: str, done: Call) -> frozenset[str]:
        digests = set(_DIGEST.findall(done.printed))
        return frozenset(digest for digest in digests if in_registry(self.registry, repository, digest))

    @cached_property
    def proposes(self) -> bool:
        """Whether the module has `config init --try`."""
        asked = ["dagger", "call", "config", "init", "--help"]
        return "--try" in subprocess.run(asked, check=False, capture_output=True, text=True, cwd=self.project).stdout

    @cached_property
    def _pipeline(self) -> str:
        asked = ["git", "-C", str(self.project), "rev-parse", "HEAD"]
        return subprocess.run(asked, check=True, capture_output=True, text=True).stdout.strip()
