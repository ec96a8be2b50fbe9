"""Calls that are repeated where the same call may succeed a moment later."""

import random
import threading
import time
from collections.abc import Callable
from dataclasses import dataclass

from ci.intool.registry.refusals import Kind, failure
from ci.intool.registry.regctl import Done


@dataclass(frozen=True, kw_only=True)
class Retry:
    """How often and how long to try, around `regctl`'s own five tries of each request.

    Attributes:
        attempts: calls in all.
        pause: seconds before the second call; doubles each time, and is spread by half to either side so that clients
            which failed together do not come back together.
    """

    attempts: int = 4
    pause: float = 1.0

    def wait(self, attempt: int) -> float:
        """Seconds to wait after the given attempt, counted from 1."""
        return self.pause * 2.0 ** (attempt - 1) * random.SystemRandom().uniform(0.5, 1.5)


class Retrying:
    """Calls about one repository, repeated with back-off where the same call may succeed a moment later.

    Attributes:
        repository: for messages.
        retries: repeated calls so far.
    """

    def __init__(self, repository: str, retry: Retry) -> None:
        self.repository = repository
        self.retries = 0
        self._retry = retry
        self._lock = threading.Lock()

    def __call__(self, action: str, attempt: Callable[[], Done]) -> bytes | None:
        """Call until it succeeds.

        Args:
            action: for messages, such as "read the tags of 127.0.0.1:5000/app".
            attempt: one call, started anew each time.

        Returns:
            Its output; None if the requested object does not exist.

        Raises:
            Failure: the registry refused for good, or after all attempts.
        """
        for number in range(1, self._retry.attempts + 1):
            done = attempt()
            if done.kind is None:
                return done.out
            if done.kind is Kind.ABSENT:
                return None
            if not done.kind.passes or number == self._retry.attempts:
                break
            with self._lock:
                self.retries += 1
            time.sleep(self._retry.wait(number))
        raise failure(action, self.repository, done.stderr)
