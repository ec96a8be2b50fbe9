"""The source as users have it: a directory, a git reference, a directory of a workspace; and what is never sent."""

import json
from collections.abc import Callable, Iterator
from pathlib import Path

import pytest

from tests.conftest import Called
from tests.engine.served import commit, git, serving

pytestmark = pytest.mark.engine

Call = Callable[..., Called]


@pytest.fixture
def served(mini: Path) -> Iterator[tuple[Path, str]]:
    """A repository of the reference app with a version tag and a later commit, and the URL that a real git serves."""
    commit(mini)
    git(mini, "tag", "v3.4.5")
    git(mini, "commit", "-qm", "later", "--allow-empty")
    with serving(mini) as url:
        yield mini, url


def labels(called: Called) -> dict[str, str]:
    assert called.code == 0, called.stderr[-3000:]
    found = json.loads(called.stdout)["image"]["labels"]
    return {name.removeprefix("org.opencontainers.image."): value for name, value in found.items()}


def test_a_git_tag_names_version_and_commit(call: Call, served: tuple[Path, str]) -> None:
    repository, url = served
    found = labels(call("--git", f"{url}#v3.4.5", "plan"))
    assert found["version"] == "3.4.5"
    assert found["revision"] == git(repository, "rev-parse", "v3.4.5")


def test_a_commit_leaves_the_version_to_package_json(call: Call, served: tuple[Path, str]) -> None:
    repository, url = served
    head = git(repository, "rev-parse", "HEAD")
    found = labels(call("--git", f"{url}#{head}", "plan"))
    assert found["version"] == json.loads((repository / "package.json").read_text())["version"]
    assert found["revision"] == head


def test_the_caller_wins_over_the_tag(call: Call, served: tuple[Path, str]) -> None:
    _, url = served
    called = call("--git", f"{url}#v3.4.5", "--version", "9.9.9", "plan")
    assert labels(called)["version"] == "9.9.9"
    assert "9.9.9" in [tag["name"] for tag in json.loads(called.stdout)["release"]["tags"]["tags"]]


def test_the_default_branch_is_that_of_the_repository(call: Call, served: tuple[Path, str], tmp_path: Path) -> None:
    repository, url = served
    git(repository, "branch", "-m", "main", "trunk")
    file = tmp_path / "edge.yaml"
    file.write_text("version: 2\nrelease: { tags: [type=edge, a] }\n")

    def names(*arguments: str) -> list[str]:
        called = call("--pipeline-file", file, "--git", f"{url}#trunk", *arguments, "plan")
        assert called.code == 0, called.stderr[-3000:]
        return [tag["name"] for tag in json.loads(called.stdout)["release"]["tags"]["tags"]]

    assert names() == ["edge", "a"]
    assert names("--default-branch", "other") == ["a"]


NEVER_SENT = (".git/config", "node_modules/left/index.js", ".next/left", ".env", ".env.local", "src/.env", ".turbo/log")


def test_what_is_ignored_never_reaches_the_engine(call: Call, mini: Path) -> None:
    for name in NEVER_SENT:
        (mini / name).parent.mkdir(parents=True, exist_ok=True)
        (mini / name).write_text("NEVER_SENT=1")
    (mini / ".env.example").write_text("SENT=\n")
    called = call("build", "directory", "--path", "/app", "glob", "--pattern", "**", source=mini)
    assert called.code == 0, called.stderr[-3000:]
    there = set(called.stdout.split())
    assert {"package.json", ".env.example", "src/lib/env.ts"} <= there
    assert not there & {*NEVER_SENT, ".git"}


def test_only_scripts_that_a_build_can_read_are_searched(call: Call, mini: Path) -> None:
    scripts = {".yarn/releases/yarn-4.18.0.cjs": "OF_THE_MANAGER", "public/worker.js": "OF_THE_BROWSER"}
    for name, variable in (scripts | {"src/lib/more.ts": "OF_THE_APP"}).items():
        (mini / name).parent.mkdir(parents=True, exist_ok=True)
        (mini / name).write_text(f"export const value = process.env.{variable}\n")
    called = call("plan", source=mini)
    assert called.code == 0, called.stderr[-3000:]
    found = json.loads(called.stdout)["facts"]["variables"]
    assert "OF_THE_APP" in found
    assert [variable for variable in scripts.values() if variable in found + called.stderr] == []
