"""Numbers of an image under load, from the rounds in which it was asked. Pure."""

import math
from collections import Counter
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, field
from itertools import combinations
from statistics import median

from ci.intool.load.measured import Count, Round

BOUNDS_MS = (1, 2, 5, 10, 20, 50, 100, 200, 500, 1000, 2000, 5000, 10_000)
"""Upper ends of the bars of the histogram, ms."""

THOUSAND = 1000

FEWEST = 8
"""Samples of memory in the second half of a round from which a slope is taken."""

MOST = 400
"""Samples of which every pair is compared; of more, each second, third … is taken."""


@dataclass(frozen=True, kw_only=True)
class Numbers:
    """One image.

    Attributes:
        starts: how often it was started.
        ready_ms: median of the times until it was ready.
        seconds: that were measured.
        answered: requests with an answer.
        rate: answers a second.
        p50: median time of an answer, ms.
        p95: the time within which 95 of 100 answers came, ms.
        p99: the same for 99.
        slowest: the longest, ms.
        each_p50: P50 of each start, ms: how much equal starts differ on this machine.
        each_p95: P95 of each start, ms.
        codes: status to answers.
        unexpected: request and status, where it is not the expected one, to answers.
        broken: why there was no answer, to how often.
        histogram: upper end of a bar in ms, to answers that took at most as long and longer than the bar before; the
            last has no upper end and is ``inf``.
        idle_rss_mib: resident memory before the first request, MiB; median over the starts.
        idle_pss_mib: proportional share then; 0 where the kernel does not say.
        end_rss_mib: resident memory at the end; 0 where the app had ended.
        end_pss_mib: proportional share then.
        most_rss_mib: the most that was seen.
        growth_kib: KiB by which it grew in 1,000 requests, from the middle of the load on; None where there are too few
            samples.
    """

    starts: int
    ready_ms: int
    seconds: float
    answered: int
    rate: float
    p50: float
    p95: float
    p99: float
    slowest: float
    each_p50: tuple[float, ...] = ()
    each_p95: tuple[float, ...] = ()
    codes: Mapping[str, int] = field(default_factory=dict)
    unexpected: Mapping[str, int] = field(default_factory=dict)
    broken: Mapping[str, int] = field(default_factory=dict)
    histogram: Mapping[float, int] = field(default_factory=dict)
    idle_rss_mib: float = 0
    idle_pss_mib: float = 0
    end_rss_mib: float = 0
    end_pss_mib: float = 0
    most_rss_mib: float = 0
    growth_kib: float | None = None

    @property
    def failures(self) -> int:
        """Requests that failed."""
        return sum(self.unexpected.values()) + sum(self.broken.values())

    @property
    def requests(self) -> int:
        """Requests that ended, with an answer or without."""
        return self.answered + sum(self.broken.values())

    @property
    def share(self) -> float:
        """The share of requests that failed."""
        return self.failures / self.requests if self.requests else 1.0


def numbers(rounds: Sequence[Round]) -> Numbers:
    """The numbers of one image.

    Args:
        rounds: all of its own, none of which has a problem.
    """
    times = pooled(one.answers.times for one in rounds)
    answered = sum(one.requests for one in times)
    seconds = sum(one.answers.seconds for one in rounds)
    slopes = [found for one in rounds if (found := growth(one)) is not None]
    return Numbers(
        starts=len(rounds),
        ready_ms=round(median(one.ready_ms for one in rounds)),
        seconds=round(seconds, 2),
        answered=answered,
        rate=round(answered / seconds, 1) if seconds else 0,
        p50=percentile(times, 50),
        p95=percentile(times, 95),
        p99=percentile(times, 99),
        slowest=times[-1].microseconds / THOUSAND if times else 0,
        each_p50=tuple(percentile(one.answers.times, 50) for one in rounds),
        each_p95=tuple(percentile(one.answers.times, 95) for one in rounds),
        codes=summed(one.answers.codes for one in rounds),
        unexpected=summed(one.answers.unexpected for one in rounds),
        broken=summed(_broken(one) for one in rounds),
        histogram=histogram(times),
        idle_rss_mib=_mib(one.memory.idle_rss_kib for one in rounds),
        idle_pss_mib=_mib(one.memory.idle_pss_kib for one in rounds),
        end_rss_mib=_mib(one.memory.end_rss_kib for one in rounds),
        end_pss_mib=_mib(one.memory.end_pss_kib for one in rounds),
        most_rss_mib=round(max((s.rss_kib for one in rounds for s in one.memory.samples), default=0) / 1024, 1),
        growth_kib=round(median(slopes), 1) if slopes else None,
    )


def pooled(times: Iterable[Sequence[Count]]) -> list[Count]:
    """Times of several rounds as of one."""
    found: Counter[int] = Counter()
    for one in times:
        for count in one:
            found[count.microseconds] += count.requests
    return [Count(microseconds=time, requests=requests) for time, requests in sorted(found.items())]


def percentile(times: Sequence[Count], percent: float) -> float:
    """The time within which this share of all answers came, ms, by nearest rank; 0 without answers.

    Args:
        times: the shortest first.
        percent: 0 to 100.
    """
    rank = max(1, math.ceil(sum(one.requests for one in times) * percent / 100))
    for one in times:
        rank -= one.requests
        if rank <= 0:
            return one.microseconds / THOUSAND
    return 0.0


def histogram(times: Sequence[Count]) -> dict[float, int]:
    """Answers by how long they took, from the first bar that has some to the last."""
    bars: dict[float, int] = dict.fromkeys((*map(float, BOUNDS_MS), math.inf), 0)
    for one in times:
        bars[next(bound for bound in bars if one.microseconds <= bound * THOUSAND)] += one.requests
    used = [bound for bound, requests in bars.items() if requests]
    return {bound: requests for bound, requests in bars.items() if used and used[0] <= bound <= used[-1]}


def growth(one: Round) -> float | None:
    """KiB by which resident memory grows in 1,000 requests, over the second half of a round.

    The median of the slopes between all pairs of samples (Theil and Sen): a garbage collection in between, which lets
    memory fall at once, hardly moves it.
    """
    samples, answered = one.memory.samples, sum(count.requests for count in one.answers.times)
    late = [sample for sample in samples if sample.seconds >= one.answers.seconds / 2]
    if len(late) < FEWEST or not answered:
        return None
    late = late[:: math.ceil(len(late) / MOST)]
    slopes = [
        (second.rss_kib - first.rss_kib) / (second.seconds - first.seconds)
        for first, second in combinations(late, 2)
        if second.seconds > first.seconds
    ]
    return median(slopes) * one.answers.seconds / answered * THOUSAND if slopes else None


def summed(tables: Iterable[Mapping[str, int]]) -> dict[str, int]:
    """Counts of several rounds as of one, by name."""
    found: Counter[str] = Counter()
    for one in tables:
        found.update(one)
    return dict(sorted(found.items()))


def _broken(one: Round) -> dict[str, int]:
    lost = {"connection closed without an answer": one.answers.lost} if one.answers.lost else {}
    return {**one.answers.errors, **lost}


def _mib(kib: Iterable[int]) -> float:
    return round(median(kib) / 1024, 1)
