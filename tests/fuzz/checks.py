"""What holds for every parser: it takes what it is given, or refuses it with an error of ours."""

import signal
import sys
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from types import FrameType
from typing import Any

from ci.errors import PipelineError
from ci.intool.common.failure import Failure


def survives(parse: Callable[[], Any], *errors: type[Exception]) -> Any:
    """Run a parser; its errors must have texts that every terminal and every log can print.

    Args:
        parse: the parser with its input.
        errors: what it may raise; by default the errors that carry a next step.

    Returns:
        What it gave; None where it refused.
    """
    expected = errors or (Failure, PipelineError)
    try:
        return parse()
    except expected as error:
        for reported in (getattr(error, "what", str(error)), getattr(error, "fix", "-")):
            assert reported
            reported.encode()
        return None


@contextmanager
def bounded(seconds: float = 120) -> Iterator[None]:
    """End what does not end by itself: a run that would take hours fails instead.

    This is no measure of speed. What grows in proportion to its input needs a hundredth of the time, on any machine.

    Args:
        seconds: of the processor, not of the clock.
    """

    def end(*_: object) -> None:
        raise TimeoutError(f"not done after {seconds} s of the processor")

    before = signal.signal(signal.SIGVTALRM, end)
    signal.setitimer(signal.ITIMER_VIRTUAL, seconds)
    try:
        yield
    finally:
        signal.setitimer(signal.ITIMER_VIRTUAL, 0)
        signal.signal(signal.SIGVTALRM, before)


def work(action: Callable[[], Any]) -> int:
    """How many lines of Python an action runs: the same on every machine, however busy it is."""
    count = 0

    def traced(_frame: FrameType, event: str, _argument: object) -> Any:
        nonlocal count
        count += event == "line"
        return traced

    before = sys.gettrace()
    sys.settrace(traced)
    try:
        action()
    finally:
        sys.settrace(before)
    return count
