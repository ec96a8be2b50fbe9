"""Signers with keys, and with certificates of an authority like Fulcio; all that a release attaches."""

import base64
import os
import subprocess
from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from ci.intool.attest import predicates
from ci.intool.attest.attachment import Addition, attach
from ci.intool.attest.attest import attest
from ci.intool.attest.image import pinned
from ci.intool.attest.provenance import Facts, provenance
from ci.intool.attest.scan import scanned
from ci.intool.attest.signer import WITHOUT_LOG
from ci.intool.attest.statement import Statement, signature
from ci.intool.common.media import canonical
from ci.intool.common.reference import split
from ci.intool.registry.client import Repository
from ci.intool.registry.push import push
from tests.registry import layouts

LEASE = 1.0
PASSWORD = ""
IDENTITY, ISSUER = "release@example.com", "https://accounts.example.com"
EXTENSIONS = """keyUsage=critical,digitalSignature
extendedKeyUsage=codeSigning
basicConstraints=critical,CA:FALSE
subjectAltName=critical,{identity}
1.3.6.1.4.1.57264.1.8=ASN1:UTF8String:{issuer}
"""
REPOSITORY = "1.3.6.1.4.1.57264.1.5=DER:{raw}\n"
"""The repository whose run called a workflow of GitHub, as Fulcio writes it: the text itself, without a tag."""


def run(*command: str | Path, cwd: Path | None = None) -> str:
    """Run a program; returns its standard output."""
    environment = {**os.environ, "COSIGN_PASSWORD": PASSWORD}
    done = subprocess.run(command, cwd=cwd, env=environment, capture_output=True, text=True, check=False)
    assert done.returncode == 0, done.stderr
    return done.stdout


@dataclass(frozen=True)
class Keys:
    """A key pair of cosign."""

    private: Path

    @property
    def public(self) -> str:
        return self.private.with_suffix(".pub").read_text()

    @property
    def signer(self) -> dict[str, Any]:
        return {"key": str(self.private)}

    @property
    def trust(self) -> dict[str, str]:
        return {"key": self.public}


def keys(directory: Path, name: str) -> Keys:
    """A new key pair."""
    run("cosign", "generate-key-pair", "--output-key-prefix", name, cwd=directory)
    return Keys(directory / f"{name}.key")


class Authority:
    """Gives certificates for identities, as Fulcio does."""

    def __init__(self, directory: Path) -> None:
        self.directory = directory
        self._key("ca")
        extensions = ["-addext", "basicConstraints=critical,CA:TRUE", "-addext", "keyUsage=critical,keyCertSign"]
        request = ["-new", "-key", "ca.pem", "-days", "2", "-subj", "/O=example/CN=ca", "-out", "ca.crt"]
        run("openssl", "req", "-x509", *request, *extensions, cwd=directory)

    @property
    def trusted_root(self) -> dict[str, Any]:
        """What has this authority, and no log."""
        chain = {"certificates": [{"rawBytes": base64.b64encode(self.der("ca")).decode()}]}
        authority = {"certChain": chain, "validFor": {"start": "2020-01-01T00:00:00Z"}}
        mime = "application/vnd.dev.sigstore.trustedroot+json;version=0.1"
        return {"mediaType": mime, "certificateAuthorities": [authority]}

    def certify(
        self, name: str, identity: str = f"email:{IDENTITY}", issuer: str = ISSUER, repository: str = ""
    ) -> dict[str, Any]:
        """A signer with a certificate."""
        self._key(name)
        extensions = EXTENSIONS.format(identity=identity, issuer=issuer)
        if repository:
            extensions += REPOSITORY.format(raw=repository.encode().hex())
        (self.directory / f"{name}.ext").write_text(extensions)
        run("openssl", "req", "-new", "-key", f"{name}.pem", "-subj", "/", "-out", f"{name}.csr", cwd=self.directory)
        by = ["-CA", "ca.crt", "-CAkey", "ca.pem", "-CAcreateserial", "-days", "2", "-extfile", f"{name}.ext"]
        run("openssl", "x509", "-req", "-in", f"{name}.csr", *by, "-out", f"{name}.crt", cwd=self.directory)
        run("cosign", "import-key-pair", "--key", f"{name}.pem", "--output-key-prefix", name, cwd=self.directory)
        return {"key": str(self.directory / f"{name}.key"), "certificate": str(self.directory / f"{name}.crt")}

    def der(self, name: str) -> bytes:
        """A certificate in DER."""
        text = (self.directory / f"{name}.crt").read_text()
        return base64.b64decode("".join(line for line in text.splitlines() if "-----" not in line))

    def _key(self, name: str) -> None:
        curve = ("-algorithm", "EC", "-pkeyopt", "ec_paramgen_curve:P-256")
        run("openssl", "genpkey", *curve, "-out", f"{name}.pem", cwd=self.directory)


def image(root: Path, repository: str, *, seed: int = 0) -> str:
    """Push an image of two platforms; returns its reference."""
    layouts.write(root, seed=seed, sizes=(1000,), platforms=("linux/amd64", "linux/arm64"))
    return str(push(root, repository)["ref"])


def platforms(reference: str) -> dict[str, str]:
    """Platform to digest."""
    name, digest = split(reference)
    listed = Repository(name).manifest(digest).content["manifests"]
    return {f"{one['platform']['os']}/{one['platform']['architecture']}": one["digest"] for one in listed}


def spdx(digest: str) -> dict[str, Any]:
    """An SBOM of no packages but the image."""
    described = {"SPDXID": "SPDXRef-Image", "checksums": [{"algorithm": "SHA256", "checksumValue": digest[7:]}]}
    relation = {
        "spdxElementId": "SPDXRef-DOCUMENT",
        "relationshipType": "DESCRIBES",
        "relatedSpdxElement": "SPDXRef-Image",
    }
    return {"spdxVersion": "SPDX-2.3", "packages": [described], "relationships": [relation]}


def cyclonedx(digest: str) -> dict[str, Any]:
    """Likewise."""
    component = {"type": "container", "name": "app", "hashes": [{"alg": "SHA-256", "content": digest[7:]}]}
    return {"bomFormat": "CycloneDX", "specVersion": "1.6", "metadata": {"component": component}}


def scan(*found: str, when: str = "2026-01-01T00:00:00Z", database: str = "1") -> dict[str, Any]:
    """A scan's result."""
    findings = [{"id": one, "severity": "low", "where": "a@1", "what": "bad"} for one in found]
    with_ = {"scanner": "pkg:generic/trivy", "version": "1", "database_version": database}
    return scanned(**with_, started=when, finished=when, findings=findings)


def statements(reference: str, *, rebuilt: str = "") -> list[tuple[str, str, dict[str, Any]]]:
    """All statements of a release about an image: type, platform and predicate."""
    facts = Facts(parameters={"pipeline": "app"}, revision="a" * 40, rebuilt=rebuilt)
    of_platforms = [
        statement
        for platform, digest in platforms(reference).items()
        for statement in (
            (predicates.SPDX, platform, spdx(digest)),
            (predicates.CYCLONEDX, platform, cyclonedx(digest)),
        )
    ]
    return [(predicates.PROVENANCE, "", provenance(facts)), (predicates.SCAN, "", scan("CVE-1")), *of_platforms]


def say(
    directory: Path, reference: str, signer: dict[str, Any], said: Iterable[tuple[str, str, dict[str, Any]]]
) -> dict[str, Any]:
    """Attach statements."""
    if "certificate" in signer:
        subject = pinned(reference)
        about = [Statement(kind=k, subjects=subject.about(p), predicate=content) for k, p, content in said]
        return certified(directory, reference, signer, about)
    given = []
    for kind, platform, predicate in said:
        path = directory / f"predicate-{len(list(directory.glob('predicate-*')))}.json"
        path.write_bytes(canonical(predicate))
        given.append({"type": kind, "platform": platform, "path": str(path)})
    return attest(reference, given, signer, lease=LEASE)


def sign(reference: str, signer: dict[str, Any], lease: float = LEASE) -> dict[str, Any]:
    """Sign the index and the image of each platform, as a release does."""
    return attest(reference, [], signer, lease=lease, signed=True)


def certified(
    directory: Path, reference: str, signer: dict[str, Any], statements: Sequence[Statement] = ()
) -> dict[str, Any]:
    """Attach statements, else signatures, by an identity: with the stock cosign, since there is no Fulcio here."""
    subject, bundle = pinned(reference), directory / "bundle.json"
    key = ("--key", signer["key"], "--certificate", signer["certificate"], *WITHOUT_LOG)
    for one in statements or [signature(digest) for digest in subject.manifests]:
        (directory / "statement.json").write_bytes(one.encoded())
        given = ("--statement", directory / "statement.json", "--bundle", bundle)
        run("cosign", "attest-blob", "--yes", *given, *key)
        body = bundle.read_bytes()
        new = [Addition(subject=subject.manifests[digest], bundle=body, kind=one.kind) for digest in one.subjects]
        list(attach(subject.repository, new, LEASE))
    return {}


def release(directory: Path, reference: str, signer: dict[str, Any], *, rebuilt: str = "") -> None:
    """Sign an image, and attach all that belongs to a release."""
    if "certificate" in signer:
        certified(directory, reference, signer)
    else:
        sign(reference, signer)
    say(directory, reference, signer, statements(reference, rebuilt=rebuilt))
