"""A pipeline file that is tried: from what failed to the file with which it does not fail. Pure."""

import re
from collections.abc import Mapping
from dataclasses import dataclass, field
from types import MappingProxyType

START = "start"
"""Id of a failure of the smoke test."""

SLIM = "slim"
"""Id of a failure of the gate `slim`."""


@dataclass(frozen=True, kw_only=True)
class Failure:
    """What failed.

    Attributes:
        id: of the message (``ci/messages.toml``), ``start`` for an image that does not start, or ``slim`` for one that
            answers otherwise than with all that Next.js traced.
        what: what happened, with the end of the tool's output, or the findings and the log of the container.
        fix: the next step for a person.
        facts: what the message names.
        sources: text of files of the source that it is about, by path.
    """

    id: str
    what: str
    fix: str = ""
    facts: Mapping[str, object] = field(default_factory=lambda: MappingProxyType({}))
    sources: Mapping[str, str] = field(default_factory=lambda: MappingProxyType({}))

    @property
    def heading(self) -> str:
        """Its first line, without a mark of lists and an exit code."""
        first = self.what.strip().partition("\n")[0]
        return re.sub(r"^- | \(exit code \d+\)|:$", "", first)


@dataclass(frozen=True, kw_only=True)
class Amended:
    """A file that goes on.

    Attributes:
        text: of the pipeline file.
        why: what was changed, for the progress.
    """

    text: str
    why: str


@dataclass(frozen=True, kw_only=True)
class Stop:
    """What only a person can decide.

    Attributes:
        reason: what it is.
        fix: what to do.
    """

    reason: str
    fix: str
