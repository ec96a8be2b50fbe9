"""Move tags to an image that is in the registry.

Order makes it safe: nothing moves if one tag is refused; complete versions are set first, and one of them is claimed
against a release of the same version that runs at once; the other tags follow, ``latest`` last. Then the registry is
read again and the tags are given to their owners until nothing changes: of two releases that race, the one that writes
last sees the complete versions of both (`ci.intool.tags.updates`). A killed run leaves tags that name complete images.
"""

import time
from collections.abc import Mapping
from typing import Any

from ci.intool.common.failure import Failure
from ci.intool.common.reference import same
from ci.intool.registry.client import Manifest, Repository
from ci.intool.registry.tagged import RepositoryTags, released_as
from ci.intool.tags import Existing, Skipped, Tag, Tags, TagUpdate, tag_updates
from ci.intool.tags.updates import standing_for

ROUNDS = 10
"""Times that tags are given to their owners before the release gives up."""

LEASE = 3.0
"""Seconds that the write of a new complete version may take; a release waits as long to see that it stands."""


def promote(
    repository: str,
    digest: str,
    tags: Tags | Mapping[str, Any],
    source: str = "",
    lease: float = LEASE,
    *,
    of_release: bool = False,
) -> dict[str, Any]:
    """Give an image its tags.

    Args:
        repository: with its host.
        digest: of an image there, or in `source`.
        tags: from `ci.decide.tags.decide`, or the same as JSON.
        source: repository from which the image and all that refers to it is copied first.
        lease: seconds; equal for all that release to the repository.
        of_release: whether tags without a version are for the version that the image was released as: ``latest`` and
            ``1.2`` that a person names. False for a build from a branch, which has none.

    Returns:
        `ref` and `digest`; `tags`: of each `name`, `action`, `reason` and the digest of its `owner`; `moved`: names
        of the tags that were set; `seconds`.

    Raises:
        Failure: a tag belongs to another image for good, or the registry refused.
    """
    started = time.monotonic()
    target = Repository(repository)
    if source and not same(source, repository):
        target.copy(source, digest)
    chosen = tags if isinstance(tags, Tags) else from_json(tags)
    if of_release and not chosen.version:
        chosen = standing_for(chosen, released_as(Repository(source), digest) if source else "")
    if of_release and not chosen.version:
        chosen = standing_for(chosen, released_as(target, digest))
    release = _Release(target, target.manifest(digest), chosen)
    release.claim(lease)
    return {
        "ref": target.at(digest),
        "digest": digest,
        "tags": [
            {"name": one.tag.name, "action": one.action, "reason": one.reason, "owner": one.owner}
            for one in release.settle()
        ],
        "moved": list(release.moved),
        "seconds": round(time.monotonic() - started, 1),
    }


class _Release:
    """An image on its way to its tags; `moved` are the tags that it set, with the last decision for each."""

    def __init__(self, target: Repository, image: Manifest, tags: Tags) -> None:
        self.moved: dict[str, TagUpdate] = {}
        self._target = target
        self._image = image
        self._tags = tags
        self._existing = RepositoryTags(target, [tag.name for tag in tags.tags], image.digest)

    def claim(self, lease: float) -> None:
        """Set one new complete version, and wait until no other release can overwrite it; refusals come before."""
        _, updates = self._decide()
        new = next((one for one in updates if one.tag.kind == "immutable" and one.action == "set"), None)
        if new:
            self._target.claim(new.tag.name, self._image, lease)
            self.moved[new.tag.name] = new
            time.sleep(lease)

    def settle(self) -> list[TagUpdate]:
        """Give tags to their owners until nothing changes; returns what was done with each tag."""
        for _ in range(ROUNDS):
            existing, updates = self._decide()
            due = [one for one in updates if self._is_due(one, existing.get(one.tag.name))]
            if not due:
                return [self.moved.get(one.tag.name, one) if one.action == "keep" else one for one in updates]
            for one in sorted(due, key=_rank):
                owner = self._image if one.owner == self._image.digest else self._target.manifest(one.owner)
                self._target.put_manifest(owner.body, owner.media_type, one.tag.name)
                self.moved[one.tag.name] = one
        raise Failure(
            f"the tags of {self._target.name} keep changing: another release moves the same ones",
            "wait for the other releases, then promote the digest again",
        )

    def _decide(self) -> tuple[Mapping[str, Existing], tuple[TagUpdate, ...]]:
        existing = self._existing.read()
        updates = tag_updates(self._tags, existing, self._image.digest)
        refused = [one for one in updates if one.action == "refuse"]
        if refused:
            reasons = "; ".join(one.reason for one in refused)
            raise Failure(
                f"{self._target.name} refuses the release, no tag was moved to another image: {reasons}",
                "release a new version, or promote the digest that has the tag",
            )
        return existing, updates

    def _is_due(self, one: TagUpdate, existing: Existing | None) -> bool:
        """Whether to set a tag; a tag that this release took from a higher version is given back to it."""
        if one.action == "set":
            return True
        ours = {self._image.digest, self.moved[one.tag.name].owner if one.tag.name in self.moved else ""}
        return (
            one.action == "skip" and existing is not None and existing.digest in ours and existing.digest != one.owner
        )


def _rank(one: TagUpdate) -> tuple[bool, bool]:
    """Complete versions first, tags for the newest of all versions last."""
    return one.tag.kind == "forward" and not one.tag.line, one.tag.kind != "immutable"


def from_json(tags: Mapping[str, Any]) -> Tags:
    """Tags from JSON."""
    return Tags(
        version=tags["version"],
        tags=tuple(Tag(**tag) for tag in tags["tags"]),
        skipped=tuple(Skipped(**one) for one in tags.get("skipped", ())),
    )
