"""Tags move, in a real registry, while others move them too and processes die."""

import threading
import time
from collections.abc import Callable
from dataclasses import asdict, replace
from pathlib import Path
from types import SimpleNamespace
from typing import Any

import pytest

from ci.decide.tags import decide, flavor, parse
from ci.intool.common.failure import Failure
from ci.intool.registry import promote as promoting
from ci.intool.registry.client import Repository
from ci.intool.registry.promote import promote
from ci.intool.registry.push import push
from ci.intool.registry.tagged import released as known
from ci.intool.registry.verify import verify
from ci.intool.tags import GitFacts, Tag, Tags
from tests.registry import layouts
from tests.registry.conftest import Program
from tests.registry.faults import Proxy

LEASE = 0.2


def tags_of(version: str) -> Tags:
    """What a release of this version gets."""
    patterns = ("{{version}}", "{{major}}.{{minor}}", "{{major}}")
    rules = parse([f"type=semver,pattern={pattern}" for pattern in patterns])
    return decide(rules, flavor([]), GitFacts(ref=f"refs/tags/v{version}", sha="0" * 40))


@pytest.fixture
def released(proxy: Proxy, tmp_path: Path) -> Callable[..., str]:
    """Push an image of this version; returns its digest."""

    def pushed(version: str, seed: int = 0, *, annotated: bool = True, name: str = "app") -> str:
        root = tmp_path / f"{version}-{seed}"
        digest = layouts.write(root, version=version, seed=seed, sizes=(1000,), annotated=annotated)
        push(root, f"{proxy.address}/{name}")
        return digest

    return pushed


def state(proxy: Proxy, name: str = "app") -> dict[str, str | None]:
    """All tags with their digests."""
    repository = Repository(f"{proxy.address}/{name}")
    return {tag: repository.resolve(tag) for tag in repository.tags()}


def actions(report: dict[str, Any]) -> dict[str, str]:
    return {one["name"]: one["action"] for one in report["tags"]}


def test_a_first_release(proxy: Proxy, released: Callable[..., str]) -> None:
    digest = released("1.2.3")
    report = promote(f"{proxy.address}/app", digest, tags_of("1.2.3"), lease=LEASE)
    assert actions(report) == dict.fromkeys(("1.2.3", "1.2", "1", "latest"), "set")
    assert report["moved"] == ["1.2.3", "1.2", "1", "latest"]
    assert state(proxy) == dict.fromkeys(("1.2.3", "1.2", "1", "latest"), digest)
    assert verify(f"{proxy.address}/app:latest")["digest"] == digest


def test_complete_versions_come_first_and_latest_last(proxy: Proxy, released: Callable[..., str]) -> None:
    digest = released("1.2.3")
    tags = tags_of("1.2.3").tags
    order = (*tags[::-1], replace(tags[0], name="v1.2.3"))
    report = promote(f"{proxy.address}/app", digest, Tags(version="1.2.3", tags=order), lease=LEASE)
    assert [tag.name for tag in order] == ["latest", "1", "1.2", "1.2.3", "v1.2.3"]
    assert report["moved"] == ["1.2.3", "v1.2.3", "1", "1.2", "latest"]
    writes = [
        path.rpartition("/")[2] for _, method, path, _ in proxy.requests if method == "PUT" and "sha256" not in path
    ]
    assert writes == report["moved"]


def test_the_same_again_writes_nothing_and_does_not_wait(
    proxy: Proxy, released: Callable[..., str], monkeypatch: pytest.MonkeyPatch
) -> None:
    digest = released("1.2.3")
    tags = asdict(tags_of("1.2.3"))
    promote(f"{proxy.address}/app", digest, tags, lease=LEASE)
    proxy.requests.clear()
    waited: list[float] = []
    monkeypatch.setattr(promoting, "time", SimpleNamespace(monotonic=time.monotonic, sleep=waited.append))
    report = promote(f"{proxy.address}/app", digest, tags, lease=30)
    assert actions(report) == dict.fromkeys(("1.2.3", "1.2", "1", "latest"), "keep")
    assert report["moved"] == []
    assert proxy.count("PUT|POST|PATCH|DELETE") == 0
    assert waited == []


@pytest.mark.parametrize("annotated", [True, False])
def test_an_older_line_leaves_latest(proxy: Proxy, released: Callable[..., str], *, annotated: bool) -> None:
    new, old = released("1.3.0", annotated=annotated), released("1.2.4", annotated=annotated)
    promote(f"{proxy.address}/app", new, tags_of("1.3.0"), lease=LEASE)
    report = promote(f"{proxy.address}/app", old, tags_of("1.2.4"), lease=LEASE)
    assert actions(report) == {"1.2.4": "set", "1.2": "set", "1": "skip", "latest": "skip"}
    assert state(proxy) == {"1.3.0": new, "1.3": new, "1.2.4": old, "1.2": old, "1": new, "latest": new}


@pytest.mark.parametrize("annotated", [True, False])
def test_releases_known_by_a_part_of_their_version_do_not_go_back(
    proxy: Proxy, released: Callable[..., str], *, annotated: bool
) -> None:
    """The git tag `app-v1.2.4` after `app-v1.2.5`, by rules that give no complete version."""

    def tags(version: str) -> Tags:
        rules = parse(["type=semver,pattern={{major}}.{{minor}},match=^app-v(.*)$"])
        return decide(rules, flavor([]), GitFacts(ref=f"refs/tags/app-v{version}"))

    new, old = released("1.2.5", annotated=annotated), released("1.2.4", annotated=annotated)
    promote(f"{proxy.address}/app", new, tags("1.2.5"), lease=LEASE)
    report = promote(f"{proxy.address}/app", old, tags("1.2.4"), lease=LEASE)
    assert actions(report) == {"1.2": "skip", "latest": "skip"}
    assert state(proxy) == {"1.2": new, "latest": new}
    newest = released("1.3.0", annotated=annotated)
    promote(f"{proxy.address}/app", newest, tags("1.3.0"), lease=LEASE)
    promote(f"{proxy.address}/app", new, tags("1.2.5"), lease=LEASE)
    assert state(proxy) == {"1.2": new, "1.3": newest, "latest": newest}


@pytest.mark.parametrize("annotated", [True, False])
def test_an_image_from_a_branch_is_no_release(proxy: Proxy, released: Callable[..., str], *, annotated: bool) -> None:
    """`latest` from main, whose package.json has version 2.0.0 already, does not keep release 1.5.0 from it."""
    rules = parse(["type=raw,value=latest,enable={{is_default_branch}}", "type=ref,event=branch,prefix=branch-"])
    main = decide(rules, flavor([]), GitFacts(ref="refs/heads/main"))
    branch, release = released("2.0.0", annotated=annotated), released("1.5.0", annotated=annotated)
    promote(f"{proxy.address}/app", branch, main, lease=LEASE)
    report = promote(f"{proxy.address}/app", release, tags_of("1.5.0"), lease=LEASE)
    assert actions(report) == dict.fromkeys(("1.5.0", "1.5", "1", "latest"), "set")
    assert state(proxy) == {"branch-main": branch, **dict.fromkeys(("1.5.0", "1.5", "1", "latest"), release)}
    assert known(f"{proxy.address}/app@{branch}", ["2.0.0", "2.0"]) == {"version": ""}
    assert known(f"{proxy.address}/app@{release}", ["1.5.0", "1.5"]) == {"version": "1.5.0"}


def test_the_version_of_a_release_is_that_of_a_tag_that_names_it(proxy: Proxy, released: Callable[..., str]) -> None:
    digest = released("0.1.0")
    repository = Repository(f"{proxy.address}/app")
    image = repository.manifest(digest)
    for tag in ("1.2.4", "v1.2.5", "1.2.5-base.0123456789ab", "latest"):
        repository.put_manifest(image.body, image.media_type, tag)
    assert known(f"{proxy.address}/app:latest") == {"version": "1.2.5"}
    assert known(f"{proxy.address}/app:latest", ["0.1.0"]) == {"version": "1.2.5"}
    assert known(f"{proxy.address}/app:latest", ["0.1.0", "latest"]) == {"version": "0.1.0"}


def test_an_image_on_another_base_keeps_what_moves(proxy: Proxy, released: Callable[..., str]) -> None:
    """The release is published once more after it was put on another base."""
    first, rebased, again = released("1.2.3", 1), released("1.2.3", 2), released("1.2.3", 3)
    promote(f"{proxy.address}/app", first, tags_of("1.2.3"), lease=LEASE)
    for digest, base in ((rebased, "0123456789ab"), (again, "fedcba987654")):
        mark = f"1.2.3-base.{base}"
        moving = tuple(replace(tag, version=mark) for tag in tags_of("1.2.3").tags if tag.kind == "forward")
        tags = Tags(version="1.2.3", tags=(Tag(name=mark, rule="", reason="", version=mark, kind="immutable"), *moving))
        assert set(actions(promote(f"{proxy.address}/app", digest, tags, lease=LEASE)).values()) == {"set"}
    report = promote(f"{proxy.address}/app", first, tags_of("1.2.3"), lease=LEASE)
    assert actions(report) == {"1.2.3": "keep", "1.2": "skip", "1": "skip", "latest": "skip"}
    assert {tag: digest for tag, digest in state(proxy).items() if "base" not in tag} == {
        "1.2.3": first,
        **dict.fromkeys(("1.2", "1", "latest"), again),
    }


@pytest.mark.parametrize("source", ["", "staging"])
def test_tags_that_a_person_names_do_not_go_back(proxy: Proxy, released: Callable[..., str], source: str) -> None:
    new, old = released("1.3.0"), released("1.2.4", name=source or "app")
    promote(f"{proxy.address}/app", new, tags_of("1.3.0"), lease=LEASE)
    promote(f"{proxy.address}/{source or 'app'}", old, tags_of("1.2.4"), lease=LEASE)
    asked = decide(parse(["latest", "1", "1.2", "stable"]), flavor(["latest=false"]), GitFacts())
    place = f"{proxy.address}/{source}" if source else ""
    report = promote(f"{proxy.address}/app", old, asked, source=place, lease=LEASE, of_release=True)
    assert {name: action for name, action in actions(report).items() if action == "skip"} == {
        "latest": "skip",
        "1": "skip",
    }
    assert {tag: state(proxy)[tag] for tag in ("latest", "1", "1.2", "stable")} == {
        "latest": new,
        "1": new,
        "1.2": old,
        "stable": old,
    }


def test_a_version_never_changes(proxy: Proxy, released: Callable[..., str]) -> None:
    first, second = released("1.2.3", 1), released("1.2.3", 2)
    promote(f"{proxy.address}/app", first, tags_of("1.2.3"), lease=LEASE)
    before = state(proxy)
    with pytest.raises(Failure, match=rf"1\.2\.3 is {first} for good") as failed:
        promote(f"{proxy.address}/app", second, tags_of("1.2.3"), lease=LEASE)
    assert "release a new version" in failed.value.fix
    assert state(proxy) == before


def test_an_image_that_is_not_there_moves_nothing(proxy: Proxy, released: Callable[..., str]) -> None:
    released("1.2.3")
    with pytest.raises(Failure, match="it is not there"):
        promote(f"{proxy.address}/app", f"sha256:{'0' * 64}", tags_of("1.2.3"), lease=LEASE)
    assert state(proxy) == {}


def test_from_another_repository_with_what_refers_to_it(proxy: Proxy, released: Callable[..., str]) -> None:
    digest = released("1.2.3", name="staging")
    staging = Repository(f"{proxy.address}/staging")
    signature = layouts.signed(staging, digest)
    promote(f"{proxy.address}/app", digest, tags_of("1.2.3"), source=staging.name, lease=LEASE)
    assert {tag: held for tag, held in state(proxy).items() if not tag.startswith("sha256-")} == dict.fromkeys(
        ("1.2.3", "1.2", "1", "latest"), digest
    )
    assert [one["digest"] for one in Repository(f"{proxy.address}/app").referrers(digest)] == [signature]
    assert verify(f"{proxy.address}/app:1.2.3")["digest"] == digest


@pytest.mark.parametrize(("tag", "late"), [("latest", "1.2.3"), ("latest", "1.2.4"), ("1.2", "1.2.3")])
def test_two_releases_race(
    proxy: Proxy, released: Callable[..., str], program: Callable[..., Program], tag: str, late: str
) -> None:
    """The write of a tag by one of them is held up until the other has finished."""
    digests = {version: released(version) for version in ("1.2.3", "1.2.4")}
    first = program("promote", **arguments(proxy, digests[late], late), lease=LEASE)
    free = threading.Event()
    held_up = proxy.add(method="PUT", path=f"/manifests/{tag}$", hold=free)
    while not held_up.seen:
        time.sleep(0.01)
    other = next(version for version in digests if version != late)
    program("promote", **arguments(proxy, digests[other], other), lease=LEASE).end()
    free.set()
    first.end()
    assert state(proxy) == {
        "1.2.3": digests["1.2.3"],
        **dict.fromkeys(("1.2.4", "1.2", "1", "latest"), digests["1.2.4"]),
    }


@pytest.mark.parametrize("order", [("1.2.3", "1.2.4"), ("1.2.4", "1.2.3")])
def test_two_releases_at_once(
    proxy: Proxy, released: Callable[..., str], program: Callable[..., Program], order: tuple[str, str]
) -> None:
    digests = {version: released(version) for version in order}
    both = [program("promote", **arguments(proxy, digests[version], version), lease=LEASE) for version in order]
    for running in both:
        running.end()
    assert state(proxy) == {
        "1.2.3": digests["1.2.3"],
        **dict.fromkeys(("1.2.4", "1.2", "1", "latest"), digests["1.2.4"]),
    }


def test_one_version_from_two_sources_at_once(
    proxy: Proxy, released: Callable[..., str], program: Callable[..., Program]
) -> None:
    digests = [released("1.2.3", seed) for seed in (1, 2)]
    both_looked, first_has_written = threading.Event(), threading.Event()
    proxy.add(method="PUT", path=r"/manifests/1\.2\.3$", hold=both_looked)
    second = proxy.add(method="PUT", path=r"/manifests/1\.2\.3$", hold=first_has_written)
    running = [program("promote", **arguments(proxy, digest, "1.2.3"), lease=3) for digest in digests]
    while not second.seen:
        time.sleep(0.01)
    both_looked.set()
    until = time.monotonic() + 1.8  # a first one that does not wait has ended by then
    while time.monotonic() < until and all(one.process.poll() is None for one in running):
        time.sleep(0.01)
    first_has_written.set()
    ends = [one.fail() for one in running]
    assert sorted(code for code, _ in ends) == [0, 9]
    winner, loser = sorted(range(2), key=lambda number: ends[number][0])
    assert f"1.2.3 is {digests[winner]} for good" in ends[loser][1]
    assert state(proxy) == dict.fromkeys(("1.2.3", "1.2", "1", "latest"), digests[winner])


def arguments(proxy: Proxy, digest: str, version: str) -> dict[str, Any]:
    return {
        "repository": f"{proxy.address}/app",
        "digest": digest,
        "tags": asdict(tags_of(version)),
    }


@pytest.mark.parametrize("tag", ["1.2.3", "1.2", "latest"])
def test_killed_before_a_tag(
    proxy: Proxy, released: Callable[..., str], program: Callable[..., Program], tag: str
) -> None:
    """Killed while its write of this tag is on the way and lost."""
    old = released("1.2.2")
    promote(f"{proxy.address}/app", old, tags_of("1.2.2"), lease=LEASE)
    digest = released("1.2.3")
    fault = proxy.add(method="PUT", path=f"/manifests/{tag}$", cut_after=0, times=1000)
    running = program("promote", **arguments(proxy, digest, "1.2.3"), lease=LEASE)
    while not fault.seen:
        time.sleep(0.01)
    running.kill()
    proxy.faults.clear()
    order = ["1.2.3", "1.2", "1", "latest"]
    moved = order[: order.index(tag)]
    before = dict.fromkeys(("1.2.2", "1.2", "1", "latest"), old)
    assert state(proxy) == before | dict.fromkeys(moved, digest)
    report = promote(f"{proxy.address}/app", digest, tags_of("1.2.3"), lease=LEASE)
    assert report["moved"] == order[order.index(tag) :]
    assert state(proxy) == before | dict.fromkeys(order, digest)


def test_a_registry_with_trouble(proxy: Proxy, released: Callable[..., str]) -> None:
    digest = released("1.2.3")
    faults = [
        proxy.add(method="GET", path="/tags/list", status=500, times=1),
        proxy.add(method="HEAD", path="/manifests/1$", status=502, times=1),
        proxy.add(method="PUT", path="/manifests/1.2$", status=503, times=1),
        proxy.add(method="PUT", path="/manifests/latest$", status=429, headers={"Retry-After": "0.1"}, times=1),
        proxy.add(method="PUT", path="/manifests/1$", cut_after=0, times=1),
    ]
    promote(f"{proxy.address}/app", digest, tags_of("1.2.3"), lease=LEASE)
    assert all(fault.seen for fault in faults)
    assert state(proxy) == dict.fromkeys(("1.2.3", "1.2", "1", "latest"), digest)
