"""Results of builds in the registry: taken, explained, never trusted blindly, never written by who may only read."""

import re
from pathlib import Path

import pytest

from tests.conftest import command
from tests.engine.released import (
    COMMIT,
    Call,
    Released,
    assert_same,
    fates,
    manifest,
    new_repository,
    passed,
    publish,
    tagged,
)
from tests.engine.test_errors import assert_explained
from tests.engine.test_gates import LOUD

pytestmark = pytest.mark.engine

BRANCH = ("--git-ref", "refs/heads/main")
READ = ("--cache", "read", *BRANCH)
KINDS = ("deps", "next", "payload", "release", "store")


@pytest.fixture(scope="module")
def warm(call: Call, tiny: Path) -> Released:
    """A release whose results are in the registry."""
    return publish(call, tiny, new_repository("warm"), "--cache", "write", *BRANCH)


def cached(tags: dict[str, str]) -> dict[str, str]:
    """Kind to tag of what is stored."""
    return {tag.split("-")[1]: tag for tag in sorted(tags) if tag.startswith("cache-")}


def test_everything_is_stored(warm: Released) -> None:
    assert tuple(cached(warm.tags)) == KINDS
    assert sorted(re.findall(r"cache: (\w+): [\d.]+ MB stored", warm.printed)) == list(KINDS)


def test_what_printed_a_secret_is_not_stored(call: Call, tmp_path: Path) -> None:
    place, source = new_repository("loud"), LOUD.make(tmp_path)
    for _ in range(2):
        called = call("--address", place, "--cache", "write", *BRANCH, "publish", source=source)
        assert_explained(called, "leaks failed", "texts: build-1-npm-run-gen-runtime.log")
    assert "deps" in cached(tagged(place))
    assert not {"payload", "release"} & cached(tagged(place)).keys()


def test_an_unchanged_app_is_taken_whole(call: Call, tiny: Path, warm: Released) -> None:
    again = publish(call, tiny, warm.repository, *READ)
    assert_same(again, warm)
    assert again.tags == warm.tags
    assert "cache: release: taken" in again.printed
    assert "nothing: an earlier run of the same inputs built, tested and pushed this image" in again.printed
    assert "smoke" in passed(again.printed)
    assert set(fates(again.printed).values()) == {"keep"}


def test_an_edit_takes_the_install_and_a_reader_stores_nothing(call: Call, edited: Path, warm: Released) -> None:
    place = new_repository("edited")
    copied(warm, place)
    before = cached(tagged(place))
    changed = publish(call, edited, place, *READ)
    assert "cache: release: nothing of these inputs" in changed.printed
    assert "cache: payload: nothing of these inputs" in changed.printed
    assert "cache: deps: taken" in changed.printed
    assert "stored" not in changed.printed
    assert changed.digest != warm.digest
    assert cached(changed.tags) == before


def test_why(call: Call, tiny: Path, edited: Path, warm: Released) -> None:
    place = ("--address", warm.repository, *BRANCH, "why")
    hit, miss = call(*COMMIT, *place, source=tiny), call(*COMMIT, *place, source=edited)
    stored = cached(warm.tags)
    for kind in ("release", "payload", "deps"):
        assert f"{kind}: {stored[kind]} is there" in hit.stdout
    assert f"deps: {stored['deps']} is there" in miss.stdout
    (line,) = (line for line in miss.stdout.splitlines() if line.startswith("payload: "))
    assert "source: app/page.js changed" in line
    assert "install" in line.partition("changed")[2]
    assert "unchanged" in line


def test_what_is_damaged_is_ignored(call: Call, tiny: Path, warm: Released) -> None:
    """Another artifact under the name of one, which says of itself that it is for another key; and a lost layer."""
    place = new_repository("damaged")
    copied(warm, place)
    stored = cached(warm.tags)
    swapped = command("regctl", "image", "copy", f"{place}:{stored['deps']}", f"{place}:{stored['release']}")
    assert swapped.code == 0, swapped.stderr
    lost = manifest(f"{place}:{stored['payload']}")["layers"][0]["digest"]
    assert command("regctl", "blob", "delete", place, lost).code == 0

    called = publish(call, tiny, place, *READ)

    assert_same(called, warm)
    assert f"warning: cache: release: {stored['release']} is ignored" in called.printed
    assert f"warning: cache: payload: {stored['payload']} is ignored" in called.printed
    assert "cache: deps: taken" in called.printed


def copied(warm: Released, place: str) -> None:
    """The stored results in another repository, to be damaged there."""
    for tag in cached(warm.tags).values():
        done = command("regctl", "image", "copy", f"{warm.repository}:{tag}", f"{place}:{tag}")
        assert done.code == 0, done.stderr


def test_there_are_three_modes(call: Call, tiny: Path) -> None:
    assert_explained(call("--cache", "nonsense", "plan", source=tiny), "`nonsense`", "off, read, write")
