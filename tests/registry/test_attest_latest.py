"""What the last release's scan found, and own looks at what was signed."""

from collections.abc import Callable
from pathlib import Path

import pytest

from ci.intool.attest import predicates
from ci.intool.attest.latest import latest_scan
from ci.intool.attest.self_check import own
from ci.intool.attest.verify import verify
from ci.intool.common.failure import Failure
from ci.intool.common.reference import split
from ci.intool.registry.client import Repository
from tests.registry import signers
from tests.registry.conftest import Registry
from tests.registry.signers import Keys, sign


@pytest.fixture(scope="module")
def pair(tmp_path_factory: pytest.TempPathFactory) -> Keys:
    return signers.keys(tmp_path_factory.mktemp("pair"), "pair")


@pytest.fixture
def image(registry: Registry, reach: Callable[..., None], tmp_path: Path) -> str:
    """An image with the tag `1`."""
    reach(registry.address)
    reference = signers.image(tmp_path / "layout", f"{registry.address}/app")
    repository = Repository(split(reference)[0])
    index = repository.manifest(split(reference)[1])
    repository.put_manifest(index.body, index.media_type, "1")
    return reference


def test_the_last_scan(image: str, pair: Keys, tmp_path: Path) -> None:
    stranger = signers.keys(tmp_path, "stranger")
    name, digest = split(image)
    none = {"findings": [], "rules": [], "digest": "", "why": f"there is no {name}:2"}
    assert latest_scan(name, "2", **pair.trust) == none
    said = [(predicates.SCAN, "linux/amd64", signers.scan("CVE-1", "CVE-2"))]
    signers.say(tmp_path, image, stranger.signer, said)
    nothing = latest_scan(name, "1", **pair.trust)
    assert (nothing["findings"], nothing["digest"]) == ([], digest)
    assert nothing["why"].endswith("has no scan result by the given key")
    both = [said[0], (predicates.SCAN, "linux/arm64", signers.scan("CVE-2", "CVE-3"))]
    signers.say(tmp_path, image, pair.signer, both)
    found = latest_scan(name, "1", **pair.trust)
    assert [one["id"] for one in found["findings"]] == ["CVE-1", "CVE-2", "CVE-3"]
    assert (found["digest"], found["why"]) == (digest, "")


def test_own(image: str, pair: Keys, tmp_path: Path) -> None:
    """What a signer's own signatures are verified by needs no secret of it."""
    stranger = signers.keys(tmp_path, "stranger")
    trust = own(pair.signer)
    assert trust == {"key": pair.public, "identity": "", "issuer": ""}
    sign(image, stranger.signer)
    with pytest.raises(Failure, match="is not signed"):
        verify(image, **trust, require="signed")
    sign(image, pair.signer)
    assert verify(image, **trust, require="signed")["level"] == "signed"
