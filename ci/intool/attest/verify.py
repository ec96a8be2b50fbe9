"""Verify a published image: completeness, signatures, attestations."""

from collections import Counter
from collections.abc import Sequence
from concurrent.futures import ThreadPoolExecutor
from dataclasses import asdict
from typing import Any

from ci.intool.attest.collect import AttachedStatement, collect, counting
from ci.intool.attest.image import Subject, read
from ci.intool.attest.levels import LEVELS, NOTHING, Evidence, Level, Reason, levels
from ci.intool.attest.predicates import PROVENANCE, name_of
from ci.intool.attest.provenance import builder
from ci.intool.attest.trust import Trust
from ci.intool.common.failure import Failure
from ci.intool.common.text import table
from ci.intool.registry import verify as registry


def verify(
    reference: str,
    *,
    key: str = "",
    identity: str = "",
    issuer: str = "",
    trusted_root: str = "",
    repository: str = "",
    require: str = "",
) -> dict[str, Any]:
    """Report which level of trust an image reaches, and why not a higher one.

    ``whole``: all that the image names is there, byte for byte. ``signed``: by the trusted signer. ``attested``: the
    same signer attests how it was built, its SBOM for each platform in SPDX and in CycloneDX, and what a scan of it
    found. ``reproducible``: a second build gave the same.

    Args:
        reference: with a digest or a tag.
        key: public key in PEM of the trusted signer; empty for an identity.
        identity: e-mail address or URI of the trusted signer, exact.
        issuer: that vouches for the identity, exact.
        trusted_root: roots of an own Sigstore, as JSON; empty for the public one.
        repository: OWNER/NAME at GitHub whose run signed, exact; empty for any that calls the identity's workflow.
        require: level that must be reached.

    Returns:
        `ref`, `digest`, `level`, the highest that is reached, or ""; `levels`, each with `name`, `reached`, `why` not
        and `fix`; `signers`, each with `name`, whether `trusted`, and how many `statements`; `attestations`, each with
        `name`, `type`, `subject`, `referrer`, `signer`, and, where it does not count, `refusal`; `text` for people.

    Raises:
        Failure: the image does not exist, a manifest of it cannot be read, or the level is not reached.
    """
    if require and require not in LEVELS:
        raise Failure(f"unknown level {require}", f"choose one of {', '.join(LEVELS)}")
    trust = Trust(key=key, identity=identity, issuer=issuer, trusted_root=trusted_root, repository=repository)
    image = read(reference)
    with ThreadPoolExecutor(1) as pool:
        broken = pool.submit(damage, image)
        attached = collect(image, trust)
    return reported(image, attached, trust, broken.result(), require)


def reported(
    image: Subject, attached: Sequence[AttachedStatement], trust: Trust, broken: Reason, require: str = ""
) -> dict[str, Any]:
    """Report the level of an image by what is attached to it.

    Args:
        image: the image.
        attached: to it and to the images of its platforms.
        trust: whose statements count.
        broken: what is missing or altered of the image itself.
        require: level that must be reached.

    Returns:
        As `verify` does.

    Raises:
        Failure: the level is not reached.
    """
    results = levels(_evidence(image, attached, trust, broken))
    where = image.repository.at(image.digest)
    for level in results[: LEVELS.index(require) + 1] if require else ():
        if not level.reached:
            raise Failure(f"{where} is not {level.name}: {level.why}", level.fix)
    return {
        "ref": where,
        "digest": image.digest,
        "level": next((level.name for level in reversed(results) if level.reached), ""),
        "levels": [asdict(level) for level in results],
        "signers": _signers(attached),
        "attestations": [_described(one) for one in attached],
        "text": "\n".join([where, *_text(results, attached)]),
    }


def _evidence(image: Subject, attached: Sequence[AttachedStatement], trust: Trust, broken: Reason) -> Evidence:
    return Evidence(
        digest=image.digest,
        platforms={one.name: (one.manifest.digest, one.config) for one in image.platforms},
        trusted=str(trust) if trust else "",
        damage=broken,
        statements=counting(attached),
        refused={
            (one.subject, one.statement.kind): f"one by {one.signer} does not count: {one.refusal}"
            for one in attached
            if one.statement and one.refusal
        },
    )


def damage(image: Subject) -> Reason:
    """What is missing or altered of an image in the registry, and the next step; empty texts for nothing."""
    try:
        registry.verify(image.repository.at(image.digest))
    except Failure as failure:
        return failure.what, failure.fix
    return NOTHING


def _signers(attached: Sequence[AttachedStatement]) -> list[dict[str, Any]]:
    counted = Counter((one.signer, not one.refusal) for one in attached if one.statement)
    return [
        {"name": name, "trusted": trusted, "statements": count} for (name, trusted), count in sorted(counted.items())
    ]


def _described(one: AttachedStatement) -> dict[str, str]:
    kind = one.statement.kind if one.statement else ""
    return {
        "name": name_of(kind) or "unreadable bundle",
        "type": kind,
        "subject": one.subject,
        "referrer": one.referrer,
        "signer": one.signer,
        **({"refusal": one.refusal} if one.refusal else {}),
    }


def _text(results: Sequence[Level], attached: Sequence[AttachedStatement]) -> list[str]:
    rows = [(level.name, "yes" if level.reached else f"no: {level.why}") for level in results]
    builders = {
        builder(one.statement.predicate)
        for one in attached
        if one.statement and one.statement.kind == PROVENANCE and not one.refusal
    }
    rows += [("built by", one) for one in sorted(builders)]
    rows += [
        ("signer", f"{one['name']}: {one['statements']} statements{'' if one['trusted'] else ', ignored'}")
        for one in _signers(attached)
    ]
    return table(rows)
