"""Results of runs: one JSON file, written anew after every run, so that nothing is lost where a bench is ended."""

import json
from collections.abc import Mapping, Sequence
from dataclasses import asdict, dataclass, field, replace
from pathlib import Path
from typing import Any


@dataclass(frozen=True, kw_only=True)
class Run:
    """One timed build.

    Attributes:
        app: name of the app.
        case: name of the case.
        subject: who built.
        round: number of the round, from 1.
        seconds: of the whole command.
        sent: bytes that the registry did not have; None where nothing was pushed.
        parts: seconds of the steps that the subject itself names.
        digests: of the images that ours made; empty for others.
        changes: number of each change that the source had.
    """

    app: str
    case: str
    subject: str
    round: int
    seconds: float
    sent: int | None = None
    parts: Mapping[str, float] = field(default_factory=dict)
    digests: Sequence[str] = ()
    changes: Mapping[str, int] = field(default_factory=dict)

    @property
    def key(self) -> tuple[str, str, str, int]:
        """What it is a run of."""
        return self.app, self.case, self.subject, self.round


@dataclass(frozen=True, kw_only=True)
class Results:
    """Everything that was measured in one bench.

    Attributes:
        machine: facts of the machine, as lines of name and value.
        runs: in the order in which they were made.
        number: of the last change; each change has a number of its own, also where a bench goes on.
    """

    machine: Mapping[str, str] = field(default_factory=dict)
    runs: tuple[Run, ...] = ()
    number: int = 0

    def after(self, run: Run) -> "Results":
        """With one run more, in place of an older one of the same."""
        return replace(self, runs=(*(known for known in self.runs if known.key != run.key), run))

    def has(self, app: str, case: str, subject: str, number: int) -> bool:
        """Whether this was measured."""
        return any(run.key == (app, case, subject, number) for run in self.runs)


def read(file: Path) -> Results:
    """What is stored; nothing where there is no file."""
    if not file.is_file():
        return Results()
    values: dict[str, Any] = json.loads(file.read_text("utf-8"))
    return Results(
        machine=values["machine"], runs=tuple(Run(**run) for run in values["runs"]), number=values.get("number", 0)
    )


def write(file: Path, results: Results) -> None:
    """Store in one step."""
    file.parent.mkdir(parents=True, exist_ok=True)
    part = file.with_name(f"{file.name}.part")
    part.write_text(json.dumps(asdict(results), indent=1, sort_keys=True) + "\n", "utf-8")
    part.replace(file)
