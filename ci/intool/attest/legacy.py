"""Signatures in the scheme of cosign before version 3: layers of the image that a tag like ``sha256-….sig`` names.

Each layer is a payload in the Simple Signing format; signature, certificate and log entry are in its annotations
(cosign, "Signature Specification"). They are written as bundles, so that one way verifies both. Pure.
"""

import base64
import json
import ssl
from collections.abc import Mapping
from typing import Any

from ci.intool.attest.certificate import names
from ci.intool.common.media import decoded

SUFFIX = ".sig"
MEDIA_TYPE = "application/vnd.dev.cosign.simplesigning.v1+json"
BUNDLE = "application/vnd.dev.sigstore.bundle+json;version=0.1"
"""The version whose log entries have a promise, as those of this scheme do, and no proof."""

LIMIT = 1 << 20
"""Bytes of the largest payload that is read."""

_SIGNATURE = "dev.cosignproject.cosign/signature"
_CERTIFICATE = "dev.sigstore.cosign/certificate"
_LOG = "dev.sigstore.cosign/bundle"


def tag(digest: str) -> str:
    """The tag that an image's signatures have."""
    return digest.replace(":", "-") + SUFFIX


def image_of(payload: bytes) -> str:
    """The digest of the image that a payload is about; empty if it names none."""
    try:
        return str(decoded(payload)["critical"]["image"]["docker-manifest-digest"])
    except (ValueError, KeyError, TypeError):
        return ""


def bundle(annotations: Mapping[str, Any], payload_digest: str) -> bytes:
    """A bundle (Sigstore bundle specification 0.1) from a layer's annotations.

    Args:
        annotations: of the layer.
        payload_digest: of the layer.

    Raises:
        ValueError: they hold no signature.
    """
    try:
        certificate, log = annotations.get(_CERTIFICATE), annotations.get(_LOG)
        material: dict[str, Any] = {"publicKey": {"hint": ""}}
        if certificate:
            first = str(certificate).partition("-----END CERTIFICATE-----")[0] + "-----END CERTIFICATE-----"
            material = {
                "x509CertificateChain": {"certificates": [{"rawBytes": _base64(ssl.PEM_cert_to_DER_cert(first))}]}
            }
        if log:
            material["tlogEntries"] = [_entry(decoded(log))]
        signed = {"messageDigest": _digest(payload_digest), "signature": annotations[_SIGNATURE]}
    except (KeyError, TypeError, AttributeError) as error:
        raise ValueError("the layer holds no signature") from error
    return json.dumps({"mediaType": BUNDLE, "verificationMaterial": material, "messageSignature": signed}).encode()


def signer(bundle: bytes) -> str:
    """The signer that the certificate names; not verified."""
    material = json.loads(bundle)["verificationMaterial"]
    if "publicKey" in material:
        return "a key"
    identity, issuer = names(base64.b64decode(material["x509CertificateChain"]["certificates"][0]["rawBytes"]))
    return f"{identity} ({issuer})" if identity else "a certificate without a name"


def _entry(log: Mapping[str, Any]) -> dict[str, Any]:
    payload = log["Payload"]
    body = decoded(base64.b64decode(payload["body"], validate=True))
    return {
        "logIndex": str(payload["logIndex"]),
        "logId": {"keyId": _base64(bytes.fromhex(payload["logID"]))},
        "kindVersion": {"kind": body["kind"], "version": body["apiVersion"]},
        "integratedTime": str(payload["integratedTime"]),
        "inclusionPromise": {"signedEntryTimestamp": log["SignedEntryTimestamp"]},
        "canonicalizedBody": payload["body"],
    }


def _digest(digest: str) -> dict[str, str]:
    return {"algorithm": "SHA2_256", "digest": _base64(bytes.fromhex(digest.partition(":")[2]))}


def _base64(data: bytes) -> str:
    return base64.b64encode(data).decode()
