"""Whether a base image is signed by a trusted signer."""

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from typing import Any

from ci.intool.attest import cosign, legacy
from ci.intool.attest.predicates import SIGNATURE
from ci.intool.attest.referrers import AttachedBundle, bundles_at
from ci.intool.attest.trust import Trust
from ci.intool.common.failure import Failure
from ci.intool.common.reference import split
from ci.intool.registry.client import Repository


def signature_of(
    reference: str, keys: Sequence[str] = (), identities: Sequence[Mapping[str, str]] = (), trusted_root: str = ""
) -> dict[str, Any]:
    """Look for the signature of an image, as bundle or in the scheme of cosign before version 3.

    Args:
        reference: with its digest, or else a tag.
        keys: public keys in PEM, of which one suffices.
        identities: each an `identity` and its `issuer`, exact; one suffices.
        trusted_root: roots of an own Sigstore, as JSON; empty for the public one.

    Returns:
        `ref`; `status`, "verified", "unsigned" or "wrong"; `signer`, who signed; `why` it is not verified.

    Raises:
        Failure: the image does not exist, or no trusted signer is given.
    """
    name, tag = split(reference)
    repository = Repository(name)
    digest = repository.resolve(tag or "latest")
    if digest is None:
        raise Failure(f"there is no {reference}", "check the name, and that the image still exists")
    trusted = [
        *(Trust(key=key) for key in keys),
        *(Trust(identity=one["identity"], issuer=one["issuer"], trusted_root=trusted_root) for one in identities),
    ]
    if not trusted:
        raise Failure(f"no trusted signer is given for {reference}", "name a key, or an identity and its issuer")
    result = {"ref": repository.at(digest), "signer": "", "why": ""}
    signatures = list(_signatures(repository, digest))
    if not signatures:
        return {**result, "status": "unsigned", "why": "it has no signature"}
    reasons = []
    for one in signatures:
        for trust in trusted:
            why = one.refusal(digest, trust)
            if not why:
                return {**result, "status": "verified", "signer": str(trust)}
            reasons.append(f"one by {one.signer} does not count: {why}")
    return {**result, "status": "wrong", "why": "; ".join(dict.fromkeys(reasons))}


@dataclass(frozen=True, kw_only=True)
class _Signature:
    """A signature of either form: `attached` as a bundle, or else `bundle` with its `payload`."""

    signer: str
    attached: AttachedBundle | None = None
    bundle: bytes = b""
    payload: bytes = b""

    def refusal(self, digest: str, trust: Trust) -> str:
        """Why it is not the trusted signer's signature of the image; empty if it is."""
        if self.attached and self.attached.bundle:
            return cosign.refusal(self.attached.bundle, digest, trust)
        about = legacy.image_of(self.payload)
        if about != digest:
            return f"it is about {about or 'nothing'}"
        return cosign.refusal_of_blob(self.bundle, self.payload, trust)


def _signatures(repository: Repository, digest: str) -> Iterator[_Signature]:
    for one in bundles_at(repository, digest, kind=SIGNATURE):
        if one.bundle and one.bundle.statement.kind == SIGNATURE:
            yield _Signature(signer=one.bundle.signer, attached=one)
    if repository.resolve(legacy.tag(digest)) is None:
        return
    for layer in repository.manifest(legacy.tag(digest)).content.get("layers", ()):
        if layer["mediaType"] == legacy.MEDIA_TYPE and layer["size"] <= legacy.LIMIT:
            try:
                bundle = legacy.bundle(layer.get("annotations") or {}, layer["digest"])
            except ValueError:
                continue
            payload = repository.blob(layer["digest"])
            yield _Signature(signer=legacy.signer(bundle), bundle=bundle, payload=payload)
