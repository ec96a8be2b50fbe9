"""The findings of the last release's scan."""

from typing import Any

from ci.intool.attest import scan
from ci.intool.attest.collect import collect, counting
from ci.intool.attest.image import read
from ci.intool.attest.predicates import SCAN
from ci.intool.attest.trust import Trust
from ci.intool.registry.client import Repository


def latest_scan(
    repository: str, tag: str, *, key: str = "", identity: str = "", issuer: str = "", trusted_root: str = ""
) -> dict[str, Any]:
    """The findings of a published image, as the trusted signer attested them.

    Args:
        repository: with its host.
        tag: of the last release, or its digest.
        key: as in `ci.intool.attest.verify.verify`; so are `identity`, `issuer` and `trusted_root`.
        identity: see there.
        issuer: see there.
        trusted_root: see there.

    Returns:
        `findings` of all platforms, each once; `rules`, ids of those that looked at its source; `digest` of the image,
        or ""; `why` there is no scan that counts.

    Raises:
        Failure: the registry cannot be read.
    """
    trust = Trust(key=key, identity=identity, issuer=issuer, trusted_root=trusted_root)
    where = Repository(repository)
    digest = where.resolve(tag)
    if not digest:
        return {"findings": [], "rules": [], "digest": "", "why": f"there is no {where.at(tag)}"}
    image = read(where.at(digest))
    statements = counting(collect(image, trust, SCAN))
    scans = [one for about in image.manifests for one in statements.get(about, ()) if one.kind == SCAN]
    if not scans:
        return {
            "findings": [],
            "rules": [],
            "digest": digest,
            "why": f"{where.at(digest)} has no scan result by {trust}",
        }
    found: list[dict[str, Any]] = []
    looked: list[str] = []
    for statement in scans:
        found += [one for one in scan.findings(statement.predicate) or () if one not in found]
        looked += [one for one in scan.rules(statement.predicate) if one not in looked]
    return {"findings": found, "rules": looked, "digest": digest, "why": ""}
