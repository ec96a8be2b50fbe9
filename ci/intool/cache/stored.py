"""The artifacts that a repository holds."""

from collections import Counter
from collections.abc import Sequence
from concurrent.futures import ThreadPoolExecutor
from typing import Any

from ci.intool.cache.artifact import TAG, Artifact, unusable
from ci.intool.cache.manifest import described, parse
from ci.intool.cache.retention import age, expired
from ci.intool.common.failure import Failure
from ci.intool.registry.client import Repository
from ci.intool.registry.inventory import AT_ONCE, targets

INPUTS = 32 << 20
"""Bytes that a configuration may have; it is taken into memory."""


def read(repository: Repository, tags: Sequence[str], kind: str = "") -> list[Artifact]:
    """The artifacts of a kind, or all, newest first; damaged ones and other artifacts are left out.

    Args:
        repository: where they are.
        tags: all of the repository.
        kind: such as ``deps``; "" for all.
    """
    selected = [tag for tag in tags if (found := TAG.fullmatch(tag)) and kind in ("", found["kind"])]
    with ThreadPoolExecutor(AT_ONCE) as pool:
        artifacts = list(pool.map(lambda tag: _read(repository, tag), selected))
    return sorted(filter(None, artifacts), key=age, reverse=True)


def config(repository: Repository, artifact: Artifact) -> dict[str, Any]:
    """The configuration of an artifact.

    Raises:
        Failure: it cannot be read, or is damaged.
    """
    if artifact.blobs[artifact.config] > INPUTS:
        raise unusable(f"{artifact.tag} has a configuration of {artifact.blobs[artifact.config]} bytes")
    return described(artifact, repository.blob(artifact.config))


def inputs(repository: Repository, artifacts: Sequence[Artifact]) -> list[tuple[Artifact, dict[str, Any]]]:
    """Artifacts with the inputs that their keys were computed from; those with a damaged configuration are left out."""
    with ThreadPoolExecutor(AT_ONCE) as pool:
        found = pool.map(lambda artifact: _inputs(repository, artifact), artifacts)
        return [(artifact, config) for artifact, config in zip(artifacts, found, strict=True) if config is not None]


def prune(repository: Repository, new: Artifact, others: Sequence[Artifact], limit: int, superseded: str) -> list[str]:
    """Delete the oldest artifacts that are beyond the limit, and one that was replaced.

    A manifest that a tag names beside its own is never deleted. Manifests are deleted by digest, which takes their tags
    along: where a registry has no way to delete tags, `regctl tag delete` begins by overwriting them.

    Args:
        repository: where they are.
        new: the artifact that stays.
        others: all others.
        limit: bytes for all of them.
        superseded: digest of the manifest that the new one's tag named before, or "".

    Returns:
        The tags that are gone.

    Raises:
        Failure: the registry cannot be read, or does not delete.
    """
    if not superseded and not expired([new, *others], limit, {new.digest}):
        return []
    named = Counter(targets(repository).values())
    gone = expired([new, *others], limit, {new.digest, *(digest for digest in named if named[digest] > 1)})
    for digest in (*([superseded] if superseded and not named[superseded] else ()), *(one.digest for one in gone)):
        repository.delete(digest)
    tags = [artifact.tag for artifact in gone]
    for tag in set(tags).intersection(repository.tags() if tags else ()):
        repository.delete_tag(tag)
    return tags


def _read(repository: Repository, tag: str) -> Artifact | None:
    try:
        return parse(tag, repository.manifest(tag))
    except Failure:
        return None


def _inputs(repository: Repository, artifact: Artifact) -> dict[str, Any] | None:
    try:
        return dict(config(repository, artifact)["inputs"])
    except Failure:
        return None
