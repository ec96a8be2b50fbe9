"""The keys of the pipeline file for the functions `load` and `soak`."""

from dataclasses import dataclass, field


@dataclass(frozen=True, kw_only=True)
class Route:
    """A request that the load is made of.

    Attributes:
        path: path and query; ``{chunk}`` is a static chunk that the build made.
        weight: how often it is sent, beside the weights of the others.
        method: HTTP method.
        json: request body, sent as JSON; write it as text, in quotes.
        status: expected status; another one counts as failed. Redirects are not followed.
    """

    path: str
    weight: int = 1
    method: str = "GET"
    json: str = ""
    status: int = 200


@dataclass(frozen=True, kw_only=True)
class Thresholds:
    """What an image under load must keep to.

    Attributes:
        p95: milliseconds within which 95 of 100 requests are answered.
        errors: requests of 10,000 that may fail; 10 are 0.1 %.
        growth: KiB that resident memory may grow by in 1,000 requests, from the middle of the load on; 0: in `load` it
            is printed and not judged, and `soak` allows 100.
        ratio: percent of the other image's P50 and P95 that those of this image may have, with ``--against``.
    """

    p95: int = 200
    errors: int = 10
    growth: int = 0
    ratio: int = 120


@dataclass(frozen=True, kw_only=True)
class Load:
    """The load.

    Attributes:
        scenario: name of the scenario whose variables and services the app gets; default: the first.
        session: whether the requests of that scenario are sent once before the load, and the cookies that they set with
            every request of it: the load of a user who is logged in.
        routes: what is requested; default: the health path.
        rate: requests a second over all connections; 0 for as many as they can.
        connections: that are open at once; each asks again when it has its answer. There are never more than `rate`.
        warmup: seconds of load that are not measured, after each start.
        duration: seconds that are measured, over all starts of an image.
        timeout: seconds after which a request counts as failed.
        thresholds: what the image must keep to.
    """

    scenario: str = ""
    session: bool = False
    routes: tuple[Route, ...] = ()
    rate: int = 50
    connections: int = 10
    warmup: int = 5
    duration: int = 20
    timeout: int = 10
    thresholds: Thresholds = field(default_factory=Thresholds)
