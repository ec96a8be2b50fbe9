"""A release that an engine knows is looked up: verified in a real registry now, or made again with the reason."""

import json
from collections.abc import Callable
from dataclasses import asdict
from pathlib import Path
from typing import Any

import pytest

from ci.intool.common.failure import Failure
from ci.intool.common.reference import split
from ci.intool.registry.client import Repository
from ci.intool.tags import Tag, Tags
from ci.intool.unchanged import store
from ci.intool.unchanged.finish import finish
from ci.intool.unchanged.look import look
from tests.registry import signers
from tests.registry.conftest import Registry
from tests.registry.signers import Keys

NOW, LATER = "2026-11-30T12:00:00Z", "2026-11-30T13:00:01Z"
TAGS = asdict(Tags(version="", tags=(Tag(name="dev", kind="free", rule="dev", reason="a branch"),)))
KEY = "a" * 64
LEASE = 0.2


@pytest.fixture(scope="module")
def pair(tmp_path_factory: pytest.TempPathFactory) -> Keys:
    return signers.keys(tmp_path_factory.mktemp("pair"), "pair")


class Release:
    """An image of two platforms that is released and remembered."""

    def __init__(self, home: Path, registry: Registry, *, database: str = "") -> None:
        self.place = home / "releases"
        self.place.mkdir()
        self.reference = signers.image(home / "layout", f"{registry.address}/app")
        self.repository, self.digest = split(self.reference)
        known = {"digest": self.digest, "at": NOW, "until": "2026-11-30T13:00:00Z", "released": "{}"}
        self.finish({**known, "database": database})

    def finish(self, known: dict[str, str]) -> dict[str, Any]:
        arguments = {"repository": self.repository, "tags": TAGS, "last": "latest", "lease": LEASE}
        return finish(str(self.place), KEY, known, **arguments)

    def look(self, *, key: str = KEY, **given: Any) -> dict[str, Any]:
        arguments = {"repository": self.repository, "now": NOW, "tags": TAGS, "trust": {}, "lease": LEASE, **given}
        return look(str(self.place), key, **arguments)


@pytest.fixture
def release(registry: Registry, reach: Callable[..., None], tmp_path: Path) -> Release:
    reach(registry.address)
    return Release(tmp_path, registry)


def test_the_same_is_there_whole_and_gets_its_tags(release: Release) -> None:
    assert Repository(release.repository).resolve("dev") == release.digest
    found = release.look()
    assert (found["known"], found["why"], found["level"]) == (True, "", "whole")
    assert (found["kept"]["digest"], found["kept"]["at"]) == (release.digest, NOW)
    assert [(one["name"], one["action"]) for one in found["promoted"]["tags"]] == [("dev", "keep")]


def test_a_tag_that_was_moved_is_set_again(release: Release, tmp_path: Path) -> None:
    other = signers.image(tmp_path / "other", release.repository, seed=1)
    moved = Repository(release.repository).manifest(split(other)[1])
    Repository(release.repository).put_manifest(moved.body, moved.media_type, "dev")
    assert release.look()["promoted"]["moved"] == ["dev"]
    assert Repository(release.repository).resolve("dev") == release.digest


def test_other_inputs_are_another_release(release: Release) -> None:
    assert release.look(key="b" * 64) == {"known": False, "why": "no release of these inputs is known"}


@pytest.mark.parametrize("text", ["", "[]", '{"digest": 1}', '{"digest": "sha256:'])
def test_what_is_damaged_is_not_known(release: Release, text: str) -> None:
    (release.place / f"{KEY}.json").write_text(text)
    assert not release.look()["known"]


def test_an_image_that_is_gone_is_made_again(release: Release) -> None:
    signers.run("regctl", "manifest", "delete", release.reference)
    found = release.look()
    assert found["known"]
    assert release.digest in found["why"]


def test_the_database_may_become_too_old_during_the_day(release: Release) -> None:
    assert release.look(now="2026-11-30T13:00:00Z")["why"] == ""
    assert release.look(now=LATER)["why"] == "the vulnerability database may be used until 2026-11-30T13:00:00Z"


def test_a_newer_database_judges_again(registry: Registry, reach: Callable[..., None], tmp_path: Path) -> None:
    reach(registry.address)
    databases = f"{registry.address}/db"
    first = signers.image(tmp_path / "db", databases)
    signers.run("regctl", "image", "copy", first, f"{databases}:2")
    release = Release(tmp_path, registry, database=first)
    assert release.look(database=f"{databases}:2")["why"] == ""
    signers.run("regctl", "image", "copy", signers.image(tmp_path / "db2", databases, seed=1), f"{databases}:2")
    assert release.look(database=f"{databases}:2")["why"] == f"{databases}:2 is another vulnerability database now"


def test_findings_are_compared_with_the_last_release(release: Release, tmp_path: Path) -> None:
    def latest(reference: str) -> str:
        signers.run("regctl", "image", "copy", reference, f"{release.repository}:latest")
        return str(release.look(last="latest")["why"])

    assert latest(release.reference) == ""
    assert "is another release now" in latest(signers.image(tmp_path / "other", release.repository, seed=1))


def test_signature_and_evidence_are_verified_by_this_signer(release: Release, pair: Keys, tmp_path: Path) -> None:
    assert "is not signed" in release.look(trust=pair.trust)["why"]
    signers.sign(release.reference, pair.signer)
    assert "is not attested" in release.look(trust=pair.trust)["why"]
    signers.say(tmp_path, release.reference, pair.signer, signers.statements(release.reference))
    assert release.look(trust=pair.trust)["level"] == "attested"
    other = signers.keys(tmp_path, "other")
    assert "is not signed" in release.look(trust=other.trust)["why"]


def test_a_tag_that_belongs_to_another_image_for_good_is_refused(release: Release, tmp_path: Path) -> None:
    other = signers.image(tmp_path / "other", release.repository, seed=1)
    signers.run("regctl", "image", "copy", other, f"{release.repository}:1.2.3")
    version = asdict(
        Tags(version="1.2.3", tags=(Tag(name="1.2.3", kind="immutable", version="1.2.3", rule="semver", reason="tag"),))
    )
    with pytest.raises(Failure, match="refuses the release"):
        release.look(tags=version)


def test_a_release_that_cannot_be_remembered_is_released_all_the_same(release: Release) -> None:
    known = json.loads((release.place / f"{KEY}.json").read_text())
    release.place.rename(release.place.with_name("away"))
    done = release.finish(known)
    assert done["problem"] == "No such file or directory"
    assert done["promoted"]["digest"] == release.digest


def test_the_oldest_are_forgotten(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(store, "MOST", 2)
    for number in range(4):
        store.write(str(tmp_path), str(number), dict.fromkeys(store.FIELDS, str(number)))
    assert len(list(tmp_path.iterdir())) == 2
    assert store.read(str(tmp_path), "3") == dict.fromkeys(store.FIELDS, "3")
