"""A release that was made before from the same inputs, as the registry remembers it."""

import json
from collections.abc import Mapping, Sequence
from dataclasses import asdict, dataclass
from typing import Any

import dagger

from ci.build.assemble import Assembled
from ci.build.payload import Payload
from ci.engine.containers import handed
from ci.gates.result import GateResult

FACTS = "facts"
FILE = "facts.json"


@dataclass(frozen=True, kw_only=True)
class Released:
    """What is known of an image that passed all gates and was pushed.

    Attributes:
        digest: of its index.
        platforms: platform to digest, size and layers.
        gates: verdicts.
        payload: ``bytes``, ``standalone`` and ``removed`` of what lies on top of the base; empty where it is not known.
    """

    digest: str
    platforms: Mapping[str, Any]
    gates: Sequence[GateResult]
    payload: Mapping[str, Any]

    @classmethod
    def of(cls, image: Assembled, gates: Sequence[GateResult], packed: Payload | None = None) -> "Released":
        """From what a run has made."""
        names = ("bytes", "standalone", "removed")
        figures = {name: getattr(packed, name) for name in names} if packed else {}
        return cls(digest=image.digest, platforms=image.platforms, gates=gates, payload=figures)


def saved(released: Released) -> dict[str, dagger.Directory]:
    """The directory that holds it."""
    return {FACTS: handed({FILE: json.dumps(asdict(released))})}


async def restored(kept: dagger.Directory) -> Released:
    """The same value from its directory."""
    facts = json.loads(await kept.directory(FACTS).file(FILE).contents())
    return Released(**{**facts, "gates": [_gate(gate) for gate in facts["gates"]]})


def _gate(facts: Mapping[str, Any]) -> GateResult:
    lists = {name: tuple(facts[name]) for name in ("findings", "log", "skipped", "waived")}
    return GateResult(**{**facts, **lists})
