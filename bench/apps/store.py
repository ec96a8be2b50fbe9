"""Results of runs: one JSON file for each app, so that a run can go on where another was ended."""

import json
from dataclasses import dataclass, field, replace
from pathlib import Path
from typing import Any

from bench.apps.catalogue import App
from bench.apps.outcome import LATE, WRONG, Outcome

BARE, PROPOSED = "bare", "proposed"
"""Without a pipeline file, and with the one that `config init --try` writes."""


@dataclass(frozen=True, kw_only=True)
class Result:
    """What is known of an app.

    Attributes:
        name: of the entry.
        commit: that was built.
        pipeline: commit of this project.
        runs: outcomes by the way in which it was published (`BARE`, `PROPOSED`).
        note: what a reader has to know, such as files that the checkout lacks.
    """

    name: str
    commit: str
    pipeline: str = ""
    runs: dict[str, Outcome] = field(default_factory=dict)
    note: str = ""

    @property
    def best(self) -> Outcome | None:
        """That of the last way that was tried."""
        return self.runs.get(PROPOSED) or self.runs.get(BARE)

    @property
    def late(self) -> bool:
        """Whether a run was ended by the deadline, so that nothing is known."""
        return any(outcome.error == LATE for outcome in self.runs.values())

    def after(self, way: str, outcome: Outcome) -> "Result":
        """With one run more."""
        return replace(self, runs={**self.runs, way: outcome})


def read(home: Path, app: App) -> Result | None:
    """What is stored of an app at the list's commit; None where there is nothing."""
    file = home / f"{app.name}.json"
    if not file.is_file():
        return None
    values: dict[str, Any] = json.loads(file.read_text("utf-8"))
    runs = {way: Outcome.from_json(outcome) for way, outcome in values.pop("runs").items()}
    result = Result(**values, runs=runs)
    return result if result.commit == app.commit else None


def write(home: Path, result: Result) -> None:
    """Store a result, in one step."""
    home.mkdir(parents=True, exist_ok=True)
    values = {
        "name": result.name,
        "commit": result.commit,
        "pipeline": result.pipeline,
        "note": result.note,
        "runs": {way: outcome.to_json() for way, outcome in result.runs.items()},
    }
    part = home / f"{result.name}.json.part"
    part.write_text(json.dumps(values, indent=2) + "\n", "utf-8")
    part.replace(home / f"{result.name}.json")


def due(result: Result | None, *, failed: bool, new: bool) -> bool:
    """Whether an app is to be run.

    Args:
        result: what is known.
        failed: only apps that went wrong.
        new: only apps that nothing is known of.
    """
    if not failed and not new:
        return True
    best = result.best if result else None
    return (new and best is None) or (failed and best is not None and best.verdict == WRONG)
