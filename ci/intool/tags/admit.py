"""Which tags of a release may be written, by what the registry has: versions never change, nothing goes backwards.

Two releases that run at once agree on one owner of ``latest``, ``1`` and ``1.2`` where each of them writes its
immutable tags first, reads the registry again, gives the other tags to their owners, and repeats reading and giving
until nothing changes: the one that reads last sees the complete versions of both, and the highest is the owner.
"""

from __future__ import annotations

from typing import TYPE_CHECKING

from ci.intool.tags import versions
from ci.intool.tags.model import Admission, Existing, Tag, Tags

if TYPE_CHECKING:
    from collections.abc import Iterator, Mapping

    from ci.intool.tags.versions import Version


def admit(tags: Tags, existing: Mapping[str, Existing], digest: str) -> tuple[Admission, ...]:
    """Decide for each tag of a release.

    Args:
        tags: Tags of the release.
        existing: What the registry has, by name of tag. The more of its tags are given, the better: complete versions
            among them compete for ``forward`` tags.
        digest: Of the release.
    """
    return tuple(_admit(tag, tags, existing, digest) for tag in tags.tags)


def _admit(tag: Tag, tags: Tags, existing: Mapping[str, Existing], digest: str) -> Admission:
    held = existing.get(tag.name)
    higher = _higher(tag, tags, existing, digest) if tag.kind == "forward" else None
    if higher:
        version, owner = higher
        return Admission(
            tag=tag, action="skip", reason=f"{version} is released and higher than {tag.version}", owner=owner
        )
    if not held:
        return Admission(tag=tag, action="set", reason="new", owner=digest)
    if held.digest == digest:
        return Admission(tag=tag, action="keep", reason="it is this image already", owner=digest)
    if tag.kind == "immutable":
        reason = f"{tag.name} is {held.digest} for good; a changed image needs a new version"
        return Admission(tag=tag, action="refuse", reason=reason, owner=held.digest)
    return Admission(tag=tag, action="set", reason=f"moves from {held.version or held.digest}", owner=digest)


def _higher(tag: Tag, tags: Tags, existing: Mapping[str, Existing], digest: str) -> tuple[str, str] | None:
    """The highest version above the tag's own that the tag should stand for, and the digest of its image."""
    own = versions.semver(tag.version)
    if not own:
        return None
    complete = tuple(_complete(tags, existing))
    rivals = [
        (version.text, image)
        for version, image in complete
        if (version.final or not own.final) and f"{version.major}.{version.minor}.".startswith(_start(tag.line))
    ]
    held = existing.get(tag.name)
    if held and held.digest != digest:
        tagged = [(version.text, image) for version, image in complete if image == held.digest]
        rivals += tagged or [(held.version, held.digest)]
    floor = versions.precedence(own.text)
    ranked = [(rank, *rival) for rival in rivals if (rank := versions.precedence(rival[0])) and floor and rank > floor]
    return max(ranked)[1:] if ranked else None


def _start(line: str) -> str:
    return f"{line}." if line else ""


def _complete(tags: Tags, existing: Mapping[str, Existing]) -> Iterator[tuple[Version, str]]:
    """Complete versions among the registry's tags, with the digests of their images."""
    for prefix, suffix in _shapes(tags):
        for name, image in existing.items():
            if name.startswith(prefix) and name.endswith(suffix):
                version = versions.semver(name.removeprefix(prefix).removesuffix(suffix))
                if version:
                    yield version, image.digest


def _shapes(tags: Tags) -> set[tuple[str, str]]:
    """What stands before and after the version in the complete versions of this release."""
    shapes = set()
    for tag in tags.tags:
        if tag.kind == "immutable" and tag.version and tag.version in tag.name:
            prefix, _, suffix = tag.name.partition(tag.version)
            shapes.add((prefix, suffix))
    return shapes or {("", "")}
