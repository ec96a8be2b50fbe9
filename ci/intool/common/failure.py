"""The failure that a user can act on, for programs in tool containers, which have only the standard library."""

from __future__ import annotations

import sys
from typing import ClassVar


class Failure(Exception):  # noqa: N818  the word of its users
    """A failure that is printed for people, without a traceback.

    Attributes:
        what: What happened and where, one sentence.
        fix: The next step.
    """

    exit_code: ClassVar[int] = 9
    """Exit code of a program that printed its failure on standard error (the protocol of ``ci/programs/fail.cjs``)."""

    def __init__(self, what: str, fix: str) -> None:
        """Take both texts; ``str()`` of the failure is ``what``."""
        super().__init__(what)
        self.what = what
        self.fix = fix


def print_failure(failure: Failure) -> int:
    """Print ``failure`` on standard error the way that the pipeline reads it, and return the exit code for it."""
    sys.stderr.write(f"next-distroless: {failure.what}\n  fix: {failure.fix}\n")
    return failure.exit_code
