"""The result of a load as text and as JSON. Pure."""

import json
import math
from collections.abc import Callable, Iterator, Mapping
from dataclasses import asdict
from typing import Any

from ci.decide.config.load import Load
from ci.decide.load.numbers import Numbers
from ci.decide.load.verdict import Result
from ci.intool.common.text import plain
from ci.report.text import column, logs, results

TEXT = "text"
BAR = 40
"""Characters of the longest bar."""


def text(result: Result, load: Load) -> str:
    """All that was measured, for people.

    Args:
        result: of the run.
        load: what was asked.
    """
    asked = f"{load.rate} requests/s" if load.rate else "as many requests as they can"
    connections = min(load.connections, load.rate or load.connections)
    lines = [
        *results([result.gate], full=True),
        *column("next", list(dict.fromkeys(one.fix for one in result.gate.findings if one.stops))),
        *column("asked", [f"{asked} over {connections} connections, after {load.warmup} s of warm-up"]),
        *(_numbers(result.image) if result.image else ()),
        *(_compared(result.image, result.other) if result.image and result.other else ()),
        *(() if result.gate.passed else logs([result.gate])),
    ]
    return "\n".join(lines)


def document(result: Result, load: Load) -> str:
    """The same as JSON: ``gate``, ``asked``, ``image`` and ``other``; times in ms, memory in MiB."""
    return json.dumps(
        {
            "passed": result.gate.passed,
            "gate": result.gate.to_json(),
            "asked": asdict(load),
            "memoryLimited": result.limited,
            "image": _json(result.image),
            "other": _json(result.other),
        },
        indent=2,
    )


FORMS: Mapping[str, Callable[[Result, Load], str]] = {TEXT: text, "json": document}
"""Form of a result to what makes it."""


def _json(numbers: Numbers | None) -> dict[str, Any] | None:
    if numbers is None:
        return None
    bars = [{"to_ms": None if math.isinf(to) else to, "answers": n} for to, n in numbers.histogram.items()]
    return {**asdict(numbers), "histogram": bars, "requests": numbers.requests, "failures": numbers.failures}


def _numbers(one: Numbers) -> Iterator[str]:
    yield from column("requests", [f"{one.answered} answered in {one.seconds:g} s: {one.rate:g}/s"])
    yield from column("times", [_times(one)])
    yield from column("statuses", [_counts(one.codes)])
    failed = {**one.unexpected, **one.broken}
    yield from column("failed", [f"{plain(what)}: {times}" for what, times in failed.items()] or ["none"])
    yield from column("memory", [_memory(one)])
    yield from column("histogram", list(bars(one.histogram)))


def bars(histogram: Mapping[float, int]) -> Iterator[str]:
    """A line for each bar."""
    most, before = max(histogram.values(), default=0), 0.0
    for bound, answers in histogram.items():
        ends = f"> {before:g} ms" if math.isinf(bound) else f"<= {bound:g} ms"
        length = math.ceil(answers / most * BAR) if most else 0
        yield f"{ends:>11} {answers:>8} {'#' * length}".rstrip()
        before = bound


def _times(one: Numbers) -> str:
    return f"P50 {one.p50:g} ms, P95 {one.p95:g} ms, P99 {one.p99:g} ms, slowest {one.slowest:g} ms"


def _counts(counts: Mapping[str, int]) -> str:
    return ", ".join(f"{name}: {times}" for name, times in counts.items()) or "none"


def _memory(one: Numbers) -> str:
    share = f" (PSS {one.idle_pss_mib:g})" if one.idle_pss_mib else ""
    then = f" (PSS {one.end_pss_mib:g})" if one.end_pss_mib else ""
    grown = "too few samples" if one.growth_kib is None else f"{one.growth_kib:g} KiB in 1,000 requests"
    after = f"{one.end_rss_mib:g}{then}" if one.end_rss_mib else "ended"
    return (
        f"RSS {one.idle_rss_mib:g} MiB{share} before, {after} after, {one.most_rss_mib:g} at most; "
        f"growth in the second half: {grown}; ready after {one.ready_ms} ms"
    )


def _compared(image: Numbers, other: Numbers) -> Iterator[str]:
    rows = [
        ("P50 ms", image.p50, other.p50),
        ("P95 ms", image.p95, other.p95),
        ("P99 ms", image.p99, other.p99),
        ("requests/s", image.rate, other.rate),
        ("ready ms", image.ready_ms, other.ready_ms),
        ("idle PSS MiB", image.idle_pss_mib, other.idle_pss_mib),
        ("RSS MiB after", image.end_rss_mib, other.end_rss_mib),
        ("failed", image.failures, other.failures),
    ]
    lines = [f"{'':<14} {'this image':>12} {'the other':>12}   ratio"]
    for name, own, theirs in rows:
        ratio = f"{own / theirs:.2f}" if theirs else "-"
        lines.append(f"{name:<14} {own:>12.10g} {theirs:>12.10g} {ratio:>7}")
    yield from column("compared", lines)
