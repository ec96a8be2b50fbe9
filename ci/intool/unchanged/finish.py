"""The last step of a release: its tags, and what is to be known of it."""

from collections.abc import Mapping
from typing import Any

from ci.intool.registry.client import Repository
from ci.intool.registry.promote import LEASE, promote
from ci.intool.unchanged import store


def finish(
    place: str,
    key: str,
    known: Mapping[str, str],
    *,
    repository: str,
    tags: Mapping[str, Any],
    last: str = "",
    lease: float = LEASE,
) -> dict[str, Any]:
    """Give an image its tags, then remember the release; one that cannot be remembered is released all the same.

    Args:
        place: directory of what is known of releases.
        key: digest in hex of all that the image and the verdicts on it depend on, with the day.
        known: text by each of ``ci.intool.unchanged.store.FIELDS`` but `last`.
        repository: with its host.
        tags: that the release is to have (``ci.intool.registry.promote``).
        last: tag of the last release, with which findings are compared; empty where they are not.
        lease: as of ``promote``.

    Returns:
        `promoted`, the report of ``promote``; `problem`, why the release is not remembered, or "".

    Raises:
        Failure: a tag belongs to another image for good, or the registry refused.
    """
    promoted = promote(repository, known["digest"], tags, lease=lease)
    names = Repository(repository).resolve(last) if last else None
    try:
        store.write(place, key, store.plain({**known, "last": names or ""}))
    except OSError as error:
        return {"promoted": promoted, "problem": str(error.strerror)}
    return {"promoted": promoted, "problem": ""}
