"""Progress of long work, on standard error: a line when a step starts, while it lasts, and when it ends."""

import sys
import threading
import time
from collections.abc import Iterator
from contextlib import contextmanager

SIGN_OF_LIFE = 20.0
"""Seconds between the lines that say that a step still runs."""


def say(text: str) -> None:
    """Print one line at once."""
    print(text, file=sys.stderr, flush=True)


@contextmanager
def step(title: str) -> Iterator[None]:
    """Announce ``title`` now, say now and then that it still runs, and how long it took when the block ends well."""
    say(f"==> {title} ...")
    start = time.monotonic()
    ended = threading.Event()

    def tick() -> None:
        while not ended.wait(SIGN_OF_LIFE):
            say(f"    ... {time.monotonic() - start:.0f} s")

    ticker = threading.Thread(target=tick, daemon=True)
    ticker.start()
    try:
        yield
    finally:
        ended.set()
        ticker.join()
    say(f"    {title.partition(' (log:')[0]}: {time.monotonic() - start:.1f} s")
