"""What is asked, how long, and in which order images are started. Pure."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import Any

from ci.decide.config.load import Load, Route
from ci.decide.config.model import Scenario
from ci.decide.plan.model import Plan
from ci.errors import ConfigError

CHUNK = "{chunk}"
THIS, OTHER = "image", "other"
"""Names of the image that is judged, and of the one that it is compared with."""

ALONE = (THIS,)
COMPARED = (THIS, OTHER, OTHER, THIS)
"""Rounds: what changes steadily on a machine, such as its heat, is the same for both."""


@dataclass(frozen=True, kw_only=True)
class Rounds:
    """The starts.

    Attributes:
        order: name of the image of each.
        warmup: seconds that are not measured, in each.
        seconds: that are measured, in each.
    """

    order: tuple[str, ...]
    warmup: int
    seconds: int


def rounds(load: Load, *, compared: bool) -> Rounds:
    """The starts of a run: one of the image alone, or two of each of two.

    Args:
        load: of the pipeline file.
        compared: whether there is another image.
    """
    order = COMPARED if compared else ALONE
    return Rounds(order=order, warmup=load.warmup, seconds=max(1, load.duration // order.count(THIS)))


def scenario(plan: Plan) -> Scenario:
    """The scenario in whose surroundings the app runs."""
    scenarios = plan.smoke.scenarios
    return next((one for one in scenarios if one.name == plan.load.scenario), scenarios[0])


def routes(plan: Plan, chunk: str) -> tuple[Route, ...]:
    """What is requested.

    Args:
        plan: the routes of the pipeline file, or else the health path.
        chunk: URL path of a static chunk; empty where none is known.

    Raises:
        ConfigError: a route is a static chunk, and none is known.
    """
    health = plan.image.health
    given = plan.load.routes or (Route(path=health.path, status=health.status),)
    if not chunk and any(CHUNK in one.path for one in given):
        raise ConfigError.of("load.no-chunk", chunk=CHUNK)
    return given


def generator(load: Load, given: Sequence[Route], chunk: str) -> Mapping[str, Any]:
    """The input of the generator, without address, seconds and cookies.

    Args:
        load: of the pipeline file.
        given: what is requested.
        chunk: URL path of a static chunk.
    """
    return {
        "connections": load.connections,
        "rate": load.rate,
        "timeout": load.timeout,
        "requests": [
            {
                "method": one.method,
                "path": one.path.replace(CHUNK, chunk),
                "headers": {"content-type": "application/json"} if one.json else {},
                "body": one.json,
                "status": one.status,
            }
            for one in interleaved(given)
        ],
    }


def interleaved(given: Sequence[Route]) -> list[Route]:
    """Each route as often as its weight says, spread evenly.

    The route that is most behind its share is next, as load balancers choose servers by weight.
    """
    total = sum(one.weight for one in given)
    behind = [0] * len(given)
    found = []
    for _ in range(total):
        behind = [owed + one.weight for owed, one in zip(behind, given, strict=True)]
        chosen = behind.index(max(behind))
        behind[chosen] -= total
        found.append(given[chosen])
    return found
