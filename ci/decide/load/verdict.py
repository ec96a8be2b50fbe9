"""The verdict on an image under load. Pure."""

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass, replace

from ci.decide.config.load import Load, Thresholds
from ci.decide.load.asked import OTHER, THIS
from ci.decide.load.numbers import Numbers, numbers
from ci.decide.plan.model import TrustPlan
from ci.intool.load.measured import Measured, Round
from ci.intool.policy import Finding, GateResult, Scenario, gate_result, not_judged

NAME = "load"
REACHED = 0.9
"""Share of the asked rate that has to be reached: with less, times say how the app would answer to a smaller load."""

TEN_THOUSAND = 10_000

GROWTH = "load-growth"

NEXT = {
    "load-start": "see the log, and what `smoke` says",
    "load-ended": "see the log; where the limit of memory ended it, raise harden.memory or use less",
    "load-errors": "see the log, or correct the status in load.routes",
    "load-rate": "lower load.rate, raise load.connections, or run it on a machine with more processors",
    "load-p95": "make these routes faster, or correct load.thresholds.p95 for this machine",
    "load-growth": "find what is kept from one request to the next: `node --heapsnapshot-signal=SIGUSR2` writes a heap",
    "load-ratio": "find what made this image slower; on a machine that does other work, run it again",
}
"""Id of a finding to the next step."""


@dataclass(frozen=True, kw_only=True)
class Result:
    """What a run gives.

    Attributes:
        gate: the verdict.
        image: numbers of the image; None where it never was under load.
        other: those of the image that it is compared with.
        limited: whether a limit of memory held.
    """

    gate: GateResult
    image: Numbers | None
    other: Numbers | None
    limited: bool


def judge(measured: Measured, load: Load, scenario: str, trust: TrustPlan, *, soak: bool = False) -> Result:
    """The verdict.

    Args:
        measured: all rounds.
        load: what was asked, and what the image must keep to.
        scenario: name of the scenario in whose surroundings the app ran.
        trust: policy and waivers.
        soak: whether the growth of memory has to be judged.
    """
    where = Scenario(name=scenario)
    by_image = {name: [one for one in measured.rounds if one.image == name] for name in (THIS, OTHER)}
    found = {
        name: numbers(rounds) if rounds and not any(one.problem for one in rounds) else None
        for name, rounds in by_image.items()
    }
    image, other = found[THIS], found[OTHER]
    limits = load.thresholds
    findings = [
        *([not_judged(NAME, measured.unavailable)] if measured.unavailable else []),
        *(finding for one in measured.rounds for finding in _broken(one, where)),
        *(_alone(image, load, where, soak=soak) if image else ()),
        *(_compared(image, other, limits, where) if image and other else ()),
    ]
    gate = gate_result(
        NAME,
        findings,
        trust.waivers,
        trust.today,
        by=trust.judging(),
        checks=[NAME] if measured.unavailable else [],
        figures=figures(image) if image else {},
    )
    log = next((one.log for one in measured.rounds if one.problem or one.ended is not None), ())
    log = log or next((one.log for one in measured.rounds if one.log), ())
    if not gate.passed and log:
        gate = replace(gate, log=log)
    return Result(gate=gate, image=image, other=other, limited=measured.limited)


def figures(image: Numbers) -> Mapping[str, float]:
    """The numbers that stand beside the name of the gate."""
    return {
        "requests": image.requests,
        "requests/s": image.rate,
        "P50 ms": image.p50,
        "P95 ms": image.p95,
        "P99 ms": image.p99,
        "failed": image.failures,
    }


def _broken(one: Round, where: Scenario) -> Iterator[Finding]:
    """A round in which the app did not start, or ended."""
    whose = "" if one.image == THIS else "the other image: "
    if one.ended is not None:
        title = one.problem or f"the app ended with exit code {one.ended} under the load"
        yield _fault("load-ended", "critical", f"{whose}{title}", where)
    elif one.problem:
        yield _fault("load-start", "high", f"{whose}{one.problem}", where)


def _alone(image: Numbers, load: Load, where: Scenario, *, soak: bool) -> Iterator[Finding]:
    limits = load.thresholds
    if image.share > limits.errors / TEN_THOUSAND:
        causes = sorted({**image.unexpected, **image.broken}.items(), key=lambda one: -one[1])[:3]
        named = "; ".join(f"{what}: {times}" for what, times in causes)
        title = (
            f"{image.failures} of {image.requests} requests failed, {image.share:.2%}; "
            f"{limits.errors / TEN_THOUSAND:.2%} are allowed ({named})"
        )
        yield _fault("load-errors", "high", title, where)
    if load.rate and image.rate < load.rate * REACHED:
        title = f"{image.rate:g} of {load.rate} requests a second were answered, so the times are those of less load"
        yield _fault("load-rate", "medium", title, where)
    if image.answered and image.p95 > limits.p95:
        title = f"P95 is {image.p95:g} ms; {limits.p95} ms are allowed"
        yield _fault("load-p95", "high", title, where)
    yield from _growth(image, limits, where, soak=soak)


def _growth(image: Numbers, limits: Thresholds, where: Scenario, *, soak: bool) -> Iterator[Finding]:
    if not limits.growth:
        return
    if image.growth_kib is None:
        yield not_judged(GROWTH, "too few samples of memory: raise load.duration", where)
    elif image.growth_kib > limits.growth:
        title = (
            f"resident memory grows by {image.growth_kib:g} KiB in 1,000 requests, from {image.idle_rss_mib:g} MiB to "
            f"{image.most_rss_mib:g} MiB; {limits.growth} KiB are allowed"
        )
        short = "" if soak else "; a short run shows the heap that Node.js takes before it first cleans up"
        yield _fault(GROWTH, "high", f"{title}{short}", where)


def _compared(image: Numbers, other: Numbers, limits: Thresholds, where: Scenario) -> Iterator[Finding]:
    """A ratio is a finding where it is over the limit in every start: of equal images, some starts are slower too."""
    for name, own, theirs, own_starts, their_starts in (
        ("P50", image.p50, other.p50, image.each_p50, other.each_p50),
        ("P95", image.p95, other.p95, image.each_p95, other.each_p95),
    ):
        limit = limits.ratio / 100
        if not theirs or own / theirs <= limit:
            continue
        title = f"{name} is {own:g} ms, that of the other image {theirs:g} ms: {own / theirs:.0%}"
        if min(own_starts) > limit * max(their_starts):
            yield _fault("load-ratio", "high", f"{title}; {limits.ratio}% are allowed", where)
        else:
            why = (
                f"{title}, but not in every start ({_each(own_starts)} and {_each(their_starts)} ms): raise "
                "load.duration, or run it on a machine that does nothing else"
            )
            yield not_judged("load-ratio", why, Scenario(name=where.name, url=name))


def _each(starts: Sequence[float]) -> str:
    return ", ".join(f"{time:g}" for time in starts)


def _fault(name: str, severity: str, title: str, where: Scenario) -> Finding:
    return Finding(id=name, severity=severity, title=title, where=where, fix=NEXT[name])
