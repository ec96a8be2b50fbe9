"""Where a release goes, and under which names."""

import re
from collections.abc import Mapping
from datetime import UTC, datetime
from pathlib import Path
from typing import Any

import pytest

from ci.decide.config.model import Image, Pipeline, Release
from ci.decide.plan.model import ReleasePlan
from ci.decide.plan.release import named, needs_default_branch, notes, of_version, release, version_of
from ci.decide.plan.release import tags as tags_of
from ci.decide.plan.request import RunRequest
from ci.decide.tags import DEFAULT
from ci.errors import ConfigError
from tests.unit.plans import app, plan_of

SHA = "860c190" + "4" * 33
TAG, MAIN, PULL = "refs/tags/v1.2.3", "refs/heads/main", "refs/pull/7/merge"
PLATFORM = ("linux/amd64",)
PAGE = Path(__file__).parents[3] / "docs/reference/tags.md"


def planned(repository: str = "ghcr.io/me/app", settings: Mapping[str, Any] | None = None, **asked: Any) -> ReleasePlan:
    pipeline = Pipeline(image=Image(repository=repository), release=Release(**(settings or {})))
    platforms = asked.pop("platforms", PLATFORM)
    return release(pipeline, RunRequest(**asked), tags_of(pipeline, RunRequest(**asked), platforms), {})


def names(plan: ReleasePlan) -> list[str]:
    return [tag.name for tag in plan.tags.tags]


@pytest.mark.parametrize(
    ("repository", "asked", "place", "tags"),
    [
        ("", {}, "", {"dev": "the rule says so"}),
        ("ghcr.io/me/app", {}, "ghcr.io/me/app", {"dev": "the rule says so"}),
        ("app", {}, "app", {"dev": "the rule says so"}),
        (
            "ghcr.io/me/app",
            {"version": "2.0.0"},
            "ghcr.io/me/app",
            {
                **dict.fromkeys(["2.0.0", "v2.0.0", "2.0", "2"], "2.0.0 is final"),
                "latest": "it comes with the tag `2.0.0`",
            },
        ),
        (
            "ghcr.io/me/app",
            {"version": "1.0.0-rc.1+build.5"},
            "ghcr.io/me/app",
            dict.fromkeys(
                ["1.0.0-rc.1", "v1.0.0-rc.1"], "1.0.0-rc.1 is not final, so only its complete version is a tag"
            ),
        ),
        ("ghcr.io/me/app:edge", {"version": "2.0.0"}, "ghcr.io/me/app", {"edge": "the rule says so"}),
        ("127.0.0.1:5000/app", {"ref": MAIN}, "127.0.0.1:5000/app", {"branch-main": "the branch is `main`"}),
        ("127.0.0.1:5000/app:edge", {"ref": MAIN}, "127.0.0.1:5000/app", {"edge": "the rule says so"}),
        (
            "ghcr.io/me/app",
            {"address": "r.example:443/x", "ref": PULL},
            "r.example:443/x",
            {"pr-7": "the pull request is `7`"},
        ),
        ("ghcr.io/me/app:edge", {"address": "r.example/x"}, "r.example/x", {"dev": "the rule says so"}),
        ("ghcr.io/me/app", {"address": "r.example/x:y"}, "r.example/x", {"y": "the rule says so"}),
        (
            "ghcr.io/me/app",
            {"ref": MAIN, "revision": SHA, "version": "2.0.0"},
            "ghcr.io/me/app",
            {"branch-main": "the branch is `main`", "commit-860c190": f"the commit is {SHA}"},
        ),
        ("ghcr.io/me/app", {"revision": SHA}, "ghcr.io/me/app", {"commit-860c190": f"the commit is {SHA}"}),
    ],
)
def test_the_repository_and_its_tags(
    repository: str, asked: Mapping[str, Any], place: str, tags: Mapping[str, str]
) -> None:
    plan = planned(repository, **asked)
    assert plan.repository == place
    assert [(tag.name, tag.reason) for tag in plan.tags.tags] == list(tags.items())


def test_a_rule_that_gives_no_tag_is_told() -> None:
    reasons = {one.rule: one.reason for one in planned(ref=MAIN).tags.skipped}
    assert reasons["type=semver,pattern={{version}}"] == "`refs/heads/main` is not a git tag"
    assert reasons["latest=auto"] == "the first tag is `branch-main`, which does not set `latest`"


@pytest.mark.parametrize(
    ("settings", "asked", "tags"),
    [
        ({"tags": ("type=semver,pattern={{version}}",)}, {"ref": TAG}, ["1.2.3", "latest"]),
        (
            {"tags": ("type=semver,pattern={{version}}",), "flavor": ("latest=false", "suffix=-slim")},
            {"ref": TAG},
            ["1.2.3-slim"],
        ),
        ({"flavor": ("latest=false",)}, {"ref": TAG}, ["1.2.3", "v1.2.3", "1.2", "1"]),
        ({"flavor": ("latest=true", "prefix=x-")}, {}, ["x-dev", "latest"]),
        ({"flavor": ("latest=true", "prefix=x-")}, {"address": "r.example/x:y"}, ["y"]),
        ({"tags": ("type=edge",)}, {"ref": MAIN}, ["edge"]),
        ({"tags": ("type=edge",), "default_branch": "trunk"}, {"ref": MAIN}, []),
        ({"tags": ("type=edge",), "default_branch": "trunk"}, {"ref": "refs/heads/trunk"}, ["edge"]),
        ({"tags": ("type=schedule", "type=sha")}, {"revision": SHA, "event": "schedule"}, ["nightly", "sha-860c190"]),
        ({"tags": ("type=schedule", "type=sha")}, {"revision": SHA, "event": "push"}, ["sha-860c190"]),
        (
            {"tags": ("type=schedule,pattern={{date 'YYYYMMDD'}}",)},
            {"event": "schedule", "now": datetime(2026, 5, 1, 23, 59, tzinfo=UTC)},
            ["20260501"],
        ),
        (
            {"tags": ("type=raw,value={{commit_date 'YYYY-MM-DD'}}",)},
            {"created": "2026-01-02T00:30:00+01:00"},
            ["2026-01-01"],
        ),
        ({"tags": ("mine",)}, {"version": "1.2.3"}, ["mine"]),
        ({"tags": ("{{arch}}",)}, {}, ["amd64"]),
        ({"tags": ("{{arch}}",)}, {"platforms": ("linux/arm64",)}, ["arm64"]),
        ({"tags": ("{{environment}}",)}, {"environment": "staging"}, ["staging"]),
        ({"tags": ("{{environment}},enable=false", "a")}, {}, ["a"]),
        ({"tags": ("for-{{base_ref}}",)}, {"ref": PULL, "base_ref": "refs/heads/main"}, ["for-main"]),
        ({"tags": ("for-{{base_ref}}",)}, {"ref": TAG, "base_ref": "release"}, ["for-release"]),
        ({"tags": ("for-{{base_ref}}",)}, {"ref": TAG}, ["for-"]),
        ({"tags": ("for-{{base_ref}}",)}, {"ref": MAIN, "base_ref": "release"}, ["for-"]),
        ({"tags": ("type=edge",)}, {"ref": "refs/heads/trunk", "default_branch": "trunk"}, ["edge"]),
        ({"tags": ("type=edge",)}, {"ref": MAIN, "default_branch": "trunk"}, []),
        ({"tags": ("type=edge",), "default_branch": "main"}, {"ref": MAIN, "default_branch": "trunk"}, ["edge"]),
    ],
)
def test_the_pipeline_files_rules(settings: Mapping[str, Any], asked: Mapping[str, Any], tags: list[str]) -> None:
    assert names(planned(settings=settings, **asked)) == tags


def test_complete_versions_are_for_good_and_the_others_move() -> None:
    found = {tag.name: (tag.kind, tag.line) for tag in planned(ref=TAG, revision=SHA).tags.tags}
    assert found == {
        **dict.fromkeys(["1.2.3", "v1.2.3"], ("immutable", "")),
        "1.2": ("forward", "1.2"),
        "1": ("forward", "1"),
        "commit-860c190": ("free", ""),
        "latest": ("forward", ""),
    }


@pytest.mark.parametrize(
    ("tags", "kinds"),
    [
        ([], {}),
        (["edge"], {"edge": "free"}),
        (["1.2.3"], {"1.2.3": "immutable"}),
        (["v1.2.3-rc.1"], {"v1.2.3-rc.1": "immutable"}),
        (["latest", "1.2", "1.2.3"], {"latest": "forward", "1.2": "forward", "1.2.3": "immutable"}),
        (["1.2"], {"1.2": "free"}),
    ],
)
def test_tags_that_the_caller_names(tags: list[str], kinds: Mapping[str, str]) -> None:
    assert {tag.name: tag.kind for tag in named(tags).tags} == kinds
    assert [tag.name for tag in named(tags).tags] == tags


@pytest.mark.parametrize("tag", ["", "a,priority=1", "{{sha}}", "a b", "-a", ".a", "a" * 129, "1.0+1"])
def test_what_is_no_tag_is_refused(tag: str) -> None:
    with pytest.raises(ConfigError) as error:
        named([tag])
    assert (error.value.id, error.value.facts) == ("arguments.tag", {"tag": tag})


@pytest.mark.parametrize(
    ("settings", "said"),
    [
        ({"tags": ("type=sha", "type=semver,patern={{version}}")}, "`type=semver,patern={{version}}`: "),
        ({"tags": ("type=semvar,pattern={{version}}",)}, "`type=semvar,pattern={{version}}`: "),
        ({"tags": ("type=raw,value=a,enable=maybe",)}, "`type=raw,value=a,enable=maybe`: enable is `maybe`"),
        ({"tags": ("type=match,pattern=(",)}, "`type=match,pattern=(`: "),
        ({"flavor": ("latest=perhaps",)}, "flavor `latest=perhaps`: "),
        ({"tags": ("a-{{environment}}",)}, "`a-{{environment}}`: {{environment}} is not known here; pass --deploy-env"),
        (
            {"tags": ("a-{{arch}}",)},
            "`a-{{arch}}`: {{arch}} is not known here; it has one value for an image of one pl",
        ),
        ({"tags": ("a-{{base_ref}}",)}, "`a-{{base_ref}}`: {{base_ref}} is not known here; pass --base-ref"),
    ],
)
def test_a_rule_without_meaning_is_named(settings: Mapping[str, Any], said: str) -> None:
    with pytest.raises(ConfigError) as error:
        planned(settings=settings, ref=PULL, platforms=("linux/amd64", "linux/arm64"))
    assert error.value.id == "arguments.tag-rule"
    assert said in str(error.value.facts["problem"])


def test_a_digest_is_no_address() -> None:
    with pytest.raises(ConfigError) as error:
        planned(f"ghcr.io/me/app:1@sha256:{'0' * 64}")
    assert error.value.id == "arguments.address-digest"


def test_time_compression_and_annotations() -> None:
    labels = {"org.opencontainers.image.title": "App", "example.team": "front-end"}
    plan = release(Pipeline(), RunRequest(), named([]), labels)
    assert (plan.created, plan.compression) == ("1970-01-01T00:00:00Z", "gzip")
    assert plan.annotations == {"org.opencontainers.image.title": "App"}
    asked = RunRequest(created="2026-01-02T03:04:05Z")
    zstd = release(Pipeline(release=Release(compression="zstd")), asked, named([]), {})
    assert (zstd.created, zstd.compression, zstd.annotations) == ("2026-01-02T03:04:05Z", "zstd", {})


BUILT_FOR: dict[str, dict[str, Any]] = {
    "git tag `v1.2.3` (or `1.2.3`)": {"ref": TAG, "revision": SHA},
    "git tag `v0.1.2`": {"ref": "refs/tags/v0.1.2", "revision": SHA},
    "git tag `v2.0.0-rc.1`": {"ref": "refs/tags/v2.0.0-rc.1", "revision": SHA},
    "another git tag": {"ref": "refs/tags/nightly", "revision": SHA},
    "branch `my/branch`": {"ref": "refs/heads/my/branch", "revision": SHA},
    "pull request 2": {"ref": "refs/pull/2/merge", "revision": SHA},
    "a commit, nothing else": {"revision": SHA},
    "a directory without git": {},
}


def test_the_reference_tells_the_default_scheme() -> None:
    text = PAGE.read_text("utf-8").partition("## The default scheme")[2].partition("\n## ")[0]
    table = text.partition("\n| built for |")[2].partition("\n\n")[0].splitlines()[2:]
    reasons = {
        built_for.strip(): re.findall("`([^`]+)`", tags) for _, built_for, tags, _ in (row.split("|") for row in table)
    }
    assert reasons == {built_for: names(planned(**asked)) for built_for, asked in BUILT_FOR.items()}
    assert "\n".join(DEFAULT) in text


def test_a_version_that_is_given_wins_over_the_git_tag() -> None:
    asked = RunRequest(version="2.0.0", ref="refs/tags/v1.2.3")
    assert (asked.version, asked.ref) == ("2.0.0", "refs/tags/v2.0.0")
    assert RunRequest(ref="refs/tags/v1.2.3").version == "1.2.3"
    assert RunRequest(version="1.2.3", ref="refs/tags/1.2.3").ref == "refs/tags/1.2.3"
    assert RunRequest(version="2.0.0", ref="refs/heads/main").ref == "refs/heads/main"


MONOREPO = (
    "type=semver,pattern={{version}},match=^app-v(.*)$",
    "type=semver,pattern={{major}}.{{minor}},match=^app-v(.*)$",
)


@pytest.mark.parametrize(
    ("rules", "asked", "version"),
    [
        ((), {}, "0.1.0"),
        ((), {"ref": MAIN}, "0.1.0"),
        ((), {"ref": MAIN, "version": "2.0.0"}, "2.0.0"),
        ((), {"ref": TAG}, "1.2.3"),
        ((), {"ref": "refs/tags/v1.2.3+build.5"}, "1.2.3+build.5"),
        ((), {"ref": "refs/tags/nightly"}, "0.1.0"),
        ((), {"address": "r.example/x:1.2.3"}, "1.2.3"),
        (MONOREPO, {"ref": "refs/tags/app-v1.2.5"}, "1.2.5"),
        (("type=match,pattern=app-v(.*),group=1",), {"ref": "refs/tags/app-v1.2.5"}, "1.2.5"),
        (("type=pep440,pattern={{version}}",), {"ref": "refs/tags/1.2rc1"}, "1.2.0-rc.1"),
        (("type=semver,pattern={{version}},value=4.5.6",), {"ref": MAIN}, "4.5.6"),
    ],
)
def test_the_version_of_an_image_is_that_of_its_tags(
    rules: tuple[str, ...], asked: Mapping[str, Any], version: str
) -> None:
    pipeline = Pipeline(release=Release(tags=rules))
    assert version_of(tags_of(pipeline, RunRequest(**asked), PLATFORM), RunRequest(**asked), "0.1.0") == version


def test_tags_of_a_version_whatever_its_git_tag_was_called() -> None:
    assert [tag.name for tag in of_version(MONOREPO, [], "1.2.5").tags] == ["1.2.5", "1.2", "latest"]


@pytest.mark.parametrize(
    ("rules", "ref", "warned"),
    [
        ((), TAG, ""),
        (MONOREPO[1:], "refs/tags/app-v1.2.5", ""),
        (("type=raw,value=latest",), TAG, "nothing keeps latest from going back"),
        (("type=raw,value=latest",), MAIN, ""),
    ],
)
def test_a_latest_that_may_go_back_is_warned_of(rules: tuple[str, ...], ref: str, warned: str) -> None:
    found = " ".join(notes(tags_of(Pipeline(release=Release(tags=rules)), RunRequest(ref=ref), PLATFORM)))
    assert warned in found
    assert bool(found) == bool(warned)
    assert "{{version}}" in found or not found


@pytest.mark.parametrize(
    ("asked", "refusal", "facts"),
    [
        ({"event": "pull_request_target", "ref": MAIN}, "arguments.target-branch", {"ref": MAIN}),
        *(
            ({"base_ref": given}, "arguments.branch", {"argument": "--base-ref", "given": given})
            for given in ("refs/tags/v1", "a b")
        ),
        ({"default_branch": "a:b"}, "arguments.branch", {"argument": "--default-branch", "given": "a:b"}),
        ({"environment": "{{x}}"}, "arguments.environment", {"given": "{{x}}"}),
    ],
)
def test_what_no_run_can_have_is_refused(asked: Mapping[str, Any], refusal: str, facts: Mapping[str, str]) -> None:
    with pytest.raises(ConfigError) as error:
        RunRequest(**asked)
    assert (error.value.id, error.value.facts) == (refusal, facts)


def test_a_pull_request_may_be_built_on_the_event_of_its_target() -> None:
    assert names(planned(event="pull_request_target", ref=PULL)) == ["pr-7"]


@pytest.mark.parametrize(
    ("pipeline", "needed"),
    [
        (Pipeline(), False),
        (Pipeline(release=Release(tags=("type=edge",))), True),
        (Pipeline(release=Release(tags=("latest,enable={{is_default_branch}}",))), True),
        (Pipeline(release=Release(tags=("type=edge",), default_branch="trunk")), False),
        (Pipeline(release=Release(flavor=("prefix={{is_not_default_branch}}-",))), True),
        (Pipeline(image=Image(labels={"main": "{{is_default_branch}}"})), True),
    ],
)
def test_the_default_branch_is_asked_for_where_a_rule_needs_it(pipeline: Pipeline, needed: bool) -> None:  # noqa: FBT001
    assert needs_default_branch(pipeline) == needed


@pytest.mark.parametrize(
    ("rules", "ref", "version"),
    [
        (MONOREPO, "refs/tags/app-v1.2.5", "1.2.5"),
        ((), TAG, "1.2.3"),
        ((), MAIN, "0.1.0"),
        (("type=raw,value=latest,enable={{is_default_branch}}",), MAIN, "0.1.0"),
    ],
)
def test_label_annotation_and_tags_have_one_version(rules: tuple[str, ...], ref: str, version: str) -> None:
    plan = plan_of(app(version="0.1.0"), Pipeline(release=Release(tags=rules)), ref=ref)
    name = "org.opencontainers.image.version"
    assert (plan.image.labels[name], plan.release.annotations[name]) == (version, version)
    assert plan.release.tags.version == ("" if ref == MAIN else version)
    assert {tag.version for tag in plan.release.tags.tags if tag.kind != "free"} <= {plan.release.tags.version}
