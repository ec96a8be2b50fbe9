"""Clean a real registry: what is kept can still be pulled, with all that belongs to it."""

import random
from collections.abc import Callable
from pathlib import Path

import pytest

from ci.intool.common.failure import Failure
from ci.intool.manager.clean import _apply, clean
from ci.intool.manager.retention import Rules, decide
from ci.intool.registry.client import Repository
from ci.intool.registry.graph import attached_to
from ci.intool.registry.inventory import inventory
from tests.conftest import command
from tests.registry.conftest import Registry, serve
from tests.registry.manager_images import BASE, Maker

NOW = "2025-06-01T00:00:00Z"


@pytest.fixture
def maker(registry: Registry, reach: Callable[..., None], tmp_path: Path) -> Maker:
    reach(registry.address)
    return Maker(f"{registry.address}/app", tmp_path)


def months(maker: Maker, count: int) -> list[str]:
    """Releases 1.0.0, 1.1.0 and so on, one a month from January on; each with an SBOM and a signature of that."""
    releases = [maker.release(f"1.{number}.0", f"2025-0{number + 1}-01T00:00:00Z") for number in range(count)]
    for release in releases:
        maker.refer(maker.refer(release, "application/vnd.example.sbom"), "application/vnd.example.signature")
    return releases


def pulled(repository: Repository, layout: Path) -> dict[str, set[str]]:
    """Pull every tag with all that belongs to it; the names of the blobs that came, by tag."""
    found = {}
    for tag in repository.tags():
        if not attached_to(tag):
            copied = command(
                *("regctl", "image", "copy", "--referrers", "--digest-tags"),
                *(repository.at(tag), f"ocidir://{layout / tag}:copy"),
            )
            assert copied.code == 0, copied.stderr
            found[tag] = {file.name for file in (layout / tag / "blobs" / "sha256").iterdir()}
    return found


def test_a_dry_run_changes_nothing(maker: Maker) -> None:
    months(maker, 2)
    before = inventory(maker.repository)
    report = clean(maker.repository.name, keep=1, younger_than_days=0, now=NOW)
    assert (report["applied"], len(report["deleted"])) == (False, 7)
    assert "dry run" in report["text"]
    assert inventory(maker.repository) == before


def test_old_releases_go_and_the_rest_stays_whole(maker: Maker, tmp_path: Path) -> None:
    first, second, third, fourth = months(maker, 4)
    maker.tag(fourth, "latest")
    maker.tag(first, "lts-1")
    before, came = inventory(maker.repository), pulled(maker.repository, tmp_path / "before")
    dry = clean(maker.repository.name, keep=1, younger_than_days=0, protect=["lts-*"], now=NOW)
    report = clean(maker.repository.name, keep=1, younger_than_days=0, protect=["lts-*"], now=NOW, apply=True)
    assert (report["deleted"], report["freed"]) == (dry["deleted"], dry["freed"])
    assert {tag for tag in report["removed"] if not attached_to(tag)} == {"1.1.0", "1.2.0"}
    after = inventory(maker.repository)
    assert after.tags == {tag: before.tags[tag] for tag in report["kept"]}
    assert after.manifests == {
        digest: one for digest, one in before.manifests.items() if digest not in report["deleted"]
    }
    assert {second, third} <= set(report["deleted"])
    for digest in report["deleted"]:
        assert maker.repository.resolve(digest) is None
    assert pulled(maker.repository, tmp_path / "after") == {
        tag: came[tag] for tag in ("1.0.0", "lts-1", "1.3.0", "latest")
    }
    assert clean(maker.repository.name, keep=1, younger_than_days=0, protect=["lts-*"], now=NOW)["deleted"] == ()


def test_young_releases_stay(maker: Maker) -> None:
    months(maker, 4)
    report = clean(maker.repository.name, keep=0, younger_than_days=62, now=NOW)
    assert {tag: why for tag, why in report["kept"].items() if not attached_to(tag)} == {
        "1.3.0": "younger than 62 days"
    }


def test_a_name_goes_where_its_image_is_needed(maker: Maker, tmp_path: Path) -> None:
    release = maker.release("1.0.0", "2025-01-01T00:00:00Z")
    child = inventory(maker.repository).manifests[release].children[0]
    maker.tag(release, "commit-1a2b3c4")
    maker.tag(child, "pr-7")
    came = pulled(maker.repository, tmp_path / "before")
    report = clean(maker.repository.name, keep=1, younger_than_days=0, now=NOW, apply=True)
    assert (set(report["untagged"]), report["deleted"]) == ({"commit-1a2b3c4", "pr-7"}, ())
    assert pulled(maker.repository, tmp_path / "after") == {"1.0.0": came["1.0.0"]}


def test_an_index_with_a_missing_platform_is_no_hindrance(maker: Maker) -> None:
    release, _ = months(maker, 2)
    maker.repository.delete(inventory(maker.repository).manifests[release].children[1])
    report = clean(maker.repository.name, keep=1, younger_than_days=0, now=NOW, apply=True)
    assert release in report["deleted"]
    assert {tag for tag in report["kept"] if not attached_to(tag)} == {"1.1.0"}


def test_an_untagged_image_with_a_signature_is_found(maker: Maker) -> None:
    maker.release("1.0.0", "2025-01-01T00:00:00Z")
    at_work = maker.image([*BASE, ("server", {"app/server.js": b"new"})], created="2025-05-31T00:00:00Z")["digest"]
    signature = maker.refer(at_work, "application/vnd.example.signature")
    young = clean(maker.repository.name, keep=1, younger_than_days=30, now=NOW)
    old = clean(maker.repository.name, keep=1, younger_than_days=0, now=NOW)
    assert young["deleted"] == ()
    assert {at_work, signature} < set(old["deleted"])


def test_tags_that_move_meanwhile_stop_it(maker: Maker) -> None:
    first, _ = months(maker, 2)
    found = inventory(maker.repository)
    decision = decide(found, Rules(keep=1, younger_than_days=0), found.manifests[first].created)  # type: ignore[arg-type]
    maker.tag(first, "latest")
    with pytest.raises(Failure, match="nothing was deleted"):
        _apply(maker.repository, found, decision)
    assert inventory(maker.repository).manifests == found.manifests


def test_a_registry_that_does_not_delete(
    registry: Registry, maker: Maker, reach: Callable[..., None], tmp_path: Path
) -> None:
    months(maker, 2)
    closed = serve(tmp_path / "closed", storage=registry.storage, read_only=True)
    reach(closed.address)
    try:
        with pytest.raises(Failure, match=r"cannot delete .* it is read-only"):
            clean(f"{closed.address}/app", keep=1, younger_than_days=0, now=NOW, apply=True)
    finally:
        closed.stop()


@pytest.mark.parametrize(
    ("rules", "what"),
    [
        ({"keep": -1}, "keep is -1"),
        ({"younger_than_days": -1}, "younger_than_days is -1"),
        ({"now": "yesterday"}, "`yesterday` is not a time"),
        ({"keep": 0, "younger_than_days": 0}, "keep no tag"),
    ],
)
def test_rules_that_make_no_sense(maker: Maker, rules: dict[str, object], what: str) -> None:
    maker.release("1.0.0", "2025-01-01T00:00:00Z")
    with pytest.raises(Failure, match=what):
        clean(maker.repository.name, apply=True, **rules)  # type: ignore[arg-type]
    assert maker.repository.tags() == ["1.0.0"]


def test_a_repository_that_is_not_there(registry: Registry, maker: Maker) -> None:
    assert maker.repository.tags() == []
    assert clean(f"{registry.address}/none")["text"] == f"{registry.address}/none has no tags"


@pytest.mark.parametrize("seed", [1, 2, 3])
def test_any_repository_stays_whole(maker: Maker, tmp_path: Path, seed: int) -> None:
    chance = random.Random(seed)  # noqa: S311  the same repository each time
    images = [
        maker.image([*BASE, ("server", {"app/server.js": bytes([number])})], created=f"2025-0{number + 1}-01T00:00:00Z")
        for number in range(5)
    ]
    digests = [image["digest"] for image in images]
    digests += [maker.index(*chance.sample(images, 2)) for _ in range(3)]
    for _ in range(4):
        digests.append(maker.refer(chance.choice(digests), "application/vnd.example.sbom"))
    names = ["1.0.0", "1.1.0", "2.0.0", "2.0.0-rc.1", "latest", "pr-1", "commit-abc1234", "dev"]
    for name in chance.sample(names, 6):
        maker.tag(chance.choice(digests), name)
    before, came = inventory(maker.repository), pulled(maker.repository, tmp_path / "before")
    report = clean(maker.repository.name, keep=1, younger_than_days=0, now=NOW, apply=True)
    assert report["deleted"]
    assert inventory(maker.repository).tags == {tag: before.tags[tag] for tag in report["kept"]}
    left = pulled(maker.repository, tmp_path / "after")
    assert left == {tag: came[tag] for tag in left}
