"""Which artifacts of a cache are deleted. Pure."""

from collections.abc import Collection, Sequence
from datetime import UTC, datetime

from ci.intool.cache.artifact import Artifact

NEVER = datetime.min.replace(tzinfo=UTC)


def age(artifact: Artifact) -> datetime:
    """When an artifact was stored; without a time, it counts as the oldest."""
    return artifact.created or NEVER


def total(artifacts: Collection[Artifact]) -> int:
    """Bytes that artifacts occupy; what several of them hold counts once."""
    return sum({digest: size for one in artifacts for digest, size in one.blobs.items()}.values())


def expired(artifacts: Sequence[Artifact], limit: int, kept: Collection[str]) -> list[Artifact]:
    """The oldest, until the rest has its limit.

    Args:
        artifacts: all of the repository.
        limit: bytes for all of them.
        kept: digests of manifests that stay in any case.
    """
    left, gone = sorted(artifacts, key=age), []
    for artifact in tuple(left):
        if total(left) > limit and artifact.digest not in kept:
            left.remove(artifact)
            gone.append(artifact)
    return gone
