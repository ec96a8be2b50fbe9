"""Rounds of builds: every subject builds the same change, in turns, and each result is stored at once."""

import shutil
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass, field, replace
from pathlib import Path

from bench.speed import pushed, store
from bench.speed.apps import App
from bench.speed.cases import COLD, FRESH, WARM, Case
from bench.speed.command import BenchError
from bench.speed.source import Source
from bench.speed.store import Results, Run
from bench.speed.subjects import OFF, READ, WRITE, Built, Subject, Work

GIGABYTE = 1e9


@dataclass(kw_only=True)
class Runner:
    """Builds, and stores what came of it.

    Attributes:
        subjects: who builds.
        cases: what is measured, in this order within a round.
        rounds: how often.
        home: directory for copies.
        logs: directory for the output of the builds.
        file: of the results.
        npm: address of an npm registry; empty for the public one.
        floor: bytes of disk that stay free; with less nothing more is built.
        say: prints a line.
        failed: subjects that could not build an app, with what happened; they are left out of its further rounds.
    """

    subjects: Sequence[Subject]
    cases: Sequence[Case]
    rounds: int
    home: Path
    logs: Path
    file: Path
    npm: str
    floor: float
    say: Callable[[str], None]
    failed: dict[tuple[str, str], str] = field(default_factory=dict)

    def __post_init__(self) -> None:
        self._results = store.read(self.file)

    def run(self, apps: Sequence[App], machine: Mapping[str, str]) -> Results:
        """Measure what has no result yet.

        Args:
            apps: one after the other.
            machine: facts, kept with the results.

        Raises:
            BenchError: the disk is nearly full.
        """
        self._results = replace(self._results, machine=machine)
        for app in apps:
            turns = _Turns(app, Source(app, self.home / app.name, self.npm))
            for number in range(1, self.rounds + 1):
                for case in self.cases:
                    self._case(turns, case, number)
        return self._results

    def _case(self, turns: "_Turns", case: Case, number: int) -> None:
        due = [
            subject
            for subject in self.subjects
            if subject.name in case.subjects
            and subject.can(turns.app, case)
            and (turns.app.name, subject.name) not in self.failed
            and not self._results.has(turns.app.name, case.name, subject.name, number)
        ]
        if not due:
            return
        first = number % len(due)
        due = [*due[first:], *due[:first]]
        ready = [subject for subject in due if self._tried(turns, subject, lambda one: self._prepare(turns, case, one))]
        if case.change and ready:
            self._results = replace(self._results, number=self._results.number + 1)
            turns.source.change(case.change, self._results.number)
            turns.state = self._results.number
        for subject in ready:
            self._tried(turns, subject, lambda one: self._measure(turns, case, one, number))

    def _tried(self, turns: "_Turns", subject: Subject, work: Callable[[Subject], None]) -> bool:
        if shutil.disk_usage(self.home).free < self.floor:
            raise BenchError(
                f"less than {self.floor / GIGABYTE:.0f} GB are free\n  fix: free some, go on with RESUME=1"
            )
        try:
            work(subject)
        except BenchError as error:
            self.failed[turns.app.name, subject.name] = str(error)
            self.say(f"{turns.app.name}, {subject.name}: {error}")
            return False
        return True

    def _prepare(self, turns: "_Turns", case: Case, subject: Subject) -> None:
        """Bring a subject to where the case begins: it has built the source as it is before the change."""
        if case.start == COLD:
            return
        known = (turns.state, case.platforms, case.start == FRESH)
        if turns.built.get(subject.name) == known and case.start == WARM:
            return
        built = self._build(turns, case, subject, WRITE if case.start == FRESH else OFF)
        turns.after(subject.name, built, known)

    def _measure(self, turns: "_Turns", case: Case, subject: Subject, number: int) -> None:
        if case.start != WARM:
            subject.forget(turns.source.copy(subject.name, peer=subject.peer))
            for other in self.subjects:
                if other.keeps == subject.keeps:
                    turns.built.pop(other.name, None)
        built = self._build(turns, case, subject, READ if case.start == FRESH else OFF)
        sent = None if built.blobs is None else pushed.sent(built.blobs, turns.blobs.get(subject.name, {}))
        turns.after(subject.name, built, (turns.state, case.platforms, False))
        run = Run(
            app=turns.app.name,
            case=case.name,
            subject=subject.name,
            round=number,
            seconds=round(built.seconds, 2),
            sent=sent,
            parts=built.parts or {},
            digests=built.digests,
            changes=turns.source.changes,
        )
        self._results = self._results.after(run)
        store.write(self.file, self._results)
        self.say(f"round {number}, {run.app}, {case.title}: {subject.name} {run.seconds:.1f} s")

    def _build(self, turns: "_Turns", case: Case, subject: Subject, cache: str) -> Built:
        return subject.build(
            Work(
                app=turns.app,
                source=turns.source.copy(subject.name, peer=subject.peer),
                platforms=case.platforms,
                cache=cache,
                log=self.logs / f"{turns.app.name}-{subject.name.replace(' ', '-')}.log",
                npm=self.npm,
            )
        )


_State = tuple[int, tuple[str, ...], bool]
"""Number of the last change, platforms, and whether the results went to the registry."""


class _Turns:
    """Where an app and its subjects are."""

    def __init__(self, app: App, source: Source) -> None:
        self.app, self.source, self.state = app, source, 0
        self.built: dict[str, _State] = {}
        self.blobs: dict[str, dict[str, int]] = {}

    def after(self, subject: str, built: Built, state: _State) -> None:
        """A subject has built a state."""
        self.built[subject] = state
        self.blobs.setdefault(subject, {}).update(built.blobs or {})
