"""Progress of long work, on standard error: one line when a step starts, one when it ends."""

import sys
import time
from collections.abc import Iterator
from contextlib import contextmanager


def say(text: str) -> None:
    """Print one line at once."""
    print(text, file=sys.stderr, flush=True)


@contextmanager
def step(title: str) -> Iterator[None]:
    """Announce ``title`` now, and how long it took when the block ends well."""
    say(f"==> {title} ...")
    start = time.monotonic()
    yield
    say(f"    {title}: {time.monotonic() - start:.1f} s")
