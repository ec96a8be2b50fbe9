"""Which tags a registry takes: versions never change, nothing goes backwards, releases that race agree."""

from collections.abc import Iterator
from itertools import islice, product

import pytest

from ci.decide.tags import decide, flavor, parse
from ci.intool.tags import Existing, GitFacts, Tags, TagUpdate, explain, tag_updates

OURS, OTHER = "sha256:ours", "sha256:other"


def release(version: str, *flavors: str, rules: tuple[str, ...] = ()) -> Tags:
    return decide(parse(rules), flavor(flavors), GitFacts(ref=f"refs/tags/v{version}", sha="c0ffee0"))


def actions(tags: Tags, registry: dict[str, str | Existing]) -> dict[str, str]:
    existing = {name: held if isinstance(held, Existing) else Existing(digest=held) for name, held in registry.items()}
    return {one.tag.name: one.action for one in tag_updates(tags, existing, OURS)}


def held(version: str, digest: str = OTHER) -> Existing:
    return Existing(digest=digest, version=version)


ALL = ("1.2.3", "v1.2.3", "1.2", "1", "commit-c0ffee0", "latest")


@pytest.mark.parametrize(
    ("registry", "expected"),
    [
        ({}, {}),
        (dict.fromkeys(ALL, OURS), dict.fromkeys(ALL, "keep")),
        ({"1.2.3": OTHER}, {"1.2.3": "refuse"}),
        ({"v1.2.3": OTHER}, {"v1.2.3": "refuse"}),
        ({"commit-c0ffee0": OTHER}, {}),
        # a forward tag's image says its version, and a part of that names it too
        ({"latest": held("1.2.2"), "1.2": OTHER}, {}),
        ({"latest": held("1.2.3"), "1.2": OTHER}, {}),
        ({"latest": held("1.2.3-rc.1"), "1": OTHER}, {}),
        ({"latest": held("1.2.4"), "1.2": held("1.2.4")}, {"latest": "skip", "1.2": "skip"}),
        ({"latest": held("v1.10.0"), "1.10": OTHER}, {"latest": "skip"}),
        ({"latest": held("2.0.0-rc.1"), "v2": OTHER}, {"latest": "skip"}),
        ({"1": held("1.3.0"), "1.2": held("1.2.9")}, {"1": "skip", "1.2": "skip"}),
        # what it says is not enough: a branch's image says the version of package.json
        ({"latest": held("1.2.4")}, {}),
        ({"latest": held("2.0.0"), "branch-main": OTHER, "2": "sha256:third"}, {}),
        ({"latest": held("2.0.0"), "pr-2": OTHER}, {}),
        # the same version on another base stays; it is no pre-release
        (
            {"1.2.3": OURS, "1.2.3-base.0123456789ab": OTHER, "latest": OTHER},
            {"1.2.3": "keep", "latest": "skip", "1.2": "skip", "1": "skip"},
        ),
        ({"1.2.2-base.0123456789ab": OTHER, "latest": OTHER}, {}),
        ({"latest": held("")}, {}),
        ({"latest": held("nightly")}, {}),
        # this image says another version, such as its package's
        ({"latest": held("9.9.9", OURS)}, {"latest": "keep"}),
        # complete versions compete in their line
        ({"1.2.4": OTHER}, {"latest": "skip", "1": "skip", "1.2": "skip"}),
        ({"v1.2.4": OTHER}, {"latest": "skip", "1": "skip", "1.2": "skip"}),
        ({"1.3.0": OTHER}, {"latest": "skip", "1": "skip"}),
        ({"2.0.0": OTHER}, {"latest": "skip"}),
        ({"10.0.0": OTHER, "1.20.0": OTHER}, {"latest": "skip", "1": "skip"}),
        ({"1.2.2": OTHER, "0.9.0": OTHER}, {}),
        ({"2.0.0-rc.1": OTHER, "1.2.4-alpine": OTHER}, {}),
        ({"20240101": OTHER, "2": OTHER, "1.3": OTHER}, {}),
        # a complete version says more than what the image says of itself
        ({"latest": held("0.1.0"), "1.2.4": OTHER}, {"latest": "skip", "1": "skip", "1.2": "skip"}),
        ({"latest": held("9.9.9"), "1.2.2": OTHER}, {}),
        ({"latest": OURS, "1.2.4": OTHER}, {"latest": "skip", "1": "skip", "1.2": "skip"}),
    ],
)
def test_a_release_meets_a_registry(registry: dict[str, str | Existing], expected: dict[str, str]) -> None:
    assert actions(release("1.2.3"), registry) == dict.fromkeys(ALL, "set") | expected


@pytest.mark.parametrize(
    ("flavors", "registry", "skipped"),
    [
        (["suffix=-alpine,onlatest=true"], {"1.2.4": OTHER}, set()),
        (["suffix=-alpine,onlatest=true"], {"1.2.4-alpine": OTHER}, {"1.2-alpine", "1-alpine", "latest-alpine"}),
        (["prefix=web-,onlatest=true"], {"api-1.2.4": OTHER}, set()),
        (["prefix=web-,onlatest=true"], {"web-1.3.0": OTHER}, {"web-1", "web-latest"}),
    ],
)
def test_only_versions_of_the_same_flavor_compete(
    flavors: list[str], registry: dict[str, str | Existing], skipped: set[str]
) -> None:
    rules = tuple(f"type=semver,pattern={p}" for p in ("{{version}}", "{{major}}.{{minor}}", "{{major}}"))
    result = actions(release("1.2.3", *flavors, rules=rules), registry)
    assert {name for name, action in result.items() if action == "skip"} == skipped


def test_a_pre_release_that_wants_latest_competes_with_pre_releases() -> None:
    rules = ("type=semver,pattern={{version}}",)
    result = actions(release("2.0.0-rc.1", "latest=true", rules=rules), {"2.0.0-rc.2": OTHER})
    assert result == {"2.0.0-rc.1": "set", "latest": "skip"}


def test_latest_without_a_version_moves() -> None:
    tags = decide(parse(["latest"]), flavor([]), GitFacts(ref="refs/heads/main"))
    assert actions(tags, {"latest": held("9.9.9"), "9.9.9": OTHER}) == {"latest": "set"}


def test_rules_without_complete_versions_compete_too() -> None:
    tags = release("1.2.3", rules=("type=semver,pattern={{major}}",))
    assert actions(tags, {"1.3.0": OTHER}) == {"1": "skip", "latest": "skip"}


def test_reasons_and_owners() -> None:
    existing = {
        "1.2.3": Existing(digest=OTHER),
        "v1.2.3": Existing(digest=OURS),
        "1": held("1.0.0", "sha256:old"),
        "1.2.4": Existing(digest="sha256:a"),
        "1.2.5": Existing(digest="sha256:b"),
        "commit-c0ffee0": Existing(digest=OTHER),
    }
    reported = {
        one.tag.name: (one.action, one.reason, one.owner) for one in tag_updates(release("1.2.3"), existing, OURS)
    }
    assert reported == {
        "1.2.3": ("refuse", "1.2.3 is sha256:other for good; a changed image needs a new version", OTHER),
        "v1.2.3": ("keep", "it is this image already", OURS),
        "1.2": ("skip", "1.2.5 is released and higher than 1.2.3", "sha256:b"),
        "1": ("skip", "1.2.5 is released and higher than 1.2.3", "sha256:b"),
        "commit-c0ffee0": ("set", "moves from sha256:other", OURS),
        "latest": ("skip", "1.2.5 is released and higher than 1.2.3", "sha256:b"),
    }


def publish(version: str, digest: str, registry: dict[str, Existing]) -> Iterator[None]:
    """Write tags in the order that `tag_updates` documents; other releases may run at each yield."""
    tags = release(version)
    for kind in ("immutable", "forward"):
        while True:
            seen = tag_updates(tags, dict(registry), digest)
            yield
            todo = [one for one in seen if one.tag.kind == kind and owner(registry, one) != one.owner]
            if not todo:
                break
            for one in todo:
                registry[one.tag.name] = Existing(digest=one.owner)
                yield


def owner(registry: dict[str, Existing], one: TagUpdate) -> str:
    return registry[one.tag.name].digest if one.tag.name in registry else ""


@pytest.mark.parametrize("versions", [("1.2.3", "1.2.4"), ("1.2.4", "1.2.3"), ("1.2.3", "1.3.0"), ("2.0.0", "1.9.9")])
def test_releases_that_race_agree_on_one_owner(versions: tuple[str, str]) -> None:
    for first, second in product(range(12), range(14)):
        registry: dict[str, Existing] = {}
        one, other = (publish(version, f"sha256:{version}", registry) for version in versions)
        list(islice(one, first))
        list(islice(other, second))
        list(one)
        list(other)
        for version in versions:
            assert registry[version].digest == f"sha256:{version}"
        assert registry["latest"].digest == f"sha256:{max(versions)}", (first, second)
        for major in {version[0] for version in versions}:
            line = max(version for version in versions if version[0] == major)
            assert registry[major].digest == f"sha256:{line}", (first, second)


def test_a_table_for_people() -> None:
    tags = release("1.2.3", rules=("type=semver,pattern={{version}}", "type=edge"))
    assert explain(tags) == (
        "version: 1.2.3\n"
        "\n"
        "tag     kind       rule                             because\n"
        "1.2.3   immutable  type=semver,pattern={{version}}  1.2.3 is final\n"
        "latest  forward    latest=auto                      it comes with the tag `1.2.3`\n"
        "\n"
        "rule without a tag  because\n"
        "type=edge           `refs/tags/v1.2.3` is not a branch\n"
    )


def test_the_table_says_what_the_registry_does() -> None:
    tags = release("1.2.3", rules=("type=semver,pattern={{version}}",))
    lines = explain(
        tags, tag_updates(tags, {"latest": Existing(digest=OTHER), "2.0.0": Existing(digest=OTHER)}, OURS)
    ).splitlines()
    assert lines[2].endswith("  registry")
    assert lines[3].endswith("  set: new")
    assert lines[4].endswith("  skip: 2.0.0 is released and higher than 1.2.3")


def test_the_table_without_tags() -> None:
    tags = decide(parse(["type=edge"]), flavor([]), GitFacts())
    assert explain(tags).startswith("version: (none)\n\nno tags\n\nrule without a tag")
