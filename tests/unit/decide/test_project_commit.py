"""Time and remote of a commit, from repositories that git itself made."""

import os
import subprocess
from pathlib import Path

import pytest

from ci.decide.project.commit import commit_time, remote

AUTHORED, COMMITTED = "2001-02-03T04:05:06+00:00", "2026-01-02T03:04:05+01:00"
TIME = "2026-01-02T02:04:05Z"
"""The second one, in UTC."""

ABSENT = "c0ffee" * 6 + "abcd"
PERSON = {
    f"GIT_{who}_{what}": value
    for who in ("AUTHOR", "COMMITTER")
    for what, value in (("NAME", "A <b> 1 +0000"), ("EMAIL", "a@b.example"))
}
DATES = {"GIT_AUTHOR_DATE": AUTHORED, "GIT_COMMITTER_DATE": COMMITTED}
CLEAN = {"PATH": os.environ["PATH"], "GIT_CONFIG_NOSYSTEM": "1", "GIT_CONFIG_GLOBAL": os.devnull, **PERSON, **DATES}


def git(directory: Path, *arguments: str, text: str = "", **env: str) -> str:
    """Run git, far from the configuration of this machine."""
    done = subprocess.run(
        ["git", *arguments], cwd=directory, input=text, env={**CLEAN, **env}, capture_output=True, text=True, check=True
    )
    return done.stdout.strip()


def commit(directory: Path, message: str = "a message", **env: str) -> str:
    """Commit a change; returns the commit's name."""
    with (directory / "file").open("a") as file:
        file.write("a line\n" * 100)
    git(directory, "add", ".")
    git(directory, "commit", "-m", message, **env)
    return git(directory, "rev-parse", "HEAD")


def write(directory: Path, content: str) -> str:
    """Write a commit with the given headers and message as a loose object."""
    return git(directory, "hash-object", "-t", "commit", "-w", "--stdin", "--literally", text=content)


def cloned(repository: Path, to: Path, *arguments: str) -> Path:
    """A shallow clone as it comes over a network: in one pack."""
    git(repository.parent, "clone", "--depth=1", *arguments, f"file://{repository}", str(to))
    assert [path.suffix for path in (to / ".git/objects/pack").glob("*.pack")] == [".pack"]
    return to / ".git/objects"


@pytest.fixture(params=["sha1", "sha256"])
def repository(request: pytest.FixtureRequest, tmp_path: Path) -> Path:
    """A repository with two commits, by both kinds of names."""
    place = tmp_path / "repository"
    place.mkdir()
    git(place, "init", "-b", "main", f"--object-format={request.param}")
    commit(place, GIT_COMMITTER_DATE="1999-01-01T00:00:00Z")
    commit(place)
    return place


def head(repository: Path) -> str:
    return git(repository, "rev-parse", "HEAD")


def test_a_loose_commit(repository: Path) -> None:
    assert commit_time(repository / ".git/objects", head(repository)) == TIME
    assert commit_time(repository / ".git/objects", git(repository, "rev-parse", "HEAD^")) == "1999-01-01T00:00:00Z"


def test_the_commit_of_a_shallow_clone(repository: Path, tmp_path: Path) -> None:
    assert commit_time(cloned(repository, tmp_path / "clone"), head(repository)) == TIME


def test_the_commit_of_an_annotated_tag(repository: Path, tmp_path: Path) -> None:
    git(repository, "tag", "-a", "v1", "-m", "a release", GIT_COMMITTER_DATE="2030-01-01T00:00:00Z")
    assert commit_time(cloned(repository, tmp_path / "clone", "--branch", "v1"), head(repository)) == TIME


def test_one_of_several_packs(repository: Path) -> None:
    packs = {}
    for name in ("HEAD", "HEAD^"):
        sha = git(repository, "rev-parse", name)
        packs[sha] = git(repository, "pack-objects", ".git/objects/pack/pack", text=f"{sha}\n")
    for sha in packs:
        (repository / ".git/objects" / sha[:2] / sha[2:]).unlink()
    assert commit_time(repository / ".git/objects", head(repository)) == TIME


def test_a_merge(repository: Path, tmp_path: Path) -> None:
    git(repository, "checkout", "-b", "other", "HEAD^")
    (repository / "another").write_text("x")
    git(repository, "add", ".")
    git(repository, "commit", "-m", "beside", GIT_COMMITTER_DATE="2000-01-01T00:00:00Z")
    git(repository, "checkout", "main")
    git(repository, "merge", "--no-ff", "other", GIT_COMMITTER_DATE="2025-06-07T08:09:10-02:00")
    assert len(git(repository, "rev-parse", "HEAD^@").split()) == 2
    assert commit_time(repository / ".git/objects", head(repository)) == "2025-06-07T10:09:10Z"
    assert commit_time(cloned(repository, tmp_path / "clone"), head(repository)) == "2025-06-07T10:09:10Z"


def test_a_signed_commit_with_a_merged_tag(repository: Path, tmp_path: Path) -> None:
    tree, parent = git(repository, "rev-parse", "HEAD^{tree}"), head(repository)
    sha = write(
        repository,
        f"tree {tree}\nparent {parent}\nauthor A <a@b> 1 +0000\ncommitter B <c@d> 1700000000 +0530\n"
        f"mergetag object {parent}\n type commit\n tag v1\n tagger C <e@f> 2 +0000\n \n committer D <g> 3 +0000\n"
        "gpgsig -----BEGIN PGP SIGNATURE-----\n \n committer E <h> 4 +0000\n -----END PGP SIGNATURE-----\n"
        "\ncommitter F <i> 5 +0000\n",
    )
    git(repository, "update-ref", "refs/heads/main", sha)
    assert commit_time(repository / ".git/objects", sha) == "2023-11-14T22:13:20Z"
    assert commit_time(cloned(repository, tmp_path / "clone"), sha) == "2023-11-14T22:13:20Z"


def test_what_a_message_says_of_a_committer_is_no_header(repository: Path) -> None:
    tree = git(repository, "rev-parse", "HEAD^{tree}")
    sha = write(repository, f"tree {tree}\nauthor A <a@b> 1 +0000\n\ncommitter F <i> 5 +0000\n")
    assert commit_time(repository / ".git/objects", sha) == ""


def test_a_large_message_is_read_to_its_end(repository: Path, tmp_path: Path) -> None:
    text = "".join(f"{n * 7919 % 100003}\n" for n in range(60_000))
    sha = git(repository, "commit-tree", "HEAD^{tree}", text=text)
    git(repository, "update-ref", "refs/heads/main", sha)
    assert commit_time(cloned(repository, tmp_path / "clone"), sha) == TIME


def test_a_commit_that_is_not_there(repository: Path, tmp_path: Path) -> None:
    absent = (ABSENT * 2)[: len(head(repository))]
    assert commit_time(repository / ".git/objects", absent) == ""
    objects = cloned(repository, tmp_path / "clone")
    assert commit_time(objects, absent) == ""
    assert commit_time(objects, git(repository, "rev-parse", "HEAD^")) == ""


def test_objects_that_are_not_commits_have_no_time(repository: Path) -> None:
    for name in ("HEAD:file", "HEAD^{tree}"):
        assert commit_time(repository / ".git/objects", git(repository, "rev-parse", name)) == ""


def test_a_pack_that_does_not_begin_with_the_commit(repository: Path) -> None:
    blobs = [git(repository, "rev-parse", name) for name in ("HEAD:file", "HEAD^:file")]
    objects = repository / ".git/objects"
    listed = "".join(f"{name} file\n" for name in (*blobs, head(repository)))
    pack = git(repository, "pack-objects", "--window=10", str(objects / "pack/pack"), text=listed)
    shown = git(repository, "verify-pack", "-v", str(objects / f"pack/pack-{pack}.idx"))
    first, *_, last = sorted(
        (line.split() for line in shown.splitlines() if line.split()[1] in ("blob", "commit")),
        key=lambda words: int(words[4]),
    )
    assert (first[1], last[1], "chain length" in shown) == ("blob", "commit", True)
    (objects / head(repository)[:2] / head(repository)[2:]).unlink()
    assert commit_time(objects, head(repository)) == ""


def test_a_directory_without_objects(tmp_path: Path) -> None:
    assert commit_time(tmp_path, ABSENT) == ""


@pytest.mark.parametrize(
    ("arguments", "url"),
    [
        (["origin", "https://github.com/me/app.git"], "https://github.com/me/app.git"),
        (["origin", "https://user:secret@github.com/me/app"], "https://github.com/me/app"),
        (["origin", "https://user:p@ss@github.com/me/app"], "https://github.com/me/app"),
        (["origin", "https://secret@github.com/me/app"], "https://github.com/me/app"),
        (["origin", "git@github.com:me/app.git"], "git@github.com:me/app.git"),
        (["upstream", "https://github.com/me/app.git"], ""),
    ],
)
def test_where_a_clone_came_from(tmp_path: Path, arguments: list[str], url: str) -> None:
    git(tmp_path, "init")
    git(tmp_path, "remote", "add", *arguments)
    assert remote(tmp_path / ".git/config") == url


def test_only_the_section_of_the_origin_counts(tmp_path: Path) -> None:
    git(tmp_path, "init")
    git(tmp_path, "config", "remote.origin.fetch", "+refs/heads/*:refs/remotes/origin/*")
    git(tmp_path, "remote", "add", "upstream", "https://github.com/me/app.git")
    assert remote(tmp_path / ".git/config") == ""
