"""Sigstore bundles: a signed statement and what it is verified with (Sigstore bundle specification 0.3). Pure."""

import base64
from dataclasses import dataclass
from typing import Any

from ci.intool.attest.certificate import names
from ci.intool.attest.statement import PAYLOAD, Statement, parse
from ci.intool.common.json_reader import object_in

MEDIA_TYPE = "application/vnd.dev.sigstore.bundle.v0.3+json"
MEDIA_PREFIX = "application/vnd.dev.sigstore.bundle"
"""Prefix of the media types of all versions."""


@dataclass(frozen=True, kw_only=True)
class Bundle:
    """A bundle as it was attached; nothing in it can be trusted before cosign has verified it.

    Attributes:
        body: its bytes.
        statement: what is signed.
        identity: that its certificate names; empty for a key.
        issuer: of that identity.
        hint: base64 of the sha256 of the public key; empty for a certificate.
    """

    body: bytes
    statement: Statement
    identity: str
    issuer: str
    hint: str

    @property
    def signer(self) -> str:
        """The signer that the bundle names; not verified."""
        if self.identity:
            return f"{self.identity} ({self.issuer})"
        return f"key {self.hint}" if self.hint else "a certificate without a name"


def parsed(body: bytes) -> Bundle:
    """A bundle from its bytes.

    Raises:
        ValueError: it is not a bundle, or holds no statement; the message gives the reason.
    """
    try:
        content = object_in(body) or {}
        envelope, material = content["dsseEnvelope"], content["verificationMaterial"]
        if envelope["payloadType"] != PAYLOAD:
            raise ValueError("the bundle holds no in-toto statement")
        payload = base64.b64decode(envelope["payload"], validate=True)
        identity, issuer = names(_certificate(material))
        hint = str((material.get("publicKey") or {}).get("hint", ""))
    except (KeyError, TypeError, AttributeError, IndexError):
        raise ValueError("it is not a Sigstore bundle with a statement") from None
    return Bundle(body=body, statement=parse(payload), identity=identity, issuer=issuer, hint=hint)


def _certificate(material: dict[str, Any]) -> bytes:
    """The signing certificate in DER; empty for a key."""
    chain = (material.get("x509CertificateChain") or {}).get("certificates") or [{}]
    encoded = (material.get("certificate") or chain[0]).get("rawBytes", "")
    return base64.b64decode(encoded, validate=True)
