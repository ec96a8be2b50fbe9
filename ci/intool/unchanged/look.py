"""Whether the last release of the same inputs still holds: it is in the registry, whole, signed, and judged alike."""

from collections.abc import Mapping
from concurrent.futures import ThreadPoolExecutor
from datetime import datetime
from typing import Any

from ci.intool.attest.verify import verify as verified
from ci.intool.common.failure import Failure
from ci.intool.common.reference import split
from ci.intool.registry.client import Repository
from ci.intool.registry.promote import LEASE, promote
from ci.intool.registry.verify import verify as whole
from ci.intool.unchanged import store


def look(
    place: str,
    key: str,
    *,
    repository: str,
    now: str,
    tags: Mapping[str, Any],
    trust: Mapping[str, str],
    database: str = "",
    last: str = "",
    lease: float = LEASE,
) -> dict[str, Any]:
    """Find the release of the same inputs, verify it now, and give it its tags.

    The directory says which image belongs to the inputs. Nothing that the registry has is trusted: the image is named
    by its digest, and its signature and evidence are verified by the signer of this run.

    Args:
        place: directory of what is known of releases.
        key: digest in hex of all that the image and the verdicts on it depend on, with the day.
        repository: with its host.
        now: RFC 3339; a database may become too old during the day.
        tags: that the release is to have (``ci.intool.registry.promote``).
        trust: arguments of ``ci.intool.attest.verify.verify`` that name the signer; empty for a run that does not sign.
        database: tag of the database of vulnerabilities; empty where `key` has its digest.
        last: tag of the last release, with which findings are compared; empty where they are not.
        lease: as of ``promote``.

    Returns:
        `known`: whether a release of these inputs is known; `why` it does not hold, or ""; and where it holds `kept`,
        what is known of it; `level` that it reaches; `promoted`, the report of ``promote``.

    Raises:
        Failure: a tag belongs to another image for good, or the registry refused.
    """
    kept = store.read(place, key)
    if kept is None:
        return {"known": False, "why": "no release of these inputs is known"}
    reference = f"{repository}@{kept['digest']}"
    try:
        with ThreadPoolExecutor(2) as pool:
            moved = pool.submit(_moved, kept, repository, database, last)
            level = verified(reference, **trust, require="attested")["level"] if trust else _whole(reference)
            why = _too_old(kept, now) or moved.result()
    except Failure as failure:
        return {"known": True, "why": failure.what}
    if why:
        return {"known": True, "why": why}
    promoted = promote(repository, kept["digest"], tags, lease=lease)
    return {"known": True, "why": "", "kept": dict(kept), "level": level, "promoted": promoted}


def _whole(reference: str) -> str:
    whole(reference)
    return "whole"


def _too_old(kept: Mapping[str, str], now: str) -> str:
    if kept["until"] and datetime.fromisoformat(now) > datetime.fromisoformat(kept["until"]):
        return f"the vulnerability database may be used until {kept['until']}"
    return ""


def _moved(kept: Mapping[str, str], repository: str, database: str, last: str) -> str:
    """What the verdict depends on and another may have changed since."""
    if database:
        name, tag = split(database)
        if f"{name}@{Repository(name).resolve(tag)}" != kept["database"]:
            return f"{database} is another vulnerability database now"
    if last:
        names = Repository(repository).resolve(last) or ""
        if names not in {kept["last"], kept["digest"]}:
            return f"{repository}:{last} is another release now, and findings are compared with it"
    return ""
