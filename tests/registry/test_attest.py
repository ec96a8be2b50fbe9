"""Statements are signed and attached by the real cosign and regctl, in real registries; the stock cosign reads them."""

import json
from collections import Counter
from collections.abc import Callable
from pathlib import Path
from typing import Any

import pytest

from ci.intool.attest import cosign, predicates
from ci.intool.attest.attachment import Addition, attach
from ci.intool.attest.attest import attest
from ci.intool.attest.audit import record
from ci.intool.attest.image import pinned
from ci.intool.attest.signer import Signer
from ci.intool.attest.statement import Statement
from ci.intool.attest.verify import verify
from ci.intool.common.failure import Failure
from ci.intool.common.media import canonical
from ci.intool.common.reference import split
from ci.intool.registry.client import Repository
from tests.registry import signers
from tests.registry.conftest import PASSWORD, USER, Registry
from tests.registry.signers import Keys, sign

BY_KEY = ("--insecure-ignore-tlog=true", "--allow-http-registry")


@pytest.fixture(scope="module")
def pair(tmp_path_factory: pytest.TempPathFactory) -> Keys:
    return signers.keys(tmp_path_factory.mktemp("pair"), "pair")


@pytest.fixture(scope="module")
def stranger(tmp_path_factory: pytest.TempPathFactory) -> Keys:
    return signers.keys(tmp_path_factory.mktemp("stranger"), "stranger")


@pytest.fixture
def image(registry: Registry, reach: Callable[..., None], tmp_path: Path) -> str:
    """An image of two platforms."""
    reach(registry.address)
    return signers.image(tmp_path / "layout", f"{registry.address}/app")


def referrers(reference: str) -> set[str]:
    """Digests of all referrers of an image and its platforms."""
    name, digest = split(reference)
    return {
        one["digest"]
        for subject in (digest, *signers.platforms(reference).values())
        for one in Repository(name).referrers(subject)
    }


def stock(command: str, pair: Keys, *arguments: str) -> str:
    return signers.run("cosign", command, "--key", pair.private.with_suffix(".pub"), *BY_KEY, *arguments)


def test_the_stock_cosign_verifies_what_we_attach(image: str, pair: Keys, stranger: Keys, tmp_path: Path) -> None:
    signers.release(tmp_path, image, pair.signer)
    name, digest = split(image)
    below = signers.platforms(image).values()
    for one in (digest, *below):
        reported = json.loads(stock("verify", pair, f"{name}@{one}"))
        assert {signature["critical"]["image"]["docker-manifest-digest"] for signature in reported} >= {one}
        stock("verify-attestation", pair, "--type", "slsaprovenance1", f"{name}@{one}")
        stock("verify-attestation", pair, "--type", "vuln", f"{name}@{one}")
        with pytest.raises(AssertionError, match="do not match threshold"):
            stock("verify", stranger, f"{name}@{one}")
    for one in below:
        for kind in ("spdxjson", "cyclonedx"):
            stock("verify-attestation", pair, "--type", kind, f"{name}@{one}")


def test_we_verify_what_the_stock_cosign_attaches(image: str, pair: Keys, tmp_path: Path) -> None:
    offline = ("--yes", "--use-signing-config=false", "--tlog-upload=false", "--allow-http-registry")
    signers.run("cosign", "sign", "--key", pair.private, *offline, image)
    name, digest = split(image)
    kinds = {predicates.PROVENANCE: "slsaprovenance1", predicates.SPDX: "spdxjson", predicates.SCAN: "vuln"}
    kinds[predicates.CYCLONEDX] = "cyclonedx"
    for number, (kind, platform, predicate) in enumerate(signers.statements(image)):
        path = tmp_path / f"{number}.json"
        path.write_text(json.dumps(predicate))
        of = [signers.platforms(image)[platform]] if platform else [digest, *signers.platforms(image).values()]
        for one in of:
            options = ("--type", kinds[kind], "--predicate", str(path))
            signers.run("cosign", "attest", "--key", pair.private, *offline, *options, f"{name}@{one}")
    assert verify(image, **pair.trust)["level"] == "attested"


def test_equal_statements_are_attached_once(image: str, pair: Keys, stranger: Keys, tmp_path: Path) -> None:
    said = signers.statements(image)
    first = sign(image, pair.signer)["attached"] + signers.say(tmp_path, image, pair.signer, said)["attached"]
    before = referrers(image)
    assert all(one["new"] for one in first)
    assert {one["referrer"] for one in first} == before
    again = sign(image, pair.signer)["attached"] + signers.say(tmp_path, image, pair.signer, said)["attached"]
    assert [{**one, "new": True} for one in again] == first
    assert not any(one["new"] for one in again)
    assert referrers(image) == before
    other = sign(image, stranger.signer)["attached"]
    assert all(one["new"] for one in other)
    assert referrers(image) == before | {one["referrer"] for one in other}


def released(
    image: str, pair: Keys, directory: Path, day: int, *, database: str = "1", **record_of: Any
) -> dict[str, Any]:
    """What a release attaches on a day: all statements, of which two have its moment."""
    when = f"2026-01-0{day}T00:00:00Z"
    given = []
    said = [one for one in signers.statements(image) if one[0] != predicates.SCAN]
    said += [
        (predicates.SCAN, "", signers.scan("CVE-1", when=when, database=database)),
        (
            predicates.AUDIT,
            "",
            record(**{"who": "me", "when": when, "digest": split(image)[1], "gates": {}, **record_of}),
        ),
    ]
    for number, (kind, platform, predicate) in enumerate(said):
        path = directory / f"{day}-{number}.json"
        path.write_bytes(canonical(predicate))
        given.append({"type": kind, "platform": platform, "path": str(path)})
    return attest(image, given, pair.signer, when, signers.LEASE, signed=True, require="attested")


def test_an_unchanged_release_signs_nothing(
    image: str, pair: Keys, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    first = released(image, pair, tmp_path, 1)
    assert first["level"] == "attested"
    assert Counter(one["name"] for one in first["attached"]) == {
        "signature": 3,
        "provenance": 3,
        "scan result": 3,
        "SBOM in SPDX": 2,
        "SBOM in CycloneDX": 2,
        "audit record": 1,
    }
    before = referrers(image)
    monkeypatch.setattr(cosign, "sign", lambda *_: pytest.fail("it is signed already"))
    again = released(image, pair, tmp_path, 2)
    assert again == {**first, "attached": [{**one, "new": False} for one in first["attached"]]}
    assert referrers(image) == before


@pytest.mark.parametrize(
    ("changed", "new"),
    [
        ({"database": "2"}, ["scan result"] * 3 + ["audit record"]),
        ({"who": "you"}, ["audit record"]),
        ({"gates": {"scan": {"passed": True, "checks": {}}}}, ["audit record"]),
    ],
)
def test_what_differs_is_added_with_an_audit_record(
    image: str, pair: Keys, tmp_path: Path, changed: dict[str, Any], new: list[str]
) -> None:
    released(image, pair, tmp_path, 1)
    before = referrers(image)
    second = released(image, pair, tmp_path, 2, **changed)
    assert [one["name"] for one in second["attached"] if one["new"]] == new
    assert referrers(image) - before == {one["referrer"] for one in second["attached"] if one["new"]}
    assert not any(one["new"] for one in released(image, pair, tmp_path, 3, **changed)["attached"])


def test_records_of_each_image_as_former_releases_have_them(image: str, pair: Keys, tmp_path: Path) -> None:
    """An audit record was attached to the index and to all platforms, each signed and attached alone."""
    subject = pinned(image)
    written = record(who="me", when="2025-01-01T00:00:00Z", digest=subject.digest, gates={})
    about = Statement(kind=predicates.AUDIT, subjects=tuple(subject.manifests), predicate=written)
    body = cosign.sign(about, Signer(**pair.signer))
    manifests = subject.manifests.values()
    attach(
        subject.repository, [Addition(subject=one, bundle=body, kind=about.kind) for one in manifests], signers.LEASE
    )
    added = [one["name"] for one in released(image, pair, tmp_path, 1)["attached"] if one["new"]]
    assert added.count("audit record") == 1
    before = referrers(image)
    assert not any(one["new"] for one in released(image, pair, tmp_path, 2)["attached"])
    assert referrers(image) == before
    assert verify(image, **pair.trust)["level"] == "attested"


def test_a_key_that_is_not_the_signers_is_no_trust(image: str, pair: Keys, stranger: Keys) -> None:
    with pytest.raises(Failure, match="is not signed"):
        attest(image, [], pair.signer, lease=signers.LEASE, signed=True, require="signed", trust=stranger.trust)


def test_a_level_that_is_not_reached(image: str, pair: Keys) -> None:
    with pytest.raises(Failure, match="is not attested: there is no provenance"):
        attest(image, [], pair.signer, lease=signers.LEASE, signed=True, require="attested")
    assert verify(image, **pair.trust)["level"] == "signed"


def test_a_key_in_the_environment_with_its_password(
    image: str, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(signers, "PASSWORD", "correct horse")
    pair = signers.keys(tmp_path, "locked")
    monkeypatch.setenv("KEY", pair.private.read_text())
    for password, message in (("", "its password is wrong"), ("wrong", "its password is wrong")):
        monkeypatch.setenv("COSIGN_PASSWORD", password)
        with pytest.raises(Failure, match=message):
            sign(image, {"key": "env://KEY"})
    assert referrers(image) == set()
    monkeypatch.setenv("COSIGN_PASSWORD", "correct horse")
    sign(image, {"key": "env://KEY"})
    assert verify(image, **pair.trust)["level"] == "signed"
    monkeypatch.setenv("KEY", "nonsense")
    with pytest.raises(Failure, match="it is not a private key of cosign"):
        sign(image, {"key": "env://KEY"})


def test_a_registry_that_wants_a_login(
    registries: Callable[..., Registry], reach: Callable[..., None], pair: Keys, tmp_path: Path
) -> None:
    registry = registries(login=True)
    reach(registry.address, user=USER, **{"pass": PASSWORD})
    reference = signers.image(tmp_path / "layout", f"{registry.address}/app")
    sign(reference, pair.signer)
    assert verify(reference, **pair.trust)["level"] == "signed"


def bad_file(directory: Path) -> str:
    (directory / "bad.json").write_text("[1]")
    return str(directory / "bad.json")


def test_what_cannot_be_attached(image: str, pair: Keys, tmp_path: Path) -> None:
    good = tmp_path / "good.json"
    good.write_text("{}")
    cases: list[tuple[str, dict[str, str], dict[str, Any], str]] = [
        (image.partition("@")[0] + ":latest", {}, pair.signer, "names no digest"),
        (image, {"platform": "linux/s390x"}, pair.signer, "no image for linux/s390x"),
        (image, {"path": bad_file(tmp_path)}, pair.signer, "is not"),
        (image, {}, {"key": str(tmp_path / "absent.key")}, "there is no private key"),
        (image, {}, {}, "neither a private key nor an identity token"),
    ]
    for reference, changed, signer, message in cases:
        with pytest.raises(Failure, match=message):
            attest(reference, [{"type": predicates.VEX, "path": str(good), **changed}], signer)
    assert referrers(image) == set()
