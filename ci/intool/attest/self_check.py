"""A signer as those know it who verify what it signs: by its public key, or by its identity."""

import os
from collections.abc import Mapping
from typing import Any

from ci.intool.attest import cosign
from ci.intool.attest.signer import TOKEN, Signer
from ci.intool.attest.token import claimed
from ci.intool.attest.trust import Trust


def own(signer: Mapping[str, Any]) -> dict[str, str]:
    """What to verify a signer's signatures by, so that nothing but signing needs its secrets.

    Args:
        signer: fields of `ci.intool.attest.signer.Signer`.

    Returns:
        `key`, or `identity` and `issuer`, as arguments of `ci.intool.attest.verify.verify`; others are empty.

    Raises:
        Failure: as of `trusted`.
    """
    trust = trusted(Signer(**signer))
    return {"key": trust.key, "identity": trust.identity, "issuer": trust.issuer}


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
