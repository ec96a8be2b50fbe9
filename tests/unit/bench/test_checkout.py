"""Source trees of the corpus come from git directories, by commit."""

import subprocess
from pathlib import Path

import pytest

from bench.apps.checkout import CheckoutError, checkout, git_directory
from tests.unit.bench.corpus import app


def git(home: Path, *arguments: str) -> str:
    identity = ["-c", "user.name=A", "-c", "user.email=a@example.com", "-c", "commit.gpgsign=false"]
    done = subprocess.run(["git", "-C", home, *identity, *arguments], check=True, capture_output=True, text=True)
    return done.stdout.strip()


@pytest.fixture
def mirrors(tmp_path) -> Path:
    """Git directories with one repository."""
    home = tmp_path / "mirrors/someone+shop/repo"
    (home / "apps/web").mkdir(parents=True)
    (home / "package.json").write_text("{}")
    (home / ".gitattributes").write_text("apps/web/page.js export-ignore\n")
    (home / "apps/web/page.js").write_text("first")
    git(home, "init", "-q")
    git(home, "add", ".")
    git(home, "commit", "-qm", "first")
    (home / "apps/web/page.js").write_text("second")
    git(home, "commit", "-qam", "second")
    return tmp_path / "mirrors"


def commit(mirrors: Path, name: str) -> str:
    return git(mirrors / "someone+shop/repo", "rev-parse", name)


def test_the_whole_tree_of_a_commit(mirrors, tmp_path) -> None:
    assert checkout(mirrors, app(commit=commit(mirrors, "HEAD~1")), tmp_path / "shop") == []
    assert (tmp_path / "shop/apps/web/page.js").read_text() == "first"
    assert not (tmp_path / "shop/.git").exists()


def test_one_directory_of_a_commit(mirrors, tmp_path) -> None:
    checkout(mirrors, app(commit=commit(mirrors, "HEAD"), directory="apps/web"), tmp_path / "shop")
    assert [file.name for file in (tmp_path / "shop").iterdir()] == ["page.js"]


def test_files_without_content_are_named_and_the_others_written(mirrors, tmp_path) -> None:
    home = mirrors / "someone+shop/repo"
    name = git(home, "rev-parse", "HEAD:apps/web/page.js")
    (home / ".git/objects" / name[:2] / name[2:]).unlink()
    assert checkout(mirrors, app(commit=commit(mirrors, "HEAD")), tmp_path / "shop") == ["apps/web/page.js"]
    assert (tmp_path / "shop/package.json").is_file()


def test_a_repository_or_commit_that_is_not_there_is_an_error(mirrors, tmp_path) -> None:
    with pytest.raises(CheckoutError, match="no git directory of someone/other"):
        git_directory(mirrors, "someone/other")
    with pytest.raises(CheckoutError, match="shop: "):
        checkout(mirrors, app(), tmp_path / "shop")
