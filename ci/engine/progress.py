"""What the CLI shows of a run: its steps by their names, and the engine's operations only on request.

The CLI draws OpenTelemetry spans, and reads from their attributes which of them a reader wants (dagger 0.21.8,
``dagql/dagui``). A span with ``encapsulate`` hides what is directly below it; what failed is shown in any case, with
its output, and ``-vv`` shows everything. Such a span with ``passthrough`` has no line of its own.
"""

from collections.abc import Awaitable, Iterator
from contextlib import contextmanager
from contextvars import ContextVar
from typing import TypeVar

from dagger.telemetry import get_tracer
from opentelemetry.context import Context, get_current
from opentelemetry.trace import Span, Status, StatusCode

from ci.engine.record import measured

T = TypeVar("T")

HIDDEN = {"dagger.io/ui.encapsulate": True, "dagger.io/ui.passthrough": True}
"""Attributes of a span that is not shown, nor what it holds."""

OPERATIONS = "operations"
"""Name of such a span, shown with ``-vv``."""

_shown: ContextVar[Context | None] = ContextVar("shown", default=None)
"""The innermost span that is shown: the next step is shown below it. None where nothing is hidden yet."""


@contextmanager
def quiet() -> Iterator[None]:
    """Hide the engine's operations of a block, but not its steps, and not what fails."""
    before = _shown.set(_shown.get() or get_current())
    try:
        with get_tracer().start_as_current_span(
            OPERATIONS, attributes=HIDDEN, record_exception=False, set_status_on_exception=False
        ):
            yield
    finally:
        _shown.reset(before)


@contextmanager
def step(name: str) -> Iterator[Span]:
    """Show a block by its name, below the step around it, with how long it took and whether it failed.

    The error's text is not repeated: the function that fails with it prints it.

    Args:
        name: of the step.
    """
    with get_tracer().start_as_current_span(
        name, context=_shown.get(), record_exception=False, set_status_on_exception=False
    ) as span:
        before = _shown.set(get_current())
        try:
            with quiet():
                yield span
        except Exception:
            fail(span)
            raise
        finally:
            _shown.reset(before)


async def shown(name: str, work: Awaitable[T]) -> T:
    """Do work as a step, and measure it where the step around it is measured.

    Args:
        name: of the step.
        work: what it does.
    """
    with measured(name), step(name):
        return await work


def fail(span: Span) -> None:
    """Show a step as failed."""
    span.set_status(Status(StatusCode.ERROR))
