"""Are images equal, cold against warm? What a new engine made is built again on one that built the app before."""

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, replace
from pathlib import Path

from bench.speed.apps import App
from bench.speed.cases import AMD64, CASES, COLD, CORE, OURS, PAGE
from bench.speed.source import Source
from bench.speed.store import Run
from bench.speed.subjects import OFF, Subject, Work

_BEFORE = 0
"""Number of the change that makes an engine warm; no run has it."""


@dataclass(frozen=True, kw_only=True)
class Pair:
    """One source, built twice.

    Attributes:
        cold: the run on a new engine.
        warm: digests that the warm engine made of the same source.
    """

    cold: Run
    warm: Sequence[str]

    @property
    def equal(self) -> bool:
        """Whether they are the same images."""
        return list(self.cold.digests) == list(self.warm)

    def __str__(self) -> str:
        said = "equal" if self.equal else f"DIFFERS: {', '.join(self.warm)} when warm"
        changes = ", ".join(f"{name} {number}" for name, number in self.cold.changes.items())
        return f"{self.cold.app}, {changes}: {', '.join(self.cold.digests)} {said}"


def cold(runs: Iterable[Run]) -> list[Run]:
    """The runs of ours on new engines, one for each source."""
    new = {case.name for case in CASES if case.start == COLD}
    found = [run for run in runs if run.case in new and run.subject in {OURS, CORE} and run.digests]
    return list({(run.app, run.subject, *sorted(run.changes.items())): run for run in found}.values())


def pairs(
    runs: Iterable[Run], apps: Mapping[str, App], subjects: Mapping[str, Subject], home: Path, npm: str
) -> list[Pair]:
    """Build the sources of cold runs again, one after the other.

    Args:
        runs: what was measured.
        apps: by name.
        subjects: ours by name, on an engine that is not emptied; each builds what it built when it was new.
        home: directory for copies and logs.
        npm: address of an npm registry; empty for the public one.
    """
    found, warm, sources = [], set[tuple[str, str]](), dict[str, Source]()
    for run in cold(runs):
        app, subject = apps[run.app], subjects[run.subject]
        source = sources.setdefault(run.app, Source(app, home / run.app, npm))
        if (run.app, run.subject) not in warm:
            _built(replace(run, changes={PAGE: _BEFORE}), app, source, subject, npm)
            warm.add((run.app, run.subject))
        found.append(Pair(cold=run, warm=_built(run, app, source, subject, npm)))
        print(found[-1], flush=True)
    return found


def _built(run: Run, app: App, source: Source, subject: Subject, npm: str) -> Sequence[str]:
    for name, number in run.changes.items():
        source.change(name, number)
    copy = source.copy(run.subject, peer=subject.peer)
    log = copy.with_name(f"{app.name}.log")
    return subject.build(Work(app=app, source=copy, platforms=(AMD64,), cache=OFF, log=log, npm=npm)).digests
