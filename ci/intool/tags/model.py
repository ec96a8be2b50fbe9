"""The inputs and the results of decisions on tags, as data."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import MAXYEAR, MINYEAR, UTC, datetime
from typing import Literal

Kind = Literal["immutable", "forward", "free"]
"""How a tag may change: never, only to a higher version, or at any time."""

Action = Literal["set", "keep", "skip", "refuse"]
"""The actions of a release on a tag in the registry."""


@dataclass(frozen=True, kw_only=True)
class GitFacts:
    """Facts of the commit that an image is built from. All are optional: a plain directory has none.

    Attributes:
        event: What started the run, in GitHub's words: ``push``, ``schedule``, ``pull_request``.
        ref: Full name, such as ``refs/heads/main``, ``refs/tags/v1.2.3``, ``refs/pull/7/merge``.
        sha: Commit, in full.
        default_branch: Name of the repository's main branch.
        base_ref: Branch that a pull request goes to, or that a git tag was made on.
        committed: Time of the commit (RFC 3339).
        now: Time of the run, with a time zone.
    """

    event: str = ""
    ref: str = ""
    sha: str = ""
    default_branch: str = "main"
    base_ref: str = ""
    committed: str = ""
    now: datetime | None = None

    def __post_init__(self) -> None:
        """Check the times.

        Raises:
            ValueError: A time cannot be read, or has no time zone.
        """
        if self.now and not self.now.tzinfo:
            raise ValueError(f"now: {self.now} has no time zone; give it one, such as UTC")
        _ = self.commit_time

    @property
    def branch(self) -> str:
        """Name of the branch; empty if `ref` is of another kind."""
        return _below("refs/heads/", self.ref)

    @property
    def tag(self) -> str:
        """Name of the git tag; empty if `ref` is of another kind."""
        return _below("refs/tags/", self.ref)

    @property
    def pull_request(self) -> str:
        """Number of the pull request; empty if `ref` is of another kind."""
        return _below("refs/pull/", self.ref).removesuffix("/merge").removesuffix("/head")

    @property
    def commit_time(self) -> datetime | None:
        """`committed` in UTC."""
        if not self.committed:
            return None
        try:
            time: datetime | None = datetime.fromisoformat(self.committed)
        except ValueError:
            time = None
        if not time or not time.tzinfo or time.year in (MINYEAR, MAXYEAR):  # no room for time zones and weeks
            raise ValueError(f"committed: `{self.committed}` is not a time; write it as 2026-01-31T12:00:00Z")
        return time.astimezone(UTC)


def _below(prefix: str, ref: str) -> str:
    return ref.removeprefix(prefix) if ref.startswith(prefix) else ""


@dataclass(frozen=True, kw_only=True)
class Tag:
    """A tag that the image gets.

    Attributes:
        name: Without the repository.
        rule: Text of the rule that gave it.
        reason: Why, for people.
        version: Version (semver) that it stands for; empty for kind ``free`` and for a release without a version.
        kind: How it may change.
        line: Versions that compete for a ``forward`` tag: ``1.2`` for all of 1.2.z, ``1``, or empty for all.
    """

    name: str
    rule: str
    reason: str
    version: str = ""
    kind: Kind = "free"
    line: str = ""


@dataclass(frozen=True, kw_only=True)
class Skipped:
    """A rule that gave no tag.

    Attributes:
        rule: Its text.
        reason: Why not, for people.
    """

    rule: str
    reason: str


@dataclass(frozen=True, kw_only=True)
class Tags:
    """The tags of one image.

    Attributes:
        version: Version (semver, without build metadata) of this release; empty if it has none.
        tags: By falling priority of their rules; ``latest`` of the flavor is last.
        skipped: Rules that gave no tag.
    """

    version: str
    tags: tuple[Tag, ...]
    skipped: tuple[Skipped, ...] = ()

    @property
    def main(self) -> str:
        """Name of the first tag, metadata-action's output ``version``; empty if there is no tag."""
        return self.tags[0].name if self.tags else ""


@dataclass(frozen=True, kw_only=True)
class Existing:
    """The image under a tag in a registry.

    Attributes:
        digest: Of the manifest or index.
        version: Its annotation ``org.opencontainers.image.version``; may be empty.
    """

    digest: str
    version: str = ""


@dataclass(frozen=True, kw_only=True)
class TagUpdate:
    """The action for a tag.

    Attributes:
        tag: The tag.
        action: ``set`` it, ``keep`` it (it has this digest), ``skip`` it (a higher version owns it), or ``refuse`` the
            release (it belongs to another image for good).
        reason: Why, for people.
        owner: Digest that the tag should have in the end: this release's for ``set`` and ``keep``, the other image's
            else.
    """

    tag: Tag
    action: Action
    reason: str
    owner: str
