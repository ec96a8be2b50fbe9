"""The image that statements are about: its digest and those of its platforms."""

from dataclasses import dataclass

from ci.intool.common.failure import Failure
from ci.intool.common.reference import split
from ci.intool.registry.client import Manifest, Repository
from ci.intool.registry.image import find


@dataclass(frozen=True, kw_only=True)
class Platform:
    """The image of one platform.

    Attributes:
        name: such as ``linux/arm64``.
        manifest: as the registry has it.
        config: digest of its configuration, which Docker calls the image's id.
    """

    name: str
    manifest: Manifest
    config: str


@dataclass(frozen=True, kw_only=True)
class Subject:
    """An image in a registry.

    Attributes:
        repository: where it is.
        manifest: of the index, or of the only image.
        platforms: in the order of the index.
    """

    repository: Repository
    manifest: Manifest
    platforms: tuple[Platform, ...]

    @property
    def digest(self) -> str:
        """Of the index, or of the only image."""
        return self.manifest.digest

    @property
    def manifests(self) -> dict[str, Manifest]:
        """Digest to manifest: the index, then each platform's."""
        return {one.digest: one for one in (self.manifest, *(platform.manifest for platform in self.platforms))}

    def about(self, platform: str) -> tuple[str, ...]:
        """Digests that a statement is about: those of a platform, or of the index and of all platforms.

        Args:
            platform: such as ``linux/arm64``; empty for all.

        Raises:
            Failure: the image has no such platform.
        """
        if not platform:
            return tuple(self.manifests)
        for one in self.platforms:
            if one.name == platform:
                return (one.manifest.digest,)
        there = ", ".join(one.name for one in self.platforms)
        where = self.repository.at(self.digest)
        raise Failure(f"{where} has no image for {platform}", f"choose one of {there}")


def pinned(reference: str) -> Subject:
    """An image that is named by digest: what is signed must not move.

    Raises:
        Failure: the reference has no digest, or the image does not exist.
    """
    if "@" not in reference or ":" not in split(reference)[1]:
        raise Failure(f"{reference} names no digest", "name the image as REPOSITORY@sha256:…: a tag may move meanwhile")
    return read(reference)


def read(reference: str) -> Subject:
    """An image by digest or tag.

    Raises:
        Failure: it is not there.
    """
    found = find(reference)
    return Subject(
        repository=found.repository,
        manifest=found.manifest,
        platforms=tuple(
            Platform(name=one.platform, manifest=one.manifest, config=one.manifest.content["config"]["digest"])
            for one in found.images
        ),
    )
