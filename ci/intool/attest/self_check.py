"""A signer verifies its own signatures, in the same way as any user that trusts it."""

import os
from collections.abc import Mapping
from dataclasses import asdict
from typing import Any

from ci.intool.attest import cosign
from ci.intool.attest.latest import latest_scan
from ci.intool.attest.signer import TOKEN, Signer
from ci.intool.attest.token import claimed
from ci.intool.attest.trust import Trust
from ci.intool.attest.verify import verify


def own(reference: str, signer: Mapping[str, Any], require: str = "") -> dict[str, Any]:
    """Verify an image by its signer's own public key or identity.

    Args:
        reference: with a digest or a tag.
        signer: fields of `ci.intool.attest.signer.Signer`.
        require: level that must be reached.

    Returns:
        As `ci.intool.attest.verify.verify` does.

    Raises:
        Failure: likewise; or the signer is unknown.
    """
    trust = asdict(trusted(Signer(**signer)))
    return verify(reference, **trust, require=require)


def last_scan(repository: str, tag: str, signer: Mapping[str, Any]) -> dict[str, Any]:
    """The findings of the last release's scan, as this signer attested them.

    Args:
        repository: with its host.
        tag: of the last release.
        signer: fields of `ci.intool.attest.signer.Signer`.

    Returns:
        As `ci.intool.attest.latest.latest_scan` does.

    Raises:
        Failure: likewise; or the signer is unknown.
    """
    trust = trusted(Signer(**signer))
    return latest_scan(repository, tag, **asdict(trust))


def trusted(signer: Signer) -> Trust:
    """The signer's own public key or identity, by which its statements are verified.

    Raises:
        Failure: the private key cannot be used, or there is neither a key nor an identity token with a known identity.
    """
    if signer.key:
        return Trust(key=cosign.public_key(signer))
    signer.arguments()
    identity, issuer = claimed(os.environ[TOKEN])
    return Trust(identity=identity, issuer=issuer)
