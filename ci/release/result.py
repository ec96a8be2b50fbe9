"""A release as it is stored in the registry cache, for a later run of the same inputs."""

import json
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import Any

import dagger

from ci.build.assemble import Assembled
from ci.build.payload import Payload
from ci.engine.containers import by_content
from ci.errors import PublishError
from ci.intool.common.failure import Failure
from ci.intool.policy import GateResult

FACTS = "facts"
FILE = "facts.json"


@dataclass(frozen=True, kw_only=True)
class Released:
    """What is known of an image that passed all gates and was pushed.

    Attributes:
        digest: of its index.
        platforms: platform to digest, size and layers.
        gates: their results.
        payload: ``bytes``, ``standalone`` and ``removed`` of the files on top of the base; empty where it is not known.
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
    return {FACTS: by_content({FILE: written(released)})}


async def restored(kept: dagger.Directory) -> Released:
    """The same value from its directory.

    Raises:
        PublishError: it is not what ``written`` gives.
    """
    return read(await kept.directory(FACTS).file(FILE).contents())


def written(released: Released) -> str:
    """A release as text. Pure."""
    return json.dumps({**vars(released), "gates": [gate.to_json() for gate in released.gates]})


def read(text: str) -> Released:
    """The same value from its text. Pure.

    Raises:
        PublishError: it is not what ``written`` gives.
    """
    try:
        facts = json.loads(text)
        return Released(**{**facts, "gates": tuple(GateResult.from_json(gate) for gate in facts["gates"])})
    except (Failure, ValueError, KeyError, TypeError) as error:
        raise PublishError.of("gates.stored", problem=str(error)) from None
