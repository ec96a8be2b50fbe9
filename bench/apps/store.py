"""Results of runs: one JSON file for each app, so that a run can go on where another was ended."""

import json
from collections.abc import Mapping
from dataclasses import asdict, dataclass, field, replace
from pathlib import Path
from typing import Any, Self

from bench.apps.catalogue import App
from bench.apps.outcome import LATE, MACHINE, WRONG, Outcome, published

BARE, PROPOSED = "bare", "proposed"
"""Without a pipeline file, and with the one that `config init --try` writes."""


@dataclass(frozen=True, kw_only=True)
class Taken:
    """A step that a refusal named, and that was done.

    Attributes:
        id: of the message.
        done: in a few words, as Markdown.
    """

    id: str
    done: str


@dataclass(frozen=True, kw_only=True)
class Followed:
    """What came of the steps that a refusal named.

    Attributes:
        steps: that were done, in order.
        outcome: of the publish after the last of them; None where none could be done.
        why: why a further step could not be done; empty where all could.
        lacks: package that this machine's npm registry lacks, where that is why.
    """

    steps: tuple[Taken, ...] = ()
    outcome: Outcome | None = None
    why: str = ""
    lacks: str = ""

    @property
    def published(self) -> bool:
        """Whether the app is published after them."""
        return self.outcome is not None and published(self.outcome)

    @property
    def stopped(self) -> bool:
        """Whether the machine of the run lacks something that the app needs after them."""
        lacking = self.outcome is not None and bool(MACHINE & set(self.outcome.ids))
        return not self.published and (lacking or bool(self.lacks))

    def to_json(self) -> dict[str, Any]:
        """As stored."""
        outcome = self.outcome.to_json() if self.outcome else None
        return {"steps": [asdict(one) for one in self.steps], "outcome": outcome, "why": self.why, "lacks": self.lacks}

    @classmethod
    def from_json(cls, values: Mapping[str, Any]) -> Self:
        """From what was stored."""
        outcome = Outcome.from_json(values["outcome"]) if values["outcome"] else None
        steps = tuple(Taken(**one) for one in values["steps"])
        return cls(steps=steps, outcome=outcome, why=values["why"], lacks=values["lacks"])


@dataclass(frozen=True, kw_only=True)
class Result:
    """What is known of an app.

    Attributes:
        name: of the entry.
        commit: that was built.
        pipeline: commit of this project.
        runs: outcomes by the way in which it was published (`BARE`, `PROPOSED`).
        followed: what came of the steps that its refusal named; None where there are none, or they were not done.
        note: what a reader has to know, such as files that the checkout lacks.
    """

    name: str
    commit: str
    pipeline: str = ""
    runs: dict[str, Outcome] = field(default_factory=dict)
    followed: Followed | None = None
    note: str = ""

    @property
    def best(self) -> Outcome | None:
        """That of the last way that was tried."""
        return self.runs.get(PROPOSED) or self.runs.get(BARE)

    @property
    def late(self) -> bool:
        """Whether a run was ended by the deadline, so that nothing is known."""
        after = self.followed.outcome if self.followed else None
        return any(outcome.error == LATE for outcome in (*self.runs.values(), *([after] if after else [])))

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
    followed = values.pop("followed", None)
    result = Result(**values, runs=runs, followed=Followed.from_json(followed) if followed else None)
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
        "followed": result.followed.to_json() if result.followed else None,
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
