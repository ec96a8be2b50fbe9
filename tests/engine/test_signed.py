"""A release that a stranger can check: signed and attested before it has a tag."""

import base64
import json
import re
from dataclasses import dataclass
from pathlib import Path

import pytest
import yaml

from tests.apps.tiny import TINY
from tests.apps.wrong import SINK
from tests.conftest import command
from tests.engine.released import Call, Released, manifest, new_repository, passed, tagged
from tests.engine.test_errors import assert_explained, pipeline

pytestmark = pytest.mark.engine

PASSWORD = "a password of the tests"
AS_SIGNED = (
    *("--revision", "a" * 40, "--created", "2026-01-02T03:04:05Z", "--git-ref", "refs/tags/v1.2.3"),
    *("--actor", "ann", "--origin", f"https://git.example/tiny#{'a' * 40}"),
)
"""Arguments of the signed release, beside its address and its keys."""


@dataclass(frozen=True)
class Keys:
    """A key pair, and the arguments by which a run signs with it."""

    private: Path
    password: Path

    @property
    def public(self) -> Path:
        return self.private.with_suffix(".pub")

    @property
    def arguments(self) -> tuple[str, ...]:
        return ("--signing-key", f"file:{self.private}", "--signing-password", f"file:{self.password}")


def new_keys(home: Path, name: str) -> Keys:
    made = command(
        *("cosign", "generate-key-pair", "--output-key-prefix", name), cwd=home, env={"COSIGN_PASSWORD": PASSWORD}
    )
    assert made.code == 0, made.stderr
    (home / "password").write_text(PASSWORD)
    return Keys(home / f"{name}.key", home / "password")


@pytest.fixture(scope="module")
def keys(tmp_path_factory: pytest.TempPathFactory) -> Keys:
    return new_keys(tmp_path_factory.mktemp("keys"), "release")


@pytest.fixture(scope="module")
def signed(call: Call, tiny: Path, keys: Keys) -> Released:
    """The tiny app, signed, and built twice."""
    place = new_repository("signed")
    called = call(*AS_SIGNED, "--address", place, *keys.arguments, "publish", "--prove", source=tiny)
    assert called.code == 0, called.error or called.stderr[-3000:]
    return Released(place, called.stdout.splitlines()[0].rpartition("@")[2], called.stdout, tagged(place))


def test_a_signed_release_reaches_the_highest_level(call: Call, signed: Released, keys: Keys) -> None:
    assert "signature" in passed(signed.printed)
    called = call("verify", "--ref", signed.ref, "--key", keys.public, "--require", "reproducible")
    assert called.code == 0, called.error
    assert [line.split()[:2] for line in called.stdout.splitlines()[1:5]] == [
        [level, "yes"] for level in ("whole", "signed", "attested", "reproducible")
    ]
    assert "builders/local" in called.stdout


def test_stock_cosign_believes_it(signed: Released, keys: Keys) -> None:
    done = command(
        *("cosign", "verify", "--key", keys.public, "--insecure-ignore-tlog=true", "--allow-insecure-registry"),
        signed.ref,
    )
    assert done.code == 0, done.stderr
    attested = command(
        *("cosign", "verify-attestation", "--key", keys.public, "--insecure-ignore-tlog=true"),
        *("--type", "slsaprovenance1", "--allow-insecure-registry", signed.ref),
    )
    assert attested.code == 0, attested.stderr


def test_another_key_is_refused(call: Call, signed: Released, tmp_path: Path) -> None:
    other = new_keys(tmp_path, "other")
    called = call("verify", "--ref", signed.ref, "--key", other.public)
    assert_explained(called, "is not signed", "does not count", f"verify --ref {signed.ref} --key ./other.pub")
    reported = call("verify", "--ref", signed.ref, "--key", other.public, "--require", "whole")
    assert reported.code == 0, reported.error
    assert re.search(r"signed +no: there is no signature", reported.stdout)


def test_an_identity_that_did_not_sign_is_refused(call: Call, signed: Released) -> None:
    called = call("verify", "--ref", signed.ref, "--identity", "a@b.example", "--issuer", "https://c.example")
    assert_explained(called, "is not signed")


def test_a_cluster_admits_what_the_signer_of_the_run_signs(
    call: Call, tiny: Path, signed: Released, keys: Keys, tmp_path: Path
) -> None:
    called = call(
        *keys.arguments, "bundle", "--kind", "kubernetes", "--ref", signed.ref, "--output", tmp_path, source=tiny
    )
    assert called.code == 0, called.error
    policy = yaml.safe_load((tmp_path / "components/admission-kyverno/policy.yaml").read_text())["spec"]
    assert policy["attestors"][0]["cosign"]["key"]["data"] == keys.public.read_text()
    assert signed.digest in (tmp_path / "overlays/production/kustomization.yaml").read_text()


def test_without_a_signer_the_level_says_why(call: Call, signed: Released) -> None:
    called = call("verify", "--ref", signed.ref)
    assert called.code == 0, called.error
    assert re.search(r"signed +no: no trusted signer is given", called.stdout)


def test_a_release_that_must_be_signed_and_cannot_be_is_refused(call: Call, tiny: Path, tmp_path: Path) -> None:
    file = pipeline(tmp_path, "version: 2\nrelease: { signature: required }\n")
    place = new_repository("required")
    called = call("--pipeline-file", file, "--address", place, "publish", source=tiny)
    assert_explained(called, "release.signature is `required`", "--signing-key")
    assert tagged(place) == {}


def test_a_wrong_password_leaves_no_tag(call: Call, tiny: Path, keys: Keys, tmp_path: Path) -> None:
    (tmp_path / "wrong").write_text("another password")
    place = new_repository("locked")
    wrong = Keys(keys.private, tmp_path / "wrong")
    called = call("--address", place, *wrong.arguments, "publish", source=tiny)
    assert_explained(called, "its password is wrong")
    assert {tag for tag in tagged(place) if not tag.startswith("sha256-")} == set()


def test_the_same_again_is_verified_by_its_signer_and_signed_no_more(
    call: Call, tiny: Path, signed: Released, keys: Keys
) -> None:
    before = _attached(signed)
    called = call(*AS_SIGNED, "--address", signed.repository, *keys.arguments, "publish", source=tiny)
    assert called.code == 0, called.error
    assert "; verified now: reproducible" in called.stdout
    assert _attached(signed) == before


def test_a_run_adds_what_differs_and_takes_nothing_away(call: Call, tiny: Path, signed: Released, keys: Keys) -> None:
    """Another actor is another audit record; the same run once more is none."""
    found = [_attached(signed)]
    for _ in range(2):
        again = call(
            *("--revision", "a" * 40, "--created", "2026-01-02T03:04:05Z", "--address", signed.repository),
            *("--git-ref", "refs/tags/v1.2.3", "--actor", "ben", *keys.arguments, "publish", "--fresh", "--profile"),
            source=tiny,
        )
        assert again.code == 0, again.error
        assert re.search(r"^  attest +[\d.]+ +[\d.]+ +\* +push$", again.stdout, re.MULTILINE), again.stdout
        found.append(_attached(signed))
    assert found[0] < found[1] == found[2]
    assert "ben" in "".join(_audits(signed))


def _attached(release: Released) -> set[str]:
    listed = command("regctl", "artifact", "list", "--format", "{{json .Descriptors}}", release.ref)
    assert listed.code == 0, listed.stderr
    return {one["digest"] for one in json.loads(listed.stdout) or []}


def _audits(release: Released) -> list[str]:
    """The statements of all audit records at a release."""
    found = []
    for referrer in _attached(release):
        layer = manifest(f"{release.repository}@{referrer}")["layers"][0]
        body = command("regctl", "blob", "get", release.repository, layer["digest"]).stdout
        payload = base64.b64decode(json.loads(body)["dsseEnvelope"]["payload"]).decode()
        found += [payload] if "/attestations/audit/" in payload else []
    return found


def test_no_secret_is_in_what_the_run_printed_or_made(signed: Released, keys: Keys, tmp_path: Path) -> None:
    assert PASSWORD not in signed.printed
    copied = command("regctl", "image", "copy", "--referrers", signed.ref, f"ocidir://{tmp_path}/image:it")
    assert copied.code == 0, copied.stderr
    key = "".join(keys.private.read_text().splitlines()[1:-1])
    for path in (tmp_path / "image" / "blobs" / "sha256").iterdir():
        content = path.read_bytes()
        assert PASSWORD.encode() not in content
        assert key.encode() not in content


def test_what_the_last_release_did_not_have_is_new_to_its_signer(
    call: Call, signed: Released, keys: Keys, tmp_path: Path
) -> None:
    source = TINY.make(tmp_path)
    (source / "lib").mkdir(exist_ok=True)
    (source / "lib" / "sink.js").write_text(SINK)
    asked = ("--address", signed.repository, *keys.arguments)
    assert_explained(call(*asked, "source-scan", source=source), "rules failed", "(high, new) lib/sink.js:3")
    unknown = call("source-scan", source=source)
    assert unknown.code == 0, unknown.error
    assert "lib/sink.js:3" in unknown.stdout
