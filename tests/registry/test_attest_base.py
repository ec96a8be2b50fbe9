"""Signatures of base images, which others made: bundles, and cosign's former scheme with its log."""

import base64
import hashlib
import json
from collections.abc import Callable
from pathlib import Path
from typing import Any

import pytest

from ci.intool.attest import legacy as former
from ci.intool.attest.base import signature_of
from ci.intool.common.failure import Failure
from ci.intool.common.media import canonical
from ci.intool.common.reference import split
from ci.intool.registry.client import Repository, digest_of
from tests.registry import layouts, signers
from tests.registry.conftest import Registry
from tests.registry.signers import IDENTITY, ISSUER, Authority, Keys, sign

OFFLINE = ("--yes", "--use-signing-config=false", "--tlog-upload=false", "--allow-http-registry")
NAMED = {"identity": IDENTITY, "issuer": ISSUER}


@pytest.fixture(scope="module")
def pair(tmp_path_factory: pytest.TempPathFactory) -> Keys:
    return signers.keys(tmp_path_factory.mktemp("pair"), "pair")


@pytest.fixture(scope="module")
def authority(tmp_path_factory: pytest.TempPathFactory) -> Authority:
    return Authority(tmp_path_factory.mktemp("authority"))


@pytest.fixture(scope="module")
def leaf(authority: Authority) -> dict[str, Any]:
    return authority.certify("leaf")


@pytest.fixture
def image(registry: Registry, reach: Callable[..., None], tmp_path: Path) -> str:
    reach(registry.address)
    return signers.image(tmp_path / "layout", f"{registry.address}/base")


def stock(reference: str, *options: str | Path) -> None:
    """Sign by the stock cosign in its former scheme."""
    signers.run("cosign", "sign", "--new-bundle-format=false", *OFFLINE, *options, reference)


def status(reference: str, **trusted: Any) -> tuple[str, str]:
    reported = signature_of(reference, **trusted)
    return reported["status"], reported["why"]


def test_no_signature(image: str, pair: Keys) -> None:
    assert status(image, keys=[pair.public]) == ("unsigned", "it has no signature")
    with pytest.raises(Failure, match="no trusted signer is given for"):
        signature_of(image)
    with pytest.raises(Failure, match="there is no"):
        signature_of(f"{image.partition('@')[0]}:absent", keys=[pair.public])


@pytest.mark.parametrize("scheme", ["bundle", "former"])
def test_by_key(image: str, pair: Keys, tmp_path: Path, scheme: str) -> None:
    stranger = signers.keys(tmp_path, "stranger")
    if scheme == "bundle":
        sign(image, pair.signer)
    else:
        stock(image, "--key", pair.private)
    assert status(image, keys=[stranger.public, pair.public]) == ("verified", "")
    wrong, why = status(image, keys=[stranger.public])
    assert wrong == "wrong"
    assert why.endswith("does not count: it is signed by another key")


@pytest.mark.parametrize("scheme", ["bundle", "former"])
def test_by_identity(image: str, authority: Authority, leaf: dict[str, Any], tmp_path: Path, scheme: str) -> None:
    root = json.dumps(authority.trusted_root)
    if scheme == "bundle":
        signers.certified(tmp_path, image, leaf)
    else:
        stock(image, "--key", leaf["key"], "--certificate", leaf["certificate"])
    reported = signature_of(
        image, identities=[{"identity": "x@example.com", "issuer": ISSUER}, NAMED], trusted_root=root
    )
    assert (reported["status"], reported["signer"]) == ("verified", f"{IDENTITY} ({ISSUER})")
    for other in ({"identity": "else@example.com"}, {"issuer": "https://example.com"}):
        wrong, why = status(image, identities=[{**NAMED, **other}], trusted_root=root)
        assert wrong == "wrong"
        assert why.startswith(f"one by {IDENTITY} ({ISSUER}) does not count: it is signed by another identity")


def logged(directory: Path, leaf: dict[str, Any], reference: str, claimed: str = "") -> tuple[dict[str, Any], str]:
    """Sign as the public Sigstore did: with an entry in Rekor, of which the promise is kept.

    Returns:
        The root with that log, and the digest of the entry's subject.
    """
    digest = split(reference)[1]
    payload = canonical({"critical": {"image": {"docker-manifest-digest": claimed or digest}}, "optional": None})
    signature = signed(directory, leaf["pem"], payload)
    certificate = Path(leaf["certificate"]).read_text()
    spec = {
        "data": {"hash": {"algorithm": "sha256", "value": hashlib.sha256(payload).hexdigest()}},
        "signature": {
            "content": signature,
            "publicKey": {"content": base64.b64encode(certificate.encode()).decode()},
        },
    }
    entry = canonical({"apiVersion": "0.0.1", "kind": "hashedrekord", "spec": spec})
    signers.run("openssl", "genpkey", *CURVE, "-out", "log.pem", cwd=directory)
    signers.run("openssl", "pkey", "-in", "log.pem", "-pubout", "-outform", "DER", "-out", "log.der", cwd=directory)
    key = (directory / "log.der").read_bytes()
    body = base64.b64encode(entry).decode()
    moment = int(signers.run("date", "+%s"))
    reported = {"body": body, "integratedTime": moment, "logIndex": 7, "logID": hashlib.sha256(key).hexdigest()}
    promise = {
        "SignedEntryTimestamp": signed(directory, str(directory / "log.pem"), canonical(reported)),
        "Payload": reported,
    }
    annotations = {
        "dev.cosignproject.cosign/signature": signature,
        "dev.sigstore.cosign/certificate": certificate,
        "dev.sigstore.cosign/chain": certificate,
        "dev.sigstore.cosign/bundle": json.dumps(promise),
    }
    store(directory, reference, payload, annotations)
    log = {
        "baseUrl": "https://log.example.com",
        "hashAlgorithm": "SHA2_256",
        "publicKey": {
            "rawBytes": base64.b64encode(key).decode(),
            "keyDetails": "PKIX_ECDSA_P256_SHA_256",
            "validFor": {"start": "2020-01-01T00:00:00Z"},
        },
        "logId": {"keyId": base64.b64encode(hashlib.sha256(key).digest()).decode()},
    }
    return {"tlogs": [log]}, digest


CURVE = ("-algorithm", "EC", "-pkeyopt", "ec_paramgen_curve:P-256")


def signed(directory: Path, key: str, data: bytes) -> str:
    (directory / "data").write_bytes(data)
    signers.run("openssl", "dgst", "-sha256", "-sign", key, "-out", "signature", "data", cwd=directory)
    return base64.b64encode((directory / "signature").read_bytes()).decode()


def store(directory: Path, reference: str, payload: bytes, annotations: dict[str, str]) -> None:
    """Write the tag of the former scheme."""
    name, digest = split(reference)
    repository = Repository(name)
    for blob in (payload, b"{}"):
        (directory / "blob").write_bytes(blob)
        repository.upload(directory / "blob", digest_of(blob))
    layer = {"mediaType": former.MEDIA_TYPE, "size": len(payload), "digest": digest_of(payload)}
    manifest = {
        "schemaVersion": 2,
        "mediaType": layouts.MANIFEST,
        "config": {"mediaType": layouts.CONFIG, "size": 2, "digest": digest_of(b"{}")},
        "layers": [{**layer, "annotations": annotations}],
    }
    repository.put_manifest(layouts.encoded(manifest), layouts.MANIFEST, former.tag(digest))


def test_by_identity_with_the_log(image: str, authority: Authority, leaf: dict[str, Any], tmp_path: Path) -> None:
    signer = {**leaf, "pem": str(authority.directory / "leaf.pem")}
    log, _ = logged(tmp_path, signer, image)
    root = json.dumps({**authority.trusted_root, **log})
    assert status(image, identities=[NAMED], trusted_root=root) == ("verified", "")
    (tmp_path / "other").mkdir()
    other, _ = logged(tmp_path / "other", signer, image)
    assert status(image, identities=[NAMED], trusted_root=root)[0] == "wrong"
    assert (
        status(image, identities=[NAMED], trusted_root=json.dumps({**authority.trusted_root, **other}))[0] == "verified"
    )


def test_a_signature_of_another_image(image: str, authority: Authority, leaf: dict[str, Any], tmp_path: Path) -> None:
    signer = {**leaf, "pem": str(authority.directory / "leaf.pem")}
    other = f"sha256:{'1' * 64}"
    log, _ = logged(tmp_path, signer, image, other)
    root = json.dumps({**authority.trusted_root, **log})
    wrong, why = status(image, identities=[NAMED], trusted_root=root)
    assert (wrong, why) == ("wrong", f"one by {IDENTITY} ({ISSUER}) does not count: it is about {other}")


def test_layers_that_hold_no_signature(image: str, pair: Keys, tmp_path: Path) -> None:
    for annotations in ({}, {"dev.cosignproject.cosign/signature": "x", "dev.sigstore.cosign/bundle": "{}"}):
        store(tmp_path, image, b"{}", annotations)
        assert status(image, keys=[pair.public]) == ("unsigned", "it has no signature")
