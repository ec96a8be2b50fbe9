"""Tags of an image that is put on another base."""

import pytest

from ci.decide.config.model import Pipeline, Release
from ci.decide.plan.model import Plan
from ci.intool.tags import Existing, tag_updates
from ci.release.rebase import names_of, rebased_tags
from tests.unit.plans import plan_of

MONOREPO = (
    "type=semver,pattern={{version}},match=^app-v(.*)$",
    "type=semver,pattern={{major}}.{{minor}},match=^app-v(.*)$",
)


def plan(*rules: str) -> Plan:
    return plan_of(pipeline=Pipeline(release=Release(tags=rules)))


def mark(version: str) -> str:
    return f"{version}-base.{plan().image.base.digest.removeprefix('sha256:')[:12]}"


@pytest.mark.parametrize(
    ("rules", "version", "moving"),
    [
        ((), "1.2.3", ["1.2", "1", "latest"]),
        ((), "0.1.2", ["0.1", "latest"]),
        ((), "2.0.0-rc.1", []),
        (MONOREPO, "1.2.5", ["1.2", "latest"]),
        (("type=sha",), "1.2.3", []),
    ],
)
def test_what_moves_follows(rules: tuple[str, ...], version: str, moving: list[str]) -> None:
    tags = rebased_tags(plan(*rules), version)
    assert [tag.name for tag in tags.tags] == [mark(version), *moving]
    assert {tag.kind for tag in tags.tags[1:]} <= {"forward"}


def test_an_image_that_is_no_release_gets_a_tag_of_its_own_and_no_other() -> None:
    assert [tag.name for tag in rebased_tags(plan(), "").tags] == [mark("rebased")]
    assert names_of(plan(), "") == []


def test_tags_by_which_a_release_is_known() -> None:
    assert names_of(plan(), "1.2.3") == ["1.2.3", "v1.2.3", "1.2", "1"]
    assert names_of(plan(*MONOREPO), "1.2.5") == ["1.2.5", "1.2"]
    assert names_of(plan("type=raw,value=latest"), "1.2.5") == []


@pytest.mark.parametrize(
    ("registry", "moved"),
    [
        ({"1.2.3": "a", "1.2": "a", "1": "a", "latest": "a"}, {"1.2", "1", "latest"}),
        ({"1.2.3": "a", "1.2.3-base.0123456789ab": "b", "1.2": "b", "1": "b", "latest": "b"}, {"1.2", "1", "latest"}),
        ({"1.2.3": "a", "1.2.4": "b", "1.2": "b", "1": "b", "latest": "b"}, set()),
        ({"1.2.3": "a", "1.3.0": "b", "1.2": "a", "1": "b", "latest": "b"}, {"1.2"}),
        ({"1.2.3": "a", "1.2.4-base.0123456789ab": "b", "1.2": "b", "1": "b", "latest": "b"}, set()),
    ],
)
def test_it_takes_the_place_of_its_version_and_of_no_higher_one(registry: dict[str, str], moved: set[str]) -> None:
    existing = {name: Existing(digest=digest) for name, digest in registry.items()}
    found = {one.tag.name: one.action for one in tag_updates(rebased_tags(plan(), "1.2.3"), existing, "new")}
    assert found.pop(mark("1.2.3")) == "set"
    assert {name for name, action in found.items() if action == "set"} == moved
