"""Statements, bundles and predicates."""

import base64
import json
import random
from typing import Any

import pytest

from ci.intool.attest import audit, predicates, provenance, sbom, scan
from ci.intool.attest import legacy as former
from ci.intool.attest.attachment import Addition
from ci.intool.attest.bundle import parsed
from ci.intool.attest.certificate import names
from ci.intool.attest.statement import PAYLOAD, TYPE, Statement, parse, signature
from ci.intool.common.failure import Failure
from ci.intool.registry.client import Manifest, digest_of

A, B = (f"sha256:{digit * 64}" for digit in "ab")

# Of an authority that a test made: release@example.com, https://accounts.example.com.
CERTIFICATE = base64.b64decode(
    "MIIB6DCCAY+gAwIBAgIUGxgW4daXolZYhrw4KH69naztz2wwCgYIKoZIzj0EAwIwHzEQMA4GA1UECgwHZXhhbXBsZTELMAkGA1UE"
    "AwwCY2EwHhcNMjYxMTI0MjMwOTI4WhcNMjYxMTI2MjMwOTI4WjAAMFkwEwYHKoZIzj0CAQYIKoZIzj0DAQcDQgAEgcMH0F6oWVeF"
    "lUptHWkHgFBxJxKeOpSZWTE9K26rOM5wFMp55eA2cyL4Nx7iSQEQieS/hL1ps/gKsdURJRdNSKOBxzCBxDAOBgNVHQ8BAf8EBAMC"
    "B4AwEwYDVR0lBAwwCgYIKwYBBQUHAwMwDAYDVR0TAQH/BAIwADAhBgNVHREBAf8EFzAVgRNyZWxlYXNlQGV4YW1wbGUuY29tMCwG"
    "CisGAQQBg78wAQgEHgwcaHR0cHM6Ly9hY2NvdW50cy5leGFtcGxlLmNvbTAdBgNVHQ4EFgQUuosVhB1D3PSzMp1qNh1pxa6M/OYw"
    "HwYDVR0jBBgwFoAUWFnEm9rOUXdm7CPoieNSVT4by6cwCgYIKoZIzj0EAwIDRwAwRAIgC5smjQKy0lbZPJpI22DQpBXkV2FSlrP5"
    "P1RXGOAxbo8CIHA9fz8jTZ2vIozpD/Hd8O6B7Unec+ifLbtHXnjD3gLK"
)


def test_a_statement_is_read_back() -> None:
    said = Statement(kind=predicates.VEX, subjects=(A, B), predicate={"z": 1, "a": [None, "é"]})
    assert parse(said.encoded()) == said
    assert signature(A).encoded() == (
        b'{"_type":"https://in-toto.io/Statement/v1","predicate":{},'
        b'"predicateType":"https://sigstore.dev/cosign/sign/v1","subject":[{"digest":{"sha256":"' + b"a" * 64 + b'"}}]}'
    )


@pytest.mark.parametrize(
    "payload",
    [b"", b"[]", b"{}", b"[" * 100_000, b'{"_type": []}', b'{"_type": "https://in-toto.io/Statement/v1"}', b"\xff"],
)
def test_what_is_no_statement(payload: bytes) -> None:
    with pytest.raises(ValueError, match="the payload is not an in-toto statement"):
        parse(payload)


def test_subjects_that_are_no_images_are_left_out() -> None:
    subject: list[Any] = [1, {}, {"digest": 1}, {"digest": {"sha1": "a", "sha256": "../x"}}, {"digest": {"sha256": 1}}]
    reported = {"_type": TYPE, "predicateType": "a", "subject": [*subject, {"name": "x", "digest": {"sha256": A[7:]}}]}
    assert parse(json.dumps(reported).encode()).subjects == (A,)


def bundled(**changed: Any) -> bytes:
    envelope = {"payload": base64.b64encode(signature(A).encoded()).decode(), "payloadType": PAYLOAD}
    material = {"publicKey": {"hint": "abc"}}
    return json.dumps({"dsseEnvelope": envelope, "verificationMaterial": material, **changed}).encode()


@pytest.mark.parametrize(
    ("material", "signer"),
    [
        ({"publicKey": {"hint": "abc"}}, "key abc"),
        ({"certificate": {"rawBytes": "AAAA"}}, "a certificate without a name"),
        (
            {"certificate": {"rawBytes": base64.b64encode(CERTIFICATE).decode()}},
            "release@example.com (https://accounts.example.com)",
        ),
        (
            {"x509CertificateChain": {"certificates": [{"rawBytes": base64.b64encode(CERTIFICATE).decode()}]}},
            "release@example.com (https://accounts.example.com)",
        ),
    ],
)
def test_a_bundle(material: dict[str, Any], signer: str) -> None:
    bundle = parsed(bundled(verificationMaterial=material))
    assert (bundle.statement, bundle.signer) == (signature(A), signer)


@pytest.mark.parametrize(
    "body",
    [
        b"",
        b"[]",
        b"[" * 100_000,
        bundled(dsseEnvelope=None),
        bundled(dsseEnvelope={"payload": "", "payloadType": "text/plain"}),
        bundled(dsseEnvelope={"payload": "$$$$", "payloadType": PAYLOAD}),
        bundled(dsseEnvelope={"payload": "e30=", "payloadType": PAYLOAD}),
        bundled(verificationMaterial=[]),
        bundled(verificationMaterial={"certificate": {"rawBytes": 7}}),
        bundled(verificationMaterial={"x509CertificateChain": {"certificates": "x"}}),
    ],
)
def test_what_is_no_bundle(body: bytes) -> None:
    with pytest.raises(ValueError, match=r"\w"):
        parsed(body)


def test_a_broken_certificate_has_no_identity_or_the_same() -> None:
    chance = random.Random(7)  # noqa: S311  the same bytes each time
    for _ in range(2000):
        broken = bytearray(CERTIFICATE[: chance.randrange(len(CERTIFICATE) + 1)])
        for _ in range(chance.randrange(4)):
            if broken:
                broken[chance.randrange(len(broken))] = chance.randrange(256)
        assert len(names(bytes(broken))) == 2


FACTS = provenance.Facts(
    parameters={"pipeline": "app.yaml"},
    secrets=["npm", "a"],
    plan={"manager": "pnpm"},
    repository="https://user:secret@example.com/acme/app.git",
    revision="c" * 40,
    bases=[f"gcr.io/distroless/nodejs24-debian12:nonroot@{A}"],
    lockfiles={"pnpm-lock.yaml": "d" * 64},
    tools=[f"docker.io/library/node@{B}"],
    invocation="https://example.com/run/1",
    started="2026-01-01T00:00:00Z",
    rebuilt=B,
)


def test_provenance() -> None:
    reported = provenance.provenance(FACTS)
    assert reported == {
        "buildDefinition": {
            "buildType": predicates.BUILD,
            "externalParameters": {"pipeline": "app.yaml", "secrets": ["a", "npm"]},
            "internalParameters": {"manager": "pnpm"},
            "resolvedDependencies": [
                {
                    "name": "source",
                    "uri": f"git+https://example.com/acme/app.git@{'c' * 40}",
                    "digest": {"gitCommit": "c" * 40},
                },
                {"name": "pnpm-lock.yaml", "digest": {"sha256": "d" * 64}},
                {
                    "name": "base image",
                    "uri": f"pkg:oci/nodejs24-debian12@sha256%3A{'a' * 64}"
                    "?repository_url=gcr.io/distroless/nodejs24-debian12&tag=nonroot",
                    "digest": {"sha256": "a" * 64},
                },
                {
                    "name": "tool image",
                    "uri": f"pkg:oci/node@sha256%3A{'b' * 64}?repository_url=docker.io/library/node",
                    "digest": {"sha256": "b" * 64},
                },
            ],
        },
        "runDetails": {
            "builder": {"id": provenance.LOCAL},
            "metadata": {"invocationId": "https://example.com/run/1", "startedOn": "2026-01-01T00:00:00Z"},
            "byproducts": [{"name": "rebuilt image", "digest": {"sha256": "b" * 64}}],
        },
    }
    assert (provenance.problem(reported), provenance.rebuilt(reported), provenance.builder(reported)) == (
        "",
        B,
        provenance.LOCAL,
    )


def test_provenance_of_little() -> None:
    reported = provenance.provenance(provenance.Facts(parameters={}, revision="c" * 40, changed=True))
    (source,) = reported["buildDefinition"]["resolvedDependencies"]
    assert source == {"name": "source", "digest": {"gitCommit": "c" * 40}, "annotations": {"changed": True}}
    assert reported["runDetails"] == {"builder": {"id": provenance.LOCAL}, "metadata": {}}
    assert (provenance.problem(reported), provenance.rebuilt(reported)) == ("", "")
    with pytest.raises(Failure, match=r"image node:24 has no digest"):
        provenance.provenance(provenance.Facts(parameters={}, bases=["node:24"]))


@pytest.mark.parametrize(
    ("reported", "builder"),
    [
        ("", provenance.LOCAL),
        ("acme/app/.github/workflows/a.yml@refs/heads/main",) * 2,
        ("https://ci.example.com/runner",) * 2,
    ],
)
def test_builders(reported: str, builder: str) -> None:
    found = provenance.builder(provenance.provenance(provenance.Facts(parameters={}, builder=reported)))
    assert found == (builder if "://" in builder else f"https://github.com/{builder}")


@pytest.mark.parametrize(
    ("repository", "public"),
    [
        ("https://github.com/acme/app", "https://github.com/acme/app"),
        ("https://token@github.com/acme/app.git", "https://github.com/acme/app.git"),
        ("https://a:b@host:8443/app?token=x#y", "https://host:8443/app"),
        ("git@github.com:acme/app.git", "ssh://github.com/acme/app.git"),
        ("ssh://git@host:22/app", "ssh://host:22/app"),
    ],
)
def test_a_repository_without_credentials(repository: str, public: str) -> None:
    assert provenance.public(repository) == public


@pytest.mark.parametrize(
    ("path", "value", "problem"),
    [
        (("buildDefinition",), 1, "has no valid buildDefinition.buildType"),
        (("buildDefinition", "buildType"), "", "has no valid buildDefinition.buildType"),
        (("buildDefinition", "externalParameters"), [], "has no valid buildDefinition.externalParameters"),
        (("buildDefinition", "resolvedDependencies"), {}, "has no valid buildDefinition.resolvedDependencies"),
        (("runDetails",), None, "has no valid runDetails.builder.id"),
        (("runDetails", "builder"), "x", "has no valid runDetails.builder.id"),
    ],
)
def test_malformed_provenance(path: tuple[str, ...], value: Any, problem: str) -> None:
    reported = provenance.provenance(FACTS)
    place = reported
    for key in path[:-1]:
        place = place[key]
    place[path[-1]] = value
    assert provenance.problem(reported) == problem


def test_an_audit_record() -> None:
    gate = {"passed": True, "checks": {"SC-13": "passed"}, "waived": ["x"], "skipped": [], "figures": {}}
    waiver = {"id": "CFG-01", "reason": "r", "owner": "o", "expires": "2026-01-01"}
    reported = audit.record(
        who="me",
        when="2026-01-01T00:00:00Z",
        digest=A,
        repository="https://a:b@example.com/app",
        revision="c",
        tags=["1"],
        policy="standard",
        gates={"prove": gate},
        waivers=[waiver],
    )
    assert reported == {
        "who": "me",
        "when": "2026-01-01T00:00:00Z",
        "digest": A,
        "source": {"repository": "https://example.com/app", "revision": "c"},
        "tags": ["1"],
        "policy": "standard",
        "gates": {"prove": gate},
        "waivers": [waiver],
    }
    assert audit.proved(reported)
    for other in ({}, {"gates": 1}, {"gates": {"a": 1}}, {"gates": {"a": {"checks": {"SC-13": "failed"}}}}):
        assert not audit.proved(other)


def test_a_scan() -> None:
    finding = {"id": "CVE-1", "severity": "low", "where": "a@1", "what": "bad"}
    moment = "2026-01-01T00:00:00Z"
    reported = scan.scanned(scanner="x", version="1", started=moment, finished=moment, findings=[finding])
    assert (scan.problem(reported), scan.findings(reported)) == ("", [finding])
    assert scan.rules(reported) == scan.rules({"scanner": {"result": {"rules": 1}}}) == []
    looked = scan.scanned(scanner="x", version="1", started=moment, finished=moment, findings=[], rules=["next-ssrf"])
    assert scan.rules(looked) == ["next-ssrf"]
    assert reported["metadata"] == {"scanStartedOn": moment, "scanFinishedOn": moment}
    for broken in ({}, {"scanner": 1}, {"scanner": {"uri": "x", "result": []}}, {"scanner": {"result": {}}}):
        assert scan.problem(broken)
        assert scan.findings(broken) is None
    assert scan.findings({"scanner": {"result": {"findings": ["CVE-1"]}}}) is None


def spdx(*packages: dict[str, Any], **document: Any) -> dict[str, Any]:
    relation = {"relationshipType": "DESCRIBES", "relatedSpdxElement": "I", "spdxElementId": "SPDXRef-DOCUMENT"}
    return {"packages": [{"SPDXID": "I", **packages[0]}, *packages[1:]], "relationships": [relation], **document}


PURL = {"externalRefs": [{"referenceType": "purl", "referenceLocator": f"pkg:oci/app@sha256%3A{'a' * 64}?arch=amd64"}]}
SILENT, OTHER = "does not name the image that it describes by digest", f"describes another image, {A}"


@pytest.mark.parametrize(
    ("kind", "document", "of_a", "of_b"),
    [
        (predicates.SPDX, spdx(PURL), "", OTHER),
        (predicates.SPDX, spdx({"versionInfo": A}), "", OTHER),
        (predicates.SPDX, spdx({}, {"SPDXID": "other", **PURL}), SILENT, SILENT),
        (predicates.SPDX, spdx(PURL, relationships=[]), SILENT, SILENT),
        (predicates.SPDX, spdx(PURL, relationships=[1], documentDescribes=["I"]), "", OTHER),
        (predicates.SPDX, {"packages": 1, "relationships": 1}, SILENT, SILENT),
        (predicates.CYCLONEDX, {"metadata": {"component": {"purl": f"pkg:oci/app@{A}"}}}, "", OTHER),
        (predicates.CYCLONEDX, {"metadata": {"component": {"hashes": [{"content": "a" * 64}]}}}, "", OTHER),
        (predicates.CYCLONEDX, {"metadata": 1, "components": [{"purl": f"pkg:oci/app@{A}"}]}, SILENT, SILENT),
    ],
)
def test_which_image_an_sbom_describes(kind: str, document: dict[str, Any], of_a: str, of_b: str) -> None:
    config = f"sha256:{'e' * 64}"
    assert sbom.problem(kind, document, (A, config)) == of_a
    assert sbom.problem(kind, document, (config, A)) == of_a
    assert sbom.problem(kind, document, (B, config)) == of_b


def test_a_referrer() -> None:
    subject = Manifest(body=b"{}", digest=A, media_type="application/x", content={})
    reported = json.loads(Addition(subject=subject, bundle=b"b", kind="k", created="2026-01-01T00:00:00Z").manifest())
    assert reported["subject"] == {"mediaType": "application/x", "digest": A, "size": 2}
    assert reported["layers"][0]["digest"] == digest_of(b"b")
    assert reported["artifactType"] == reported["layers"][0]["mediaType"]
    assert reported["annotations"]["org.opencontainers.image.created"] == "2026-01-01T00:00:00Z"


def test_a_signature_of_the_former_scheme() -> None:
    assert former.tag(A) == f"sha256-{'a' * 64}.sig"
    annotations = {"dev.cosignproject.cosign/signature": "c2ln"}
    reported = json.loads(former.bundle(annotations, B))
    assert reported["messageSignature"]["signature"] == "c2ln"
    assert base64.b64decode(reported["messageSignature"]["messageDigest"]["digest"]) == bytes.fromhex("b" * 64)
    assert former.signer(former.bundle(annotations, B)) == "a key"
    for key, value in (
        ("cosignproject.cosign/signature", None),
        ("sigstore.cosign/certificate", "x"),
        ("sigstore.cosign/bundle", "x"),
        ("sigstore.cosign/bundle", "{}"),
        ("sigstore.cosign/bundle", '{"Payload": {"body": 1}}'),
    ):
        broken = {name: one for name, one in {**annotations, f"dev.{key}": value}.items() if one}
        with pytest.raises(ValueError, match=r"\w"):
            former.bundle(broken, B)
    for payload in (b"", b"[]", b"{}", b'{"critical": {"image": 1}}'):
        assert former.image_of(payload) == ""
