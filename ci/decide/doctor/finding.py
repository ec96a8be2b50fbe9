"""A line of the doctor's report."""

from dataclasses import dataclass
from typing import Self

from ci.messages import Message

LEVELS = ("error", "warning", "advice", "ok")
"""From the worst on. An error stops a run."""


@dataclass(frozen=True)
class Finding:
    """One line.

    Attributes:
        level: one of ``LEVELS``.
        text: what was found, and where.
        fix: the next step; empty where there is nothing to do.
    """

    level: str
    text: str
    fix: str = ""

    @classmethod
    def of(cls, level: str, said: Message) -> Self:
        """A finding with a message."""
        return cls(level, said.what, said.fix)
