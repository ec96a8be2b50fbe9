"""What anyone may attach to an image, and what signs it: bundles, statements, certificates, tokens."""

import base64
import json
from typing import Any

from hypothesis import example, given
from hypothesis import strategies as st

from ci.intool.attest import legacy as former
from ci.intool.attest import provenance, sbom, scan
from ci.intool.attest.bundle import parsed
from ci.intool.attest.certificate import names
from ci.intool.attest.predicates import CYCLONEDX, SPDX
from ci.intool.attest.statement import parse
from ci.intool.attest.token import claimed
from ci.intool.attest.trust import Trust
from ci.intool.common.failure import Failure
from tests.fuzz.checks import survives
from tests.fuzz.strategies import DIGEST, blobs, encoded, mutants, texts
from tests.unit.intool.test_attest import CERTIFICATE, FACTS, bundled

BUNDLE = json.loads(bundled(certificate={"rawBytes": base64.b64encode(CERTIFICATE).decode()}))
STATEMENT = json.loads(base64.b64decode(BUNDLE["dsseEnvelope"]["payload"]))
PURL = f"pkg:oci/app@sha256%3A{'a' * 64}"
DOCUMENTS = {
    SPDX: {
        "documentDescribes": ["a"],
        "relationships": [{"relationshipType": "DESCRIBES", "relatedSpdxElement": "a"}],
        "packages": [{"SPDXID": "a", "externalRefs": [{"referenceLocator": PURL}]}],
    },
    CYCLONEDX: {"metadata": {"component": {"purl": PURL}}},
}
SCAN = scan.scanned(scanner="x", version="1", started="", finished="", findings=[{"id": "A"}])
SIMPLE = {"critical": {"image": {"docker-manifest-digest": DIGEST}, "identity": {}, "type": "cosign"}}
LOG = {
    "SignedEntryTimestamp": "YQ==",
    "Payload": {
        "body": base64.b64encode(encoded({"kind": "hashedrekord", "apiVersion": "0.0.1"})).decode(),
        "integratedTime": 1,
        "logIndex": 2,
        "logID": "ab" * 32,
    },
}
ANNOTATIONS = {
    "dev.cosignproject.cosign/signature": "YQ==",
    "dev.sigstore.cosign/certificate": "-----BEGIN CERTIFICATE-----\nYQ==\n-----END CERTIFICATE-----\n",
    "dev.sigstore.cosign/bundle": json.dumps(LOG),
}
CLAIMS = {"iss": "https://token.actions.githubusercontent.com", "job_workflow_ref": "a/b@c", "email": "a@b.example"}


def token(claims: Any) -> str:
    return f"a.{base64.urlsafe_b64encode(encoded(claims)).decode().rstrip('=')}.c"


def test_the_documents_themselves_are_good() -> None:
    assert parsed(encoded(BUNDLE)).signer
    assert former.signer(former.bundle(ANNOTATIONS, DIGEST))
    assert claimed(token(CLAIMS))
    assert all(not sbom.problem(kind, document, [DIGEST]) for kind, document in DOCUMENTS.items())


@given(mutants(BUNDLE))
def test_bundles(bundle: Any) -> None:
    found = survives(lambda: parsed(encoded(bundle)), ValueError)
    if found:
        assert found.signer
        found.statement.encoded()


@given(st.binary(max_size=60))
@example(b'{"dsseEnvelope": ' + b"[" * 50_000)
@example(b"\xff")
def test_what_is_no_bundle(body: bytes) -> None:
    assert survives(lambda: parsed(body), ValueError) is None
    assert survives(lambda: parse(body), ValueError) is None
    assert former.image_of(body) == ""


@given(mutants(STATEMENT))
def test_statements(statement: Any) -> None:
    found = survives(lambda: parse(encoded(statement)), ValueError)
    if found:
        for digest in found.subjects:
            assert digest.startswith(("sha256:", "sha512:"))
        provenance.problem(found.predicate)


@given(mutants(provenance.provenance(FACTS)) | mutants(SCAN) | mutants(DOCUMENTS[SPDX]) | mutants(DOCUMENTS[CYCLONEDX]))
@example({"documentDescribes": [[]]})
@example({"relationships": [{"relationshipType": "DESCRIBES", "relatedSpdxElement": []}]})
@example({"packages": [{"SPDXID": []}]})
def test_predicates(predicate: Any) -> None:
    if isinstance(predicate, dict):
        provenance.problem(predicate)
        provenance.builder(predicate)
        provenance.rebuilt(predicate)
        scan.problem(predicate)
        scan.findings(predicate)
        for kind in DOCUMENTS:
            sbom.problem(kind, predicate, [DIGEST])


@given(blobs(CERTIFICATE))
@example(b"\x30\x84\xff\xff\xff\xff")
@example(b"\x30\xff" + b"\xff" * 127)
def test_certificates(certificate: bytes) -> None:
    for name in names(certificate):
        name.encode()


@given(mutants(ANNOTATIONS), mutants(LOG))
def test_signatures_of_the_former_scheme(annotations: Any, log: Any) -> None:
    for reported in (annotations, {**ANNOTATIONS, "dev.sigstore.cosign/bundle": encoded(log).decode()}):
        if isinstance(reported, dict):
            found = survives(lambda reported=reported: former.bundle(reported, DIGEST), ValueError)
            if found:
                former.signer(found)


@given(mutants(SIMPLE))
def test_payloads_of_the_former_scheme(payload: Any) -> None:
    former.image_of(encoded(payload)).encode()


@given(mutants(CLAIMS).map(token) | texts(token(CLAIMS)))
def test_tokens(given_token: str) -> None:
    found = survives(lambda: claimed(given_token), Failure)
    if found:
        ": ".join(found).encode()


@given(
    mutants({"tlogs": [1], "ctlogs": [1], "timestampAuthorities": [1]}).map(lambda one: encoded(one).decode())
    | st.text(max_size=9)
)
@example("[" * 50_000)
def test_trusted_roots(root: str) -> None:
    trust = Trust(identity="a@b.example", issuer="https://c.example", trusted_root=root)
    survives(lambda: trust.arguments("key", "root"), Failure)
