"""What is printed when the set-up of the machine cannot go on."""

from typing import ClassVar


class OfflineError(Exception):
    """A failure with a next step.

    Args:
        what: what happened, and where, in one sentence.
        fix: what the reader does next.
    """

    exit_code: ClassVar[int] = 1
    """Of ``python3 -m offline``, and so of ``make up``."""

    def __init__(self, what: str, fix: str) -> None:
        super().__init__(f"{what}\n  fix: {fix}")
        self.what = what
        self.fix = fix
