"""What `verify` reports of an image: refusals first."""

import json
import shutil
import subprocess
import sys
from collections.abc import Callable, Iterator
from pathlib import Path
from typing import Any

import pytest

from ci.intool.attest import predicates
from ci.intool.attest.attachment import Addition, attach
from ci.intool.attest.referrers import bundles_at
from ci.intool.attest.verify import verify
from ci.intool.common.failure import Failure
from ci.intool.common.reference import split
from ci.intool.registry.client import Repository, digest_of
from tests.conftest import CHECKOUT
from tests.registry import layouts, signers
from tests.registry.conftest import Registry
from tests.registry.signers import LEASE, Authority, Keys, sign

Said = list[tuple[str, str, dict[str, Any]]]


@pytest.fixture(scope="module")
def pair(tmp_path_factory: pytest.TempPathFactory) -> Keys:
    return signers.keys(tmp_path_factory.mktemp("pair"), "pair")


@pytest.fixture(scope="module")
def stranger(tmp_path_factory: pytest.TempPathFactory) -> Keys:
    return signers.keys(tmp_path_factory.mktemp("stranger"), "stranger")


@pytest.fixture(scope="module")
def authority(tmp_path_factory: pytest.TempPathFactory) -> Authority:
    return Authority(tmp_path_factory.mktemp("authority"))


@pytest.fixture
def image(registry: Registry, reach: Callable[..., None], tmp_path: Path) -> str:
    """An image of two platforms."""
    reach(registry.address)
    return signers.image(tmp_path / "layout", f"{registry.address}/app")


def levels(reference: str, **trust: str) -> dict[str, str]:
    """Level to why it is not reached."""
    return {one["name"]: one["why"] for one in verify(reference, **trust)["levels"]}


def attached(reference: str, subject: str) -> Iterator[tuple[str, bytes]]:
    """Type and bytes of the bundles at an image."""
    for one in bundles_at(Repository(split(reference)[0]), subject):
        assert one.bundle
        yield one.bundle.statement.kind, one.bundle.body


def move(reference: str, bundle: bytes, kind: str, subject: str) -> None:
    """Attach a bundle to another image."""
    repository = Repository(split(reference)[0])
    attach(repository, [Addition(subject=repository.manifest(subject), bundle=bundle, kind=kind)], LEASE)


def test_a_release(image: str, pair: Keys, stranger: Keys, tmp_path: Path) -> None:
    digest = split(image)[1]
    assert levels(image, **pair.trust)["signed"].startswith(f"there is no signature of {digest} by the given key")
    signers.release(tmp_path, image, pair.signer, rebuilt=digest)
    sign(image, stranger.signer)
    report = verify(image, **pair.trust, require="reproducible")
    assert (report["level"], report["ref"], report["digest"]) == ("reproducible", image, digest)
    assert [one["why"] for one in report["levels"]] == [""] * 4
    assert sorted((one["trusted"], one["statements"]) for one in report["signers"]) == [(False, 3), (True, 13)]
    refused = {one["refusal"] for one in report["attestations"] if "refusal" in one}
    assert refused == {"it is signed by another key"}
    assert "ignored" in report["text"]
    assert verify(image, **stranger.trust)["level"] == "signed"


def test_a_foreign_key(image: str, pair: Keys, stranger: Keys) -> None:
    sign(image, stranger.signer)
    reported = levels(image, **pair.trust)
    assert "no signature" in reported["signed"]
    assert "does not count: it is signed by another key" in reported["signed"]
    with pytest.raises(Failure, match=r"is not signed: there is no signature.*another key"):
        verify(image, **pair.trust, require="attested")


def test_no_trusted_signer(image: str, pair: Keys) -> None:
    sign(image, pair.signer)
    assert levels(image)["signed"] == "no trusted signer is given"
    assert verify(image)["level"] == "whole"


def test_a_signature_of_another_image(image: str, pair: Keys) -> None:
    """The image is changed, and the good one's signature put to it."""
    sign(image, pair.signer)
    name, digest = split(image)
    index = Repository(name).manifest(digest).content
    index["manifests"] = index["manifests"][:1]
    tampered = Repository(name).put_manifest(layouts.encoded(index), layouts.INDEX)
    for kind, bundle in attached(image, digest):
        move(image, bundle, kind, tampered)
    reported = levels(f"{name}@{tampered}", **pair.trust)
    assert f"it is about {digest}, not about this image" in reported["signed"]


def test_a_layer_of_other_bytes(registry: Registry, image: str, pair: Keys) -> None:
    sign(image, pair.signer)
    manifest = Repository(split(image)[0]).manifest(signers.platforms(image)["linux/arm64"]).content
    layer = manifest["layers"][0]["digest"]
    (registry.storage / f"docker/registry/v2/blobs/sha256/{layer[7:9]}/{layer[7:]}/data").write_bytes(b"other")
    report = verify(image, **pair.trust)
    assert report["level"] == ""
    assert layer in report["levels"][0]["why"]
    assert report["levels"][1]["why"] == "the image is not whole"


def test_missing_statements(image: str, pair: Keys, tmp_path: Path) -> None:
    amd = signers.platforms(image)["linux/amd64"]
    said = [(predicates.SIGNATURE, "", {}), (predicates.SPDX, "linux/amd64", signers.spdx(amd))]
    signers.say(tmp_path, image, pair.signer, said)
    assert levels(image, **pair.trust)["attested"] == (
        "there is no provenance; there is no SBOM in CycloneDX of linux/amd64; there is no scan result of linux/amd64; "
        "there is no SBOM in SPDX of linux/arm64; there is no SBOM in CycloneDX of linux/arm64; "
        "there is no scan result of linux/arm64"
    )


def swapped(said: Said, kind: str, platform: str, predicate: dict[str, Any]) -> Said:
    """The same with another predicate."""
    return [(k, p, predicate if (k, p) == (kind, platform) else old) for k, p, old in said]


def test_an_sbom_of_another_platform(image: str, pair: Keys, tmp_path: Path) -> None:
    """Signed by the right key, as if it were of this platform."""
    other = signers.platforms(image)["linux/arm64"]
    said = signers.statements(image)
    said = swapped(said, predicates.SPDX, "linux/amd64", signers.spdx(other))
    said = swapped(said, predicates.CYCLONEDX, "linux/amd64", {"metadata": {"component": {"name": "app"}}})
    signers.say(tmp_path, image, pair.signer, [*said, (predicates.SIGNATURE, "", {})])
    assert levels(image, **pair.trust)["attested"] == (
        f"the SBOM in SPDX of linux/amd64 describes another image, {other}; "
        "the SBOM in CycloneDX of linux/amd64 does not name the image that it describes by digest"
    )


def test_an_sbom_that_is_exchanged_in_the_registry(image: str, pair: Keys, stranger: Keys, tmp_path: Path) -> None:
    """Another image's is attached, one of a stranger, and one without signature; the good ones are removed."""
    name, _ = split(image)
    repository = Repository(name)
    amd, arm = signers.platforms(image).values()
    signers.release(tmp_path, image, pair.signer)
    others = dict(attached(image, arm))
    for one in list(bundles_at(repository, amd)):
        if one.bundle and one.bundle.statement.kind in {predicates.SPDX, predicates.CYCLONEDX}:
            repository.delete(one.referrer)
    unlist(repository, amd)
    move(image, others[predicates.SPDX], predicates.SPDX, amd)
    signers.say(tmp_path, image, stranger.signer, [(predicates.CYCLONEDX, "linux/amd64", signers.cyclonedx(amd))])
    with pytest.raises(Failure, match="is not attested") as refused:
        verify(image, **pair.trust, require="attested")
    assert "there is no SBOM in SPDX of linux/amd64 (one by key" in refused.value.what
    assert f"it is about {arm}, not about this image" in refused.value.what
    assert "there is no SBOM in CycloneDX of linux/amd64 (one by key" in refused.value.what
    assert "linux/arm64" not in refused.value.what


def unlist(repository: Repository, subject: str) -> None:
    """Take referrers that are deleted out of the list."""
    tag = subject.replace(":", "-")
    index = repository.manifest(tag).content
    index["manifests"] = [one for one in index["manifests"] if repository.resolve(one["digest"])]
    repository.put_manifest(layouts.encoded(index), layouts.INDEX, tag)


def test_referrers_that_are_none_of_ours(registry: Registry, image: str, pair: Keys) -> None:
    """Broken statements are reported, and nothing fails."""
    repository = Repository(split(image)[0])
    digest = split(image)[1]
    broken = [b"[]", b"[" * 100_000, b'{"dsseEnvelope": 1}', b"\xff", b"is removed"]
    subject = repository.manifest(digest)
    attach(repository, [Addition(subject=subject, bundle=one, kind="x") for one in broken], LEASE)
    removed = digest_of(broken[-1]).replace(":", "/")
    shutil.rmtree(registry.storage / "docker/registry/v2/repositories/app/_layers" / removed)
    layouts.signed(repository, digest)
    sign(image, pair.signer)
    report = verify(image, **pair.trust)
    assert report["level"] == "signed"
    unreadable = [one for one in report["attestations"] if one["name"] == "unreadable bundle"]
    assert len(unreadable) == len(broken)
    assert all(one["refusal"] for one in unreadable)


IDENTITIES = [
    ({}, ""),
    ({"identity": "release@example.co"}, "another identity"),
    ({"identity": "RELEASE@example.com"}, "another identity"),
    ({"identity": "release@example\\.com"}, "another identity"),
    ({"issuer": "https://accounts.example.com/"}, "another identity, or the issuer is another"),
]


def test_an_exact_identity(image: str, authority: Authority, pair: Keys, tmp_path: Path) -> None:
    signer = authority.certify("leaf")
    signers.release(tmp_path, image, signer)
    root = json.dumps(authority.trusted_root)
    trust = {"identity": signers.IDENTITY, "issuer": signers.ISSUER, "trusted_root": root}
    for changed, why in IDENTITIES:
        reported = levels(image, **{**trust, **changed})
        assert (why in reported["signed"]) if why else not reported["attested"]
        assert bool(reported["signed"]) == bool(why)
    named = verify(image, **trust)["signers"]
    assert named == [{"name": f"{signers.IDENTITY} ({signers.ISSUER})", "trusted": True, "statements": 13}]
    assert "signed by an identity, not by a key" in levels(image, **pair.trust)["signed"]


def test_a_certificate_of_another_authority(image: str, authority: Authority, tmp_path: Path) -> None:
    forger = Authority(tmp_path)
    signers.certified(tmp_path, image, forger.certify("leaf"))
    trust = {"identity": signers.IDENTITY, "issuer": signers.ISSUER, "trusted_root": json.dumps(authority.trusted_root)}
    assert "does not count: " in levels(image, **trust)["signed"]


def test_a_workflow_as_identity(image: str, authority: Authority, tmp_path: Path) -> None:
    workflow = "https://github.com/acme/app/.github/workflows/release.yml@refs/heads/main"
    issuer = "https://token.actions.githubusercontent.com"
    signers.certified(tmp_path, image, authority.certify("workflow", f"URI:{workflow}", issuer))
    report = verify(image, identity=workflow, issuer=issuer, trusted_root=json.dumps(authority.trusted_root))
    assert (report["level"], report["signers"][0]["name"]) == ("signed", f"{workflow} ({issuer})")


def test_repositories_that_call_one_workflow_share_its_identity_and_are_told_apart(
    image: str, authority: Authority, tmp_path: Path
) -> None:
    identity = "https://github.com/next/distroless/.github/workflows/app.yml@refs/tags/v1"
    issuer = "https://token.actions.githubusercontent.com"
    signers.certified(tmp_path, image, authority.certify("shared", f"URI:{identity}", issuer, "acme/app"))
    trust = {"identity": identity, "issuer": issuer, "trusted_root": json.dumps(authority.trusted_root)}
    assert not levels(image, **trust)["signed"]
    assert not levels(image, **trust, repository="acme/app")["signed"]
    for other in ("acme/ap", "ACME/app", "mallory/app"):
        refused = levels(image, **trust, repository=other)["signed"]
        assert f"{identity} ({issuer}) for {other}" in refused
        assert "does not count: it is signed in a run of another repository" in refused


def test_a_signature_without_a_repository_is_of_none(image: str, authority: Authority, tmp_path: Path) -> None:
    signers.certified(tmp_path, image, authority.certify("nobody"))
    trust = {"identity": signers.IDENTITY, "issuer": signers.ISSUER, "trusted_root": json.dumps(authority.trusted_root)}
    assert not levels(image, **trust)["signed"]
    assert levels(image, **trust, repository="acme/app")["signed"]


def test_another_second_build(image: str, pair: Keys, tmp_path: Path) -> None:
    other = f"sha256:{'b' * 64}"
    signers.release(tmp_path, image, pair.signer, rebuilt=other)
    assert levels(image, **pair.trust)["reproducible"] == f"a second build gave {other}"


def test_the_program(image: str, pair: Keys, tmp_path: Path) -> None:
    def run(**arguments: str) -> tuple[int, str]:
        (tmp_path / "arguments.json").write_text(json.dumps({"reference": image, **pair.trust, **arguments}))
        command = [
            sys.executable,
            "-m",
            "ci.intool.attest",
            "verify",
            tmp_path / "arguments.json",
            tmp_path / "report.json",
        ]
        done = subprocess.run(command, cwd=CHECKOUT, capture_output=True, text=True, check=False)
        return done.returncode, done.stderr

    assert run() == (0, "")
    assert json.loads((tmp_path / "report.json").read_text())["level"] == "whole"
    code, reported = run(require="signed")
    assert code == 9
    assert "is not signed: there is no signature" in reported
    assert "fix: do not use the image" in reported
    assert run(require="sealed")[1].startswith("next-distroless: unknown level sealed")
    assert run(reference=f"{image.partition('@')[0]}:absent")[0] == 9
