"""Which tags of a release may be written, by what the registry has: versions never change, nothing goes backwards.

Two releases that run at once agree on one owner of ``latest``, ``1`` and ``1.2`` where each of them writes its
immutable tags first, reads the registry again, gives the other tags to their owners, and repeats reading and giving
until nothing changes: the one that reads last sees the complete versions of both, and the highest is the owner.
"""

from __future__ import annotations

import re
from dataclasses import dataclass, replace
from typing import TYPE_CHECKING

from ci.intool.tags import versions
from ci.intool.tags.model import Existing, Tag, Tags, TagUpdate
from ci.intool.tags.mutability import mutability

if TYPE_CHECKING:
    from collections.abc import Iterator, Mapping

    from ci.intool.common.semver import Precedence
    from ci.intool.tags.versions import Version

    Shapes = frozenset[tuple[str, str]]


def tag_updates(tags: Tags, existing: Mapping[str, Existing], digest: str) -> tuple[TagUpdate, ...]:
    """Decide for each tag of a release.

    Args:
        tags: Tags of the release.
        existing: What the registry has, by name of tag. The more of its tags are given, the better: complete versions
            among them compete for ``forward`` tags.
        digest: Of the release.
    """
    return tuple(_update(tag, tags, existing, digest) for tag in tags.tags)


def standing_for(tags: Tags, version: str) -> Tags:
    """Tags that a person names for an image of a known version: ``latest``, ``1`` and ``1.2`` only go forward then.

    Args:
        tags: Names without a version.
        version: Version (semver) of the image; may be empty.
    """
    if tags.version or not version:
        return tags
    return replace(tags, version=version, tags=tuple(_of_version(tag, version) for tag in tags.tags))


def _of_version(tag: Tag, version: str) -> Tag:
    kind, line = mutability(tag.name, version)
    return tag if kind == "free" else replace(tag, kind=kind, line=line, version=version)


def _update(tag: Tag, tags: Tags, existing: Mapping[str, Existing], digest: str) -> TagUpdate:
    now = existing.get(tag.name)
    higher = _higher(tag, tags, existing, digest) if tag.kind == "forward" else None
    if higher:
        version, owner = higher
        return TagUpdate(
            tag=tag, action="skip", reason=f"{version} is released and higher than {tag.version}", owner=owner
        )
    if not now:
        return TagUpdate(tag=tag, action="set", reason="new", owner=digest)
    if now.digest == digest:
        return TagUpdate(tag=tag, action="keep", reason="it is this image already", owner=digest)
    if tag.kind == "immutable":
        reason = f"{tag.name} is {now.digest} for good; a changed image needs a new version"
        return TagUpdate(tag=tag, action="refuse", reason=reason, owner=now.digest)
    return TagUpdate(tag=tag, action="set", reason=f"moves from {now.version or now.digest}", owner=digest)


def _higher(tag: Tag, tags: Tags, existing: Mapping[str, Existing], digest: str) -> tuple[str, str] | None:
    """The highest version above the tag's own that the tag should stand for, and the digest of its image."""
    own = _Released.of(tag.version, digest)
    if not own:
        return None
    shapes = _shapes(tags)
    complete = tuple(_complete(shapes, existing))
    rivals = [
        one
        for one in complete
        if (one.version.final or not own.version.final) and f"{one.line}.".startswith(_start(tag.line))
    ]
    now = existing.get(tag.name)
    if now and now.digest != digest:
        rivals += [one for one in complete if one.digest == now.digest] or _by_part(now, shapes, existing)
    higher = [one for one in rivals if one.rank > own.rank]
    if not higher:
        return None
    highest = max(higher, key=lambda one: (one.rank, one.digest))
    return highest.name, highest.digest


@dataclass(frozen=True, kw_only=True)
class _Released:
    """A version that was released, and its image.

    Attributes:
        name: the version, as people read it.
        version: the same; of a rebased image that of the image that it was made of.
        rebased: whether it is on another base than at first: it takes the place of that version's first image.
        digest: of the image.
    """

    name: str
    version: Version
    rebased: bool
    digest: str

    @classmethod
    def of(cls, text: str, digest: str) -> _Released | None:
        """Read the text of a version; None if it is not one."""
        original = versions.rebased(text)
        version = versions.semver(original or text)
        name = text if original else version.text if version else ""
        return cls(name=name, version=version, rebased=bool(original), digest=digest) if version else None

    @property
    def line(self) -> str:
        return f"{self.version.major}.{self.version.minor}"

    @property
    def rank(self) -> tuple[Precedence | None, bool]:
        return versions.precedence(self.version.text), self.rebased


def _start(line: str) -> str:
    return f"{line}." if line else ""


def _complete(shapes: Shapes, existing: Mapping[str, Existing]) -> Iterator[_Released]:
    """Complete versions among the registry's tags."""
    for prefix, suffix in shapes:
        for name, image in existing.items():
            if name.startswith(prefix) and name.endswith(suffix):
                released = _Released.of(name.removeprefix(prefix).removesuffix(suffix), image.digest)
                if released:
                    yield released


def _by_part(now: Existing, shapes: Shapes, existing: Mapping[str, Existing]) -> list[_Released]:
    """The version in an image's metadata, if a tag for a part of it, such as 1.2 of 1.2.3, names the image too.

    The metadata alone is not enough: an image from a branch has the version of package.json, which was not released.
    """
    released = _Released.of(now.version, now.digest)
    if not released:
        return []
    names = {f"{prefix}{part}{suffix}" for part in parts(released.version) for prefix, suffix in shapes}
    return [released] if any(existing[name].digest == now.digest for name in names & existing.keys()) else []


def parts(version: Version) -> tuple[str, str]:
    """The parts of a version that are tags: ``1.2`` and ``1`` of 1.2.3."""
    return f"{version.major}.{version.minor}", str(version.major)


def _shapes(tags: Tags) -> Shapes:
    """Prefix and suffix of the version in this release's tags for a version or a part of one."""
    shapes = set()
    for tag in tags.tags:
        text = {"immutable": tag.version, "forward": tag.line, "free": ""}[tag.kind]
        for found in re.finditer(re.escape(text), tag.name) if text else ():
            shapes.add((tag.name[: found.start()], tag.name[found.end() :]))
    return frozenset(shapes or {("", "")})
