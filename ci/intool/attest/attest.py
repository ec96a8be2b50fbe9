"""Sign statements about an image and attach them to it."""

from collections.abc import Mapping, Sequence
from typing import Any

from ci.intool.attest.attachment import LEASE
from ci.intool.attest.image import Subject, pinned
from ci.intool.attest.predicates import AUDIT
from ci.intool.attest.signer import Signer
from ci.intool.attest.statement import Statement, signature
from ci.intool.attest.store import add
from ci.intool.attest.trust import Trust
from ci.intool.common.json_reader import loaded


def attest(
    reference: str,
    predicates: Sequence[Mapping[str, str]],
    signer: Mapping[str, Any],
    created: str = "",
    lease: float = LEASE,
    *,
    signed: bool = False,
    require: str = "",
    trust: Mapping[str, str] | None = None,
) -> dict[str, Any]:
    """Attach statements about an image; each becomes a referrer of all images that it is about.

    An audit record is about the index only: it records a release, not an image.

    Args:
        reference: with its digest.
        predicates: `type` of the predicate; `path` of the JSON file with it; `platform` that it is about, such as
            "linux/arm64", else it is about the index and all platforms.
        signer: fields of `ci.intool.attest.signer.Signer`.
        created: RFC 3339; empty for no moment.
        lease: seconds that a list of referrers may take to be written; equal for all that attach to the repository.
        signed: sign the image too: the index and the image of each platform, as ``cosign sign --recursive`` does.
        require: level that the image must reach then, by this signer; empty to verify nothing.
        trust: what the signer's signatures are verified by, as `ci.intool.attest.self_check.own` gives it; None to make
            it of the signer.

    Returns:
        `ref`; the highest `level` that it reaches, or "" where nothing was verified; `attached`, for each statement
        and image that it is about its `name`, `subject`, digest of the `referrer` and whether it is `new`.

    Raises:
        Failure: no digest is named, a predicate is not a JSON object, there is nothing to sign with, the registry
            refused, or the level is not reached.
    """
    subject = pinned(reference)
    signatures = [signature(digest) for digest in subject.manifests] if signed else []
    statements = [*signatures, *(_statement(subject, one) for one in predicates)]
    own = Trust(**trust) if trust else None
    return add(subject, statements, Signer(**signer), own, created=created, lease=lease, require=require)


def _statement(subject: Subject, given: Mapping[str, str]) -> Statement:
    predicate = loaded(given["path"], f"the predicate {given['path']}", "give the file that the tool wrote").value
    about = (subject.digest,) if given["type"] == AUDIT else subject.about(given.get("platform", ""))
    return Statement(kind=given["type"], subjects=about, predicate=predicate)
