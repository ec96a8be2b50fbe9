"""Read all that a repository holds."""

from collections.abc import Mapping
from concurrent.futures import ThreadPoolExecutor
from dataclasses import replace
from datetime import UTC, datetime
from typing import Any

from ci.intool.common.media import platform_name
from ci.intool.registry.client import Manifest, Repository
from ci.intool.registry.graph import Inventory, Stored, attached_to
from ci.intool.registry.image import ANNOTATION, configuration, is_image, is_index

AT_ONCE = 4
"""Requests at a time; each is a process of its own."""


def targets(repository: Repository) -> dict[str, str]:
    """Tag to digest, for all tags of a repository."""
    names = repository.tags()
    with ThreadPoolExecutor(AT_ONCE) as pool:
        return {tag: digest for tag, digest in zip(names, pool.map(repository.resolve, names), strict=True) if digest}


def inventory(repository: Repository) -> Inventory:
    """All manifests that can be reached from tags, through lists, subjects and referrers.

    A manifest without a tag that nothing reached lists or refers to cannot be found: the distribution API has no way to
    list it.

    Raises:
        Failure: the registry cannot be read. A manifest that an index lists and that is missing is ignored.
    """
    tags = targets(repository)
    named = set(tags.values())
    seen: dict[str, tuple[Stored, list[str]] | None] = {}
    waiting = named | {subject for tag in tags if (subject := attached_to(tag))}
    with ThreadPoolExecutor(AT_ONCE) as pool:
        while waiting:
            seen |= zip(
                waiting, pool.map(lambda one: _read(repository, one, present=one in named), waiting), strict=True
            )
            waiting = {digest for found in seen.values() if found for digest in _next(*found)} - seen.keys()
    manifests = {digest: found[0] for digest, found in seen.items() if found}
    return Inventory(name=repository.name, tags=tags, manifests=_dated(manifests))


def _read(repository: Repository, digest: str, *, present: bool) -> tuple[Stored, list[str]] | None:
    """A manifest and the digests of its referrers; None if it is not there."""
    if not present and repository.resolve(digest) is None:
        return None
    manifest = repository.manifest(digest)
    config = configuration(repository, manifest) if is_image(manifest) else {}
    return stored(manifest, config), [one["digest"] for one in repository.referrers(digest)]


def _next(one: Stored, referrers: list[str]) -> set[str]:
    """Digests that a manifest leads to."""
    return {*one.children, *referrers, *filter(None, [one.subject])}


def stored(manifest: Manifest, config: Mapping[str, Any]) -> Stored:
    """A manifest as the graph has it.

    Args:
        manifest: as the registry has it.
        config: of a container image, parsed; empty for anything else.
    """
    content = manifest.content
    blobs = [*content.get("layers", ()), *content.get("blobs", ()), *filter(None, [content.get("config")])]
    texts = {**((config.get("config") or {}).get("Labels") or {}), **(content.get("annotations") or {})}
    platform = platform_name(*(config.get(key) or "" for key in ("os", "architecture", "variant")))
    return Stored(
        digest=manifest.digest,
        size=len(manifest.body),
        kind=_kind(manifest),
        children=tuple(dict.fromkeys(child["digest"] for child in content.get("manifests", ()))),
        subject=(content.get("subject") or {}).get("digest", ""),
        blobs={blob["digest"]: blob["size"] for blob in blobs},
        created=moment(texts.get(ANNOTATION + "created")) or moment(config.get("created")),
        version=str(texts.get(ANNOTATION + "version", "")),
        platforms=(platform,) if platform else (),
    )


def moment(text: object) -> datetime | None:
    """A time by RFC 3339; None for anything else, and for the epoch and older, which stand for "not known"."""
    try:
        found = datetime.fromisoformat(str(text))
    except ValueError:
        return None
    found = found if found.tzinfo else found.replace(tzinfo=UTC)
    return found if found > datetime.fromtimestamp(0, UTC) else None


def _kind(manifest: Manifest) -> str:
    if is_index(manifest):
        return "index"
    if is_image(manifest):
        return "image"
    return str(manifest.content.get("artifactType") or (manifest.content.get("config") or {}).get("mediaType") or "")


def _dated(manifests: Mapping[str, Stored]) -> dict[str, Stored]:
    """The same, where an index has time, version and platforms of what it lists, unless it has its own."""
    dated = dict(manifests)
    for digest, index in manifests.items():
        below = [manifests[child] for child in index.children if child in manifests]
        if below:
            dated[digest] = replace(
                index,
                created=index.created or max((one.created for one in below if one.created), default=None),
                version=index.version or next((one.version for one in below if one.version), ""),
                platforms=tuple(platform for one in below for platform in one.platforms),
            )
    return dated
