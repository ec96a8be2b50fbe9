"""What holds for every parser: it takes what it is given, or refuses it with an error of ours."""

import signal
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from typing import Any

from ci.errors import PipelineError
from ci.intool.common.failure import Failure


def survives(parse: Callable[[], Any], *errors: type[Exception]) -> Any:
    """Run a parser; what it raises is told in words that every terminal and every log can hold.

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
        for told in (getattr(error, "what", str(error)), getattr(error, "fix", "-")):
            assert told
            told.encode()
        return None


@contextmanager
def bounded(seconds: float = 5) -> Iterator[None]:
    """End what needs more seconds of the processor: a run that would take hours fails instead."""

    def end(*_: object) -> None:
        raise TimeoutError(f"not done after {seconds} s of the processor")

    before = signal.signal(signal.SIGVTALRM, end)
    signal.setitimer(signal.ITIMER_VIRTUAL, seconds)
    try:
        yield
    finally:
        signal.setitimer(signal.ITIMER_VIRTUAL, 0)
        signal.signal(signal.SIGVTALRM, before)
