"""Results of an installation or a build as artifacts beside an image: stored, fetched, explained, listed."""

from collections.abc import Mapping
from pathlib import Path
from typing import Any

from ci.intool.cache.artifact import tag_of
from ci.intool.cache.compare import count, differences, summary
from ci.intool.cache.fetch import UNPACKED, fetch
from ci.intool.cache.manifest import parse
from ci.intool.cache.store import outcome, store
from ci.intool.cache.stored import inputs as inputs_of
from ci.intool.cache.stored import read
from ci.intool.common.failure import Failure
from ci.intool.registry.client import Repository
from ci.intool.registry.retry import Retry

RETRY = Retry(attempts=2)
"""Retries of a cache's requests: few, since a build without the cache takes little longer than a long wait."""


def cache_store(
    repository: str,
    kind: str,
    key: str,
    content: Mapping[str, str | Path],
    *,
    inputs: Mapping[str, Any],
    limit: int,
    replace: bool = False,
) -> dict[str, Any]:
    """Store files and directories under a key, then delete the oldest artifacts beyond the limit.

    If anything goes wrong, nothing is stored and the reason is returned: a release never fails because of its cache.

    Args:
        repository: with its host, such as "ghcr.io/acme/app"; image and cache share it.
        kind: lower-case word, such as "deps".
        key: digest of all that the content depends on; its first 40 digits are in the tag ``cache-KIND-KEY``.
        content: name to a file or a directory.
        inputs: what the key was computed from, for `cache_why`: name to a value or to paths with digests.
        limit: bytes for all artifacts of the repository.
        replace: store it although the key is there.

    Returns:
        "stored"; "bytes" of the artifact; bytes "sent"; "reason" why it is not stored; "pruned" tags; "warning" of a
        registry that does not delete.
    """
    try:
        config = {"kind": kind, "key": key, "inputs": inputs}
        return store(Repository(repository, RETRY), tag_of(kind, key), config, content, limit, replace=replace)
    except Failure as failure:
        return outcome(reason=failure.what)
    except (OSError, TypeError, ValueError) as error:
        return outcome(reason=f"the content cannot be packed: {error}")


def cache_fetch(
    repository: str, kind: str, key: str, into: str | Path, *, fallback: bool = False, limit: int = UNPACKED
) -> dict[str, Any]:
    """Fetch what is stored under a key; each entry is unpacked to a file or a directory of its name.

    Nothing in a registry is trusted: a damaged entry, or one that leaves its directory, is a warning and a miss, and
    leaves nothing behind. So does a registry that cannot be reached.

    Args:
        repository: with its host.
        kind: as it was stored.
        key: likewise.
        into: directory for the entries; made where it is missing.
        fallback: take the newest of the kind where the key is not there.
        limit: bytes that all may have when they are unpacked.

    Returns:
        "hit": "exact", "fallback" or ""; "key" of what was found; "bytes" that were sent; "names" of the entries;
        "warning", or "".
    """
    return fetch(Repository(repository, RETRY), kind, key, Path(into), limit, fallback=fallback)


def cache_why(repository: str, kind: str, key: str, inputs: Mapping[str, Any]) -> dict[str, Any]:
    """Explain why a key is a hit or a miss.

    Args:
        repository: with its host.
        kind: as it was stored.
        key: likewise.
        inputs: likewise.

    Returns:
        "hit"; "text" for people: for a miss, what differs from the artifact of the kind with the fewest differences.
    """
    try:
        tag, where = tag_of(kind, key), Repository(repository, RETRY)
        tags = where.tags()
        if tag in tags:
            parse(tag, where.manifest(tag))
            return {"hit": True, "text": f"{tag} is there"}
        others = inputs_of(where, read(where, tags, kind))
    except Failure as failure:
        return {"hit": False, "text": failure.what}
    if not others:
        return {"hit": False, "text": f"{tag} is not there, and nothing else of its kind"}
    compared = [(artifact, differences(old, inputs)) for artifact, old in others]
    nearest, found = min(compared, key=lambda one: count(one[1]))
    return {"hit": False, "text": f"{tag} is not there; against {nearest.tag}: {summary(found)}"}
