"""An image is signed."""

from collections.abc import Mapping
from typing import Any

from ci.intool.attest.image import pinned
from ci.intool.attest.referrers import LEASE
from ci.intool.attest.signer import Signer
from ci.intool.attest.statement import signature
from ci.intool.attest.store import add


def sign(reference: str, signer: Mapping[str, Any], created: str = "", lease: float = LEASE) -> dict[str, Any]:
    """Sign an image: the index and the image of each platform, as ``cosign sign --recursive`` does.

    Args:
        reference: with its digest.
        signer: fields of `ci.intool.attest.signer.Signer`.
        created: RFC 3339; empty for no moment.
        lease: seconds that a list of referrers may take to be written; equal for all that attach to the repository.

    Returns:
        `ref`; `attached`, for each statement and image that it is about its `name`, `subject`, digest of the
        `referrer` and whether it is `new`.

    Raises:
        Failure: no digest is named, there is nothing to sign with, or the registry refused.
    """
    subject = pinned(reference)
    return add(subject, [signature(digest) for digest in subject.manifests], Signer(**signer), created, lease)
