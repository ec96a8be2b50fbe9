"""Which tags an image gets: the documented behaviour of docker/metadata-action, and the default scheme."""

from datetime import UTC, datetime
from pathlib import Path
from typing import Any

import pytest

from ci.decide.tags import DEFAULT, METADATA_ACTION, decide, flavor, parse
from ci.intool.tags import GitFacts, Tags

SHA = "860c1904a1ce19322e91ac35af1ab07466440c37"
NOW = datetime(2020, 1, 10, 0, 30, tzinfo=UTC)

BRANCH, NESTED = "refs/heads/master", "refs/heads/my/branch"
FINAL, BETA, ZERO, MONOREPO = "refs/tags/v1.2.3", "refs/tags/v2.0.8-beta.67", "refs/tags/v0.1.2", "refs/tags/p1/v1.2.3"
PULL = "refs/pull/2/merge"


def facts(ref: str, **more: Any) -> GitFacts:
    return GitFacts(**{"event": "push", "ref": ref, "sha": SHA, "default_branch": "master", "now": NOW, **more})


def tags(rules: list[str], ref: str, *flavors: str, **more: Any) -> Tags:
    return decide(parse(rules), flavor(flavors), facts(ref, **more))


def names(*given: Any, **more: Any) -> list[str]:
    return [tag.name for tag in tags(*given, **more).tags]


@pytest.mark.parametrize(
    ("ref", "event", "expected"),
    [
        (PULL, "pull_request", ["pr-2"]),
        (BRANCH, "push", ["master"]),
        ("refs/heads/releases/v1", "push", ["releases-v1"]),
        (FINAL, "push", ["v1.2.3", "latest"]),
        (BETA, "push", ["v2.0.8-beta.67", "latest"]),
        (BRANCH, "workflow_dispatch", ["master"]),
        (BRANCH, "schedule", ["nightly", "master"]),
        (FINAL, "release", ["v1.2.3", "latest"]),
        ("", "push", []),
    ],
)
def test_the_defaults_of_metadata_action(ref: str, event: str, expected: list[str]) -> None:
    assert names([*METADATA_ACTION], ref, event=event) == expected


@pytest.mark.parametrize(
    ("ref", "expected"),
    [
        (PULL, ["pr-2", "sha-860c190"]),
        (BRANCH, ["master", "sha-860c190"]),
        ("refs/heads/releases/v1", ["releases-v1", "sha-860c190"]),
        (FINAL, ["1.2.3", "1.2", "sha-860c190", "latest"]),
        (BETA, ["2.0.8-beta.67", "sha-860c190"]),
    ],
)
def test_rules_for_semver_releases(ref: str, expected: list[str]) -> None:
    rules = [
        "type=ref,event=branch",
        "type=ref,event=pr",
        "type=semver,pattern={{version}}",
        "type=semver,pattern={{major}}.{{minor}}",
        "type=sha",
    ]
    assert names(rules, ref) == expected


@pytest.mark.parametrize(
    ("rule", "ref", "expected"),
    [
        # semver
        ("type=semver,pattern={{raw}}", FINAL, "v1.2.3"),
        ("type=semver,pattern={{version}}", FINAL, "1.2.3"),
        ("type=semver,pattern={{ version }}", FINAL, "1.2.3"),
        ("type=semver,pattern={{{version}}}", FINAL, "1.2.3"),
        ("type=semver,pattern={{major}}.{{minor}}", FINAL, "1.2"),
        ("type=semver,pattern=v{{major}}", FINAL, "v1"),
        ("type=semver,pattern={{minor}}", FINAL, "2"),
        ("type=semver,pattern={{patch}}", FINAL, "3"),
        (r"type=semver,pattern={{version}},match=v(\d.\d.\d)$", MONOREPO, "1.2.3"),
        (r"type=semver,pattern={{version}}", "refs/tags/v1.2.3-feat/x", "1.2.3-feat-x"),
        (r"type=semver,pattern={{raw}},match=^p1/(.*)$", MONOREPO, "v1.2.3"),
        ("type=semver,pattern={{raw}}", BETA, "v2.0.8-beta.67"),
        ("type=semver,pattern={{ raw }}", BETA, "v2.0.8-beta.67"),
        ("type=semver,pattern={{raw}}.{{version}}", BETA, "2.0.8-beta.67"),
        ("type=semver,pattern={{version}}", BETA, "2.0.8-beta.67"),
        ("type=semver,pattern={{major}}", BETA, "2.0.8-beta.67"),
        ("type=semver,pattern={{major}}.{{minor}}", BETA, "2.0.8-beta.67"),
        ("type=semver,pattern={{version}},value=v1.0.0", BRANCH, "1.0.0"),
        (r"type=semver,pattern={{version}},value=p1/v1.0.0,match=v(\d.\d.\d)$", BRANCH, "1.0.0"),
        ("type=semver,pattern={{version}},value={{tag}}", FINAL, "1.2.3"),
        ("type=semver,pattern={{version}}", "refs/tags/v1.2.3+build.5", "1.2.3"),
        ("type=semver,pattern={{raw}}", "refs/tags/v1.2.3+build.5", "v1.2.3-build.5"),
        ("type=semver,pattern={{version}}", ZERO, "0.1.2"),
        ("type=semver,pattern={{major}}.{{minor}}", ZERO, "0.1"),
        ("type=semver,pattern={{version}}-{{sha}}", FINAL, "1.2.3-860c190"),
        # pep440
        ("type=pep440,pattern={{raw}}", "refs/tags/1.2.3", "1.2.3"),
        ("type=pep440,pattern={{version}}", "refs/tags/1.2.3", "1.2.3"),
        ("type=pep440,pattern={{version}}", FINAL, "1.2.3"),
        ("type=pep440,pattern={{raw}}", FINAL, "v1.2.3"),
        ("type=pep440,pattern={{major}}.{{minor}}", "refs/tags/1.2.3", "1.2"),
        ("type=pep440,pattern=v{{major}}", "refs/tags/1.2.3", "v1"),
        ("type=pep440,pattern={{raw}}", "refs/tags/v1.2.3rc2", "v1.2.3rc2"),
        ("type=pep440,pattern={{version}}", "refs/tags/1.2.3rc2", "1.2.3rc2"),
        (r"type=pep440,pattern={{version}},match=v(\d.\d.\d)$", MONOREPO, "1.2.3"),
        ("type=pep440,pattern={{major}}.{{minor}}", "refs/tags/1.2.3rc2", "1.2.3rc2"),
        ("type=pep440,pattern={{major}}.{{minor}}", "refs/tags/1.2.3post1", "1.2.3.post1"),
        ("type=pep440,pattern={{major}}.{{minor}}", "refs/tags/1.2.3beta2", "1.2.3b2"),
        ("type=pep440,pattern={{major}}.{{minor}}", "refs/tags/1.0dev4", "1.0.dev4"),
        ("type=pep440,pattern={{version}},value=1.0.0", BRANCH, "1.0.0"),
        # match
        (r"type=match,pattern=\d.\d.\d", FINAL, "1.2.3"),
        ("type=match,pattern=v(.*),group=1", BETA, "2.0.8-beta.67"),
        (r"type=match,pattern=v(\d.\d),group=1", BETA, "2.0"),
        (r"type=match,pattern=\d+", "refs/tags/20200110-RC2", "20200110"),
        (r'type=match,"pattern=\d{2,8}"', "refs/tags/20200110-RC2", "20200110"),
        (r"type=match,pattern=p1/v(\d.\d.\d),group=1", MONOREPO, "1.2.3"),
        (r'type=match,"pattern=/^P1/V(\d.\d.\d)$/i",group=1', MONOREPO, "1.2.3"),
        (r"type=match,pattern=/\d/g,group=2", MONOREPO, "2"),
        (r"type=match,pattern=/p(.)/y,group=1", MONOREPO, "1"),
        ("type=match,pattern=v(?<all>.*),group=1,value=v1.0.0", BRANCH, "1.0.0"),
        # edge
        ("type=edge", BRANCH, "edge"),
        ("type=edge,branch=my/branch", NESTED, "edge"),
        # ref
        ("type=ref,event=pr", PULL, "pr-2"),
        ("type=ref,event=pr", "refs/pull/318/head", "pr-318"),
        ("type=ref,event=pr,prefix=", PULL, "2"),
        ("type=ref,event=branch", BRANCH, "master"),
        ("type=ref,event=branch", NESTED, "my-branch"),
        ("type=ref,event=tag", FINAL, "v1.2.3"),
        ("type=ref,event=tag", BETA, "v2.0.8-beta.67"),
        # raw
        ("type=raw,value=foo", BRANCH, "foo"),
        ("type=raw,foo", BRANCH, "foo"),
        ("foo", BRANCH, "foo"),
        ("=foo", BRANCH, "foo"),
        ("TYPE=raw,Value=x=y", BRANCH, "x-y"),
        ("type=raw,value=latest,enable={{is_default_branch}}", BRANCH, "latest"),
        ("type=raw,value=mytag-{{branch}}-{{sha}}", BRANCH, "mytag-master-860c190"),
        # sha
        ("type=sha", BRANCH, "sha-860c190"),
        ("type=sha,format=long", BRANCH, f"sha-{SHA}"),
        ("type=sha,prefix=", BRANCH, "860c190"),
        ("type=sha,prefix={{branch}}-", NESTED, "my-branch-860c190"),
        ("type=sha,suffix=-{{date 'YYYY'}}", BRANCH, "sha-860c190-2020"),
    ],
)
def test_a_rule_alone(rule: str, ref: str, expected: str) -> None:
    assert names([rule], ref, "latest=false") == [expected]


@pytest.mark.parametrize(
    ("expression", "ref", "expected"),
    [
        ("{{branch}}", PULL, ""),
        ("{{branch}}", BRANCH, "master"),
        ("{{branch}}", NESTED, "my-branch"),
        ("{{branch}}", FINAL, ""),
        ("{{tag}}", PULL, ""),
        ("{{tag}}", BRANCH, ""),
        ("{{tag}}", FINAL, "v1.2.3"),
        ("{{sha}}", BRANCH, "860c190"),
        ("{{base_ref}}", PULL, "main"),
        ("{{base_ref}}", FINAL, "main"),
        ("{{base_ref}}", BRANCH, ""),
        ("{{is_default_branch}}", BRANCH, "true"),
        ("{{is_default_branch}}", NESTED, "false"),
        ("{{is_default_branch}}", FINAL, "false"),
        ("{{is_default_branch}}", "", "false"),
        ("{{is_not_default_branch}}", BRANCH, "false"),
        ("{{is_not_default_branch}}", PULL, "true"),
        ("{{is_pull_request}}", PULL, "true"),
        ("{{is_pull_request}}", BRANCH, "false"),
        ("{{is_not_pull_request}}", PULL, "false"),
        ("{{is_local}}", "", "false"),  # the commit is known
        ("{{date 'YYYYMMDD'}}", BRANCH, "20200110"),
        ("{{date 'YYYYMMDD-HHmmss' tz='Asia/Tokyo'}}", BRANCH, "20200110-093000"),
        ('{{commit_date "X"}}', BRANCH, "1578600000"),
        ("{{commit_date 'YYYY-MM-DDTHH:mm' tz='Asia/Tokyo'}}", BRANCH, "2020-01-10T05-00"),
        ("{{environment}}", BRANCH, "production"),
        ("{{arch}}", BRANCH, "arm64"),
    ],
)
def test_an_expression(expression: str, ref: str, expected: str) -> None:
    git = facts(ref, base_ref="refs/heads/main", committed="2020-01-09T21:00:00+01:00")
    result = decide(parse([f"type=raw,value=x{expression}"]), flavor([]), git, environment="production", arch="arm64")
    assert [tag.name for tag in result.tags] == [f"x{expected}"]


@pytest.mark.parametrize("event", ["create", "discussion", "issues", "schedule"])
def test_events_that_run_on_the_default_branch(event: str) -> None:
    assert names(["x,enable={{is_default_branch}}"], NESTED, event=event) == ["x"]


@pytest.mark.parametrize(
    ("pattern", "expected"),
    [
        ("nightly", "nightly"),
        ("{{date 'YYYYMMDD'}}", "20200110"),
        ("{{date 'YYYYMMDD-HHmmss'}}", "20200110-003000"),
        ("{{date 'YYYYMMDD-HHmmss' tz='Asia/Tokyo'}}", "20200110-093000"),
        ("src-{{commit_date 'YYYY-MM-DD'}}", "src-2020-01-10"),
    ],
)
def test_a_schedule(pattern: str, expected: str) -> None:
    assert names([f"type=schedule,pattern={pattern}"], BRANCH, event="schedule") == [expected]
    assert names([f"type=schedule,pattern={pattern}"], BRANCH) == []


SEMVER = ["type=semver,pattern={{version}}", "type=semver,pattern={{major}}.{{minor}}.{{patch}}"]


@pytest.mark.parametrize(
    ("rules", "ref", "flavors", "expected"),
    [
        # latest=auto: the rule with the first tag says whether there is a latest
        (["type=semver,pattern={{version}}"], FINAL, [], ["1.2.3", "latest"]),
        (["type=semver,pattern={{version}}"], BETA, [], ["2.0.8-beta.67"]),
        (["type=pep440,pattern={{version}}"], "refs/tags/1.2.3", [], ["1.2.3", "latest"]),
        (["type=pep440,pattern={{version}}"], "refs/tags/1.2post1", [], ["1.2.post1"]),
        ([r"type=match,pattern=\d.\d"], BETA, [], ["2.0", "latest"]),
        (["type=ref,event=tag"], "refs/tags/release1", [], ["release1", "latest"]),
        (["foo,priority=2000", "type=ref,event=tag"], FINAL, [], ["foo", "v1.2.3"]),
        (["foo", "type=ref,event=tag"], FINAL, [], ["v1.2.3", "foo", "latest"]),
        (["latest", "type=ref,event=tag"], FINAL, [], ["v1.2.3", "latest"]),
        (["{{branch}}", "type=ref,event=tag,priority=1"], FINAL, [], ["v1.2.3", "latest"]),
        # the flavor decides on latest
        (["type=ref,event=branch"], BRANCH, ["latest=true"], ["master", "latest"]),
        (["type=semver,pattern={{version}}"], BETA, ["latest=true"], ["2.0.8-beta.67", "latest"]),
        (["type=ref,event=tag"], FINAL, ["latest=false"], ["v1.2.3"]),
        (["type=edge,branch=other"], BRANCH, ["latest=true"], []),
        # prefix and suffix
        (["type=ref,event=pr"], PULL, ["prefix=glo-", "suffix=-bal"], ["pr-2-bal"]),
        (["type=ref,event=pr,prefix="], PULL, ["prefix=glo-", "suffix=-bal"], ["2-bal"]),
        (["x", "y,suffix="], BRANCH, ["prefix=glo-,suffix=-bal"], ["glo-x-bal", "glo-y"]),
        (["x"], BRANCH, ["prefix={{branch}}-"], ["master-x"]),
        (SEMVER, FINAL, ["suffix=-dev"], ["1.2.3-dev", "latest"]),
        (SEMVER, FINAL, ["suffix=-dev,onlatest=true"], ["1.2.3-dev", "latest-dev"]),
        (
            SEMVER,
            FINAL,
            ["prefix=foo-,onlatest=true", "suffix=-dev,onlatest=true"],
            ["foo-1.2.3-dev", "foo-latest-dev"],
        ),
        (SEMVER, FINAL, ["prefix=foo-,onlatest=false,suffix=-dev,onlatest=true"], ["foo-1.2.3-dev", "latest-dev"]),
        # order
        (["type=ref,event=branch", "type=edge"], BRANCH, [], ["edge", "master"]),
        (["type=ref,event=branch,priority=2000", "type=edge"], BRANCH, [], ["master", "edge"]),
        (["b", "a", "c,priority=200.5"], BRANCH, [], ["c", "b", "a"]),
        (["type=sha,priority=2000", "type=ref,event=pr"], PULL, [], ["sha-860c190", "pr-2"]),
        # the same tag twice; not enabled
        (["a", "b", "a"], BRANCH, [], ["a", "b"]),
        (["a,enable=false", "b,enable=true"], BRANCH, [], ["b"]),
        # characters and length
        (["type=ref,event=branch"], "refs/heads/feat(x)!/Ü_1.A", [], ["feat-x-_1.A"]),
        (["type=ref,event=branch"], "refs/heads/.-x", [], ["x"]),
        (["type=ref,event=branch"], f"refs/heads/{'x' * 200}", [], ["x" * 128]),
        (["type=ref,event=branch"], "refs/heads/漢字", [], []),
    ],
)
def test_rules_together(rules: list[str], ref: str, flavors: list[str], expected: list[str]) -> None:
    assert names(rules, ref, *flavors) == expected


DEFAULTS = [
    (FINAL, "1.2.3", ["1.2.3", "v1.2.3", "1.2", "1", "commit-860c190", "latest"]),
    ("refs/tags/1.2.3", "1.2.3", ["1.2.3", "v1.2.3", "1.2", "1", "commit-860c190", "latest"]),
    (ZERO, "0.1.2", ["0.1.2", "v0.1.2", "0.1", "commit-860c190", "latest"]),
    (BETA, "2.0.8-beta.67", ["2.0.8-beta.67", "v2.0.8-beta.67", "commit-860c190"]),
    ("refs/tags/release1", "", ["commit-860c190"]),
    (NESTED, "", ["branch-my-branch", "commit-860c190"]),
    (PULL, "", ["pr-2"]),
    ("", "", ["commit-860c190"]),
]


@pytest.mark.parametrize(("ref", "version", "expected"), DEFAULTS)
def test_the_default_scheme(ref: str, version: str, expected: list[str]) -> None:
    result = tags(["# nothing but a comment", ""], ref)
    assert (result.version, [tag.name for tag in result.tags]) == (version, expected)


def test_the_documentation_has_the_default_rules() -> None:
    page = Path(__file__).parents[3].joinpath("docs/reference/tags.md").read_text(encoding="utf-8")
    assert "\n".join(["```text", *DEFAULT, "```"]) in page


def test_a_directory_without_git_is_dev() -> None:
    assert [tag.name for tag in decide(parse([]), flavor([]), GitFacts()).tags] == ["dev"]


def test_the_scheme_of_the_project_can_be_written() -> None:
    rules = """
        dev
        test
        type=semver,pattern={{version}},prefix=v
        type=raw,value={{date 'YYYYMMDDHHmmss'}}
        type=raw,value={{date 'YYYYMMDD'}}
        type=raw,value={{environment}}
        type=raw,value={{arch}}
        type=sha,prefix=commit-
        type=raw,value=branch-{{branch}}
        type=raw,value=latest
    """
    result = decide(parse([rules]), flavor(["latest=false"]), facts(BRANCH), environment="staging", arch="amd64")
    assert [tag.name for tag in result.tags] == [
        *("dev", "test", "20200110003000", "20200110", "staging", "amd64", "branch-master", "latest", "commit-860c190"),
    ]


@pytest.mark.parametrize(
    ("rule", "ref", "reason"),
    [
        ("type=schedule", BRANCH, "the run was not started by a schedule"),
        ("type=semver,pattern={{version}}", BRANCH, "`refs/heads/master` is not a git tag"),
        ("type=semver,pattern={{version}}", "", "no git ref is known, so there is no git tag"),
        ("type=semver,pattern={{version}}", MONOREPO, "`p1-v1.2.3` is not a version by Semantic Versioning"),
        ("type=semver,pattern={{version}}", "refs/tags/1.2", "`1.2` is not a version by Semantic Versioning"),
        ("type=semver,pattern={{version}}", "refs/tags/1.02.3", "`1.02.3` is not a version by Semantic Versioning"),
        ("type=semver,pattern={{version}},match=^app-v(.*)", FINAL, "`v1.2.3` does not match `^app-v(.*)`"),
        (
            "type=semver,pattern=v{{major}}",
            ZERO,
            "major version 0 is not stable (semver 2.0.0, item 4), so it does not become a tag",
        ),
        ("type=pep440,pattern={{version}}", "refs/tags/some", "`some` is not a version by PEP 440"),
        (r"type=match,pattern=\d", "refs/tags/some", r"`some` does not match `\d`"),
        (r"type=match,pattern=p1/v(\d),group=3", MONOREPO, r"`p1/v(\d)` has no group 3 in `p1/v1.2.3`"),
        ("type=match,pattern=v(x)?,group=1", FINAL, "`v(x)?` has no group 1 in `v1.2.3`"),
        ("type=edge", FINAL, "`refs/tags/v1.2.3` is not a branch"),
        ("type=edge", NESTED, "the branch is `my/branch`, not `master`"),
        ("type=ref,event=branch", PULL, "`refs/pull/2/merge` is not a branch"),
        ("type=ref,event=tag", BRANCH, "`refs/heads/master` is not a git tag"),
        ("type=ref,event=pr", BRANCH, "`refs/heads/master` is not a pull request"),
        ("type=raw,value={{tag}}", BRANCH, "nothing is left of its text"),
        ("x,enable={{is_not_default_branch}}", BRANCH, "the rule is not enabled here"),
    ],
)
def test_why_a_rule_gives_no_tag(rule: str, ref: str, reason: str) -> None:
    result = tags([rule], ref)
    assert (result.tags, [(skip.rule, skip.reason) for skip in result.skipped]) == ((), [(rule, reason)])


def test_what_is_not_known_gives_no_tag() -> None:
    rules = parse(["type=sha", "{{date 'YYYY'}}", "{{commit_date 'YYYY'}}"])
    assert [skip.reason for skip in decide(rules, flavor([]), GitFacts()).skipped] == [
        "the time of {{date}} is not known",
        "the time of {{commit_date}} is not known",
        "the commit is not known",
    ]


def test_a_tag_that_is_there_already_is_told() -> None:
    skipped = tags(["type=semver,pattern={{version}}", "type=semver,pattern={{major}}"], BETA).skipped
    assert [(skip.rule, skip.reason) for skip in skipped] == [
        ("latest=auto", "the first tag is `2.0.8-beta.67`, which does not set `latest`"),
        ("type=semver,pattern={{major}}", "`2.0.8-beta.67` is there already, by type=semver,pattern={{version}}"),
    ]


def test_enable_is_true_or_false() -> None:
    with pytest.raises(ValueError, match=r"^`x,enable=\{\{branch\}\}`: enable is `master`; write true"):
        tags(["x,enable={{branch}}"], BRANCH)


@pytest.mark.parametrize(
    ("rule", "ref", "kind", "version", "line"),
    [
        ("type=semver,pattern={{version}}", FINAL, "immutable", "1.2.3", ""),
        ("type=semver,pattern={{version}},suffix=-x", FINAL, "immutable", "1.2.3", ""),
        ("type=semver,pattern={{raw}}", FINAL, "immutable", "1.2.3", ""),
        ("type=semver,pattern={{major}}.{{minor}}.{{patch}}", FINAL, "immutable", "1.2.3", ""),
        ("type=semver,pattern={{major}}", BETA, "immutable", "2.0.8-beta.67", ""),
        ("type=semver,pattern={{version}}", "refs/tags/v1.2.3+b", "immutable", "1.2.3", ""),
        ("type=semver,pattern={{major}}.{{minor}}", FINAL, "forward", "1.2.3", "1.2"),
        ("type=semver,pattern=v{{major}}", FINAL, "forward", "1.2.3", "1"),
        ("type=semver,pattern=stable", FINAL, "forward", "1.2.3", ""),
        ("type=pep440,pattern={{version}}", "refs/tags/1.2", "immutable", "1.2.0", ""),
        ("type=pep440,pattern={{major}}", "refs/tags/1.2", "forward", "1.2.0", "1"),
        ("type=pep440,pattern={{version}}", "refs/tags/1.2rc1", "immutable", "1.2.0-rc.1", ""),
        ("type=ref,event=tag", FINAL, "immutable", "1.2.3", ""),
        ("type=ref,event=tag", "refs/tags/some", "free", "", ""),
        (r"type=match,pattern=\d.\d.\d", FINAL, "immutable", "1.2.3", ""),
        (r"type=match,pattern=\d.\d", FINAL, "forward", "1.2.3", "1.2"),
        (r"type=match,pattern=\d.\d.\d", BETA, "free", "", ""),
        (r"type=match,pattern=v(.*),group=1", MONOREPO, "immutable", "1.2.3", ""),
        ("latest", FINAL, "forward", "1.2.3", ""),
        ("latest", BRANCH, "forward", "", ""),
        ("v{{tag}}", FINAL, "free", "", ""),
        ("{{tag}}", FINAL, "immutable", "1.2.3", ""),
        ("type=sha", FINAL, "free", "", ""),
        ("type=ref,event=branch", "refs/heads/1.2", "free", "", ""),
        ("type=edge", BRANCH, "free", "", ""),
    ],
)
def test_how_a_tag_may_change(rule: str, ref: str, kind: str, version: str, line: str) -> None:
    (tag,) = tags([rule], ref, "latest=false").tags
    assert (tag.kind, tag.version, tag.line) == (kind, version, line)


def test_latest_stands_for_the_version_and_moves_forward() -> None:
    *_, latest = tags(["type=semver,pattern={{version}}"], FINAL).tags
    assert (latest.name, latest.kind, latest.version, latest.rule) == ("latest", "forward", "1.2.3", "latest=auto")
    assert latest.reason == "it comes with the tag `1.2.3`"


def test_a_tag_may_stand_for_another_version_than_the_release() -> None:
    result = tags(["type=semver,pattern={{version}}", "type=semver,pattern={{version}},value=2.0.0"], FINAL)
    assert result.version == "1.2.3"
    assert [(tag.name, tag.version) for tag in result.tags] == [
        ("1.2.3", "1.2.3"),
        ("2.0.0", "2.0.0"),
        ("latest", "1.2.3"),
    ]


def test_a_name_that_is_complete_and_partial_is_partial() -> None:
    rules = ["type=pep440,pattern={{version}}", "type=pep440,pattern={{major}}.{{minor}}"]
    (tag,) = tags(rules, "refs/tags/1.2", "latest=false").tags
    assert (tag.name, tag.kind, tag.line) == ("1.2", "forward", "1.2")


@pytest.mark.parametrize(
    ("more", "message"),
    [
        ({"committed": "yesterday"}, "committed: `yesterday` is not a time; write it as 2026-01-31T12:00:00Z"),
        ({"committed": "2026-01-31T12:00:00"}, "is not a time"),
        ({"now": datetime(2026, 1, 31)}, "has no time zone"),  # noqa: DTZ001
    ],
)
def test_times_need_a_time_zone(more: dict[str, Any], message: str) -> None:
    with pytest.raises(ValueError, match=message):
        GitFacts(**more)
