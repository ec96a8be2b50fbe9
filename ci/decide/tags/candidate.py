"""What a rule is applied to, and its result."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from ci.decide.tags.expressions import Values
    from ci.intool.tags.model import GitFacts, Kind


class NoTagError(Exception):
    """A rule gives no tag; has the reason."""


@dataclass(frozen=True, kw_only=True)
class Facts:
    """What is known.

    Attributes:
        git: Facts of the commit.
        values: Of the global expressions.
    """

    git: GitFacts
    values: Values


@dataclass(frozen=True, kw_only=True)
class Candidate:
    """The text of a tag, before prefix and suffix.

    Attributes:
        text: The text.
        reason: Why, for people.
        latest: Whether it brings ``latest`` along.
        version: Version (semver) of the release, where the rule knows it.
        kind: How the tag may change; None where its text decides.
        line: As in `model.Tag`.
    """

    text: str
    reason: str
    latest: bool = False
    version: str = ""
    kind: Kind | None = "free"
    line: str = ""


def no_ref(what: str, ref: str) -> NoTagError:
    """The error for a ref that is not of the wanted kind, such as `branch`."""
    return NoTagError(f"`{ref}` is not a {what}" if ref else f"no git ref is known, so there is no {what}")
