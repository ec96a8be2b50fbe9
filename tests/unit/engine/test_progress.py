"""Which spans the CLI gets: steps in their order, and what is between them hidden."""

from collections.abc import Sequence

import anyio.lowlevel
import pytest
from opentelemetry.sdk.trace import ReadableSpan, TracerProvider
from opentelemetry.sdk.trace.export import SimpleSpanProcessor
from opentelemetry.sdk.trace.export.in_memory_span_exporter import InMemorySpanExporter
from opentelemetry.trace import Tracer

from ci import pipeline
from ci.engine import progress
from ci.engine.clock import Clock
from ci.engine.concurrent import gather
from ci.intool.policy import Finding, GateResult

FUNCTION = "NextDistroless.publish"


@pytest.fixture
def ended(monkeypatch: pytest.MonkeyPatch) -> InMemorySpanExporter:
    exporter, provider = InMemorySpanExporter(), TracerProvider()
    provider.add_span_processor(SimpleSpanProcessor(exporter))
    monkeypatch.setattr(progress, "get_tracer", lambda: provider.get_tracer("test"))
    return exporter


def operation(name: str) -> None:
    """What the engine does for a request: its span is a child of the one that the request names."""
    with tracer().start_as_current_span(name):
        pass


def tracer() -> Tracer:
    return progress.get_tracer()


def hidden(span: ReadableSpan) -> bool:
    return dict(span.attributes or {}) == progress.HIDDEN


def shown(spans: Sequence[ReadableSpan]) -> dict[str, str]:
    """Name of each span that is shown to the one that it stands below, as the CLI shows them."""
    by_id = {span.context.span_id: span for span in spans if span.context}
    found = {}
    for span in spans:
        above = by_id[span.parent.span_id] if span.parent else None
        if not hidden(span) and not (above and hidden(above)):
            found[span.name] = above.name if above else ""
    return found


def failed(spans: Sequence[ReadableSpan]) -> dict[str, str | None]:
    return {span.name: span.status.description for span in spans if not span.status.is_ok and not span.status.is_unset}


def test_steps_are_shown_and_operations_are_not(ended: InMemorySpanExporter) -> None:
    clock = Clock()
    with tracer().start_as_current_span(FUNCTION), progress.quiet():
        operation("Directory.glob")
        with clock.step("build"):
            operation("Container.withExec")
        operation("Container.rootfs")
        with clock.step("prove"), clock.within("prove").step("build"):
            operation("Container.withExec 2")
    spans = ended.get_finished_spans()
    assert shown(spans) == {"build": FUNCTION, "prove": FUNCTION, "prove: build": "prove", FUNCTION: ""}
    assert {"Directory.glob", "Container.withExec", "Container.rootfs"} <= {span.name for span in spans}


async def test_steps_side_by_side_stand_below_the_step_around_them(ended: InMemorySpanExporter) -> None:
    async def work(name: str) -> str:
        await anyio.lowlevel.checkpoint()
        operation(f"operation of {name}")
        return name

    with tracer().start_as_current_span(FUNCTION), progress.quiet():
        with progress.step("gates"):
            done = await gather(*(progress.shown(name, work(name)) for name in ("scan", "smoke")))
        with progress.step("push"):
            operation("Container.publish")
    assert done == ["scan", "smoke"]
    assert shown(ended.get_finished_spans()) == {
        "gates": FUNCTION,
        "scan": "gates",
        "smoke": "gates",
        "push": FUNCTION,
        FUNCTION: "",
    }


def test_a_step_that_raises_is_shown_as_failed_without_the_text(ended: InMemorySpanExporter) -> None:
    with pytest.raises(RuntimeError), progress.quiet(), progress.step("gates"), progress.step("build"):
        raise RuntimeError("sixty lines of a compiler")
    assert failed(ended.get_finished_spans()) == {"build": None, "gates": None}
    assert not [event for span in ended.get_finished_spans() for event in span.events]


async def test_a_gate_that_stops_the_release_is_shown_as_failed(ended: InMemorySpanExporter) -> None:
    stops = GateResult(name="leaks", findings=(Finding(id="LEA-01", severity="high", title="a secret"),))

    async def found(gate: GateResult) -> tuple[GateResult, str]:
        await anyio.lowlevel.checkpoint()
        return gate, "what it was made from"

    for name, result in (("scan", GateResult(name="scan")), ("leaks", stops)):
        assert await pipeline.gate(name, found(result), lambda pair: pair[0]) == (result, "what it was made from")
    assert {span.name for span in ended.get_finished_spans()} >= {"scan", "leaks"}
    assert failed(ended.get_finished_spans()) == {"leaks": None}
