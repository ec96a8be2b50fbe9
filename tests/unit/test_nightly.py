"""The nightly workflow: its scripts in a checkout with a remote, against a small server in place of GitHub's."""

from pathlib import Path

import pytest

from ci.commands.report import files
from tests.conftest import CHECKOUT, command
from tests.unit.gate_results import REPORT
from tests.unit.github import TOKEN, serving
from tests.workflows import INSTALL, WORKFLOWS, Ran, load, run

WORKFLOW = load(WORKFLOWS["nightly.yml"])
PINS = 'node = "docker.io/library/node:22@sha256:{digest}"\nchecked = "{day}"\n'
OLD = PINS.format(digest="1" * 64, day="2026-01-01")
CALL = """#!/bin/sh
for last; do :; done
case "$*" in
  *"pins changes"*) echo "node: newer" > "$last" ;;
  *"pins update"*) printf '%s' "$NEW" > "$last" ;;
  *prove*) [ -z "$UNEQUAL" ] || { echo "the bytes differ" >&2; exit 1; }; echo "the same bytes" ;;
  *report*) cp -r "$MADE" "$last" ;;
esac
"""


@pytest.fixture
def checkout(tmp_path: Path) -> Path:
    """A checkout of a repository, which is beside it under the name that GitHub gives it."""
    root = tmp_path / "checkout"
    (root / "ci").mkdir(parents=True)
    (root / "scripts").mkdir()
    (root / "ci/pins.toml").write_text(OLD)
    (root / "scripts/propose").write_bytes((CHECKOUT / "scripts/propose").read_bytes())
    (root / "scripts/propose").chmod(0o755)
    git(root, "init", "-qb", "main")
    git(root, "add", "-A")
    git(root, "-c", "user.name=a", "-c", "user.email=a@b.c", "commit", "-qm", "one")
    git(tmp_path, "clone", "-q", "--bare", "checkout", "someone/app.git")
    return root


def git(place: Path, *argv: str) -> str:
    done = command("git", *argv, cwd=place)
    assert done.code == 0, done.stderr
    return done.stdout.strip()


def looked(checkout: Path, *, digest: str = "1", unequal: str = "") -> Ran:
    """The job that builds, which finds an image by the digest today."""
    home = checkout.parent / "looked"
    (home / "bin").mkdir(parents=True)
    (home / "bin/dagger").write_text(CALL)
    (home / "bin/dagger").chmod(0o755)
    (home / "made").mkdir()
    for name, text in files(REPORT).items():
        (home / "made" / name).write_text(text, "utf-8")
    env = {
        "NEW": PINS.format(digest=digest * 64, day="2026-02-02"),
        "MADE": str(home / "made"),
        "UNEQUAL": unequal,
        "PATH": f"{home}/bin:/usr/bin:/bin",
    }
    # The harness does not evaluate `if`: the second step runs where there is something to check.
    without = {INSTALL, *(["Check"] if digest == "1" else [])}
    return run(WORKFLOW["jobs"]["look"], cwd=checkout, home=home, known={}, env=env, without=without)


def proposed(checkout: Path, ran: Ran, address: str, number: int) -> Ran:
    """The job that proposes, in a checkout of its own."""
    home = checkout.parent / f"proposed-{number}"
    home.mkdir()
    git(home, "clone", "-q", str(checkout), "own")
    known = {
        **{f"needs.look.outputs.{name}": value for name, value in ran.outputs.items()},
        "github.token": TOKEN,
        "github.event.repository.default_branch": "main",
    }
    env = {
        "GITHUB_API_URL": address,
        "GITHUB_REPOSITORY": "someone/app",
        "GITHUB_SERVER_URL": f"file://{checkout.parent}",
    }
    return run(WORKFLOW["jobs"]["propose"], cwd=home / "own", home=home, known=known, env=env)


def test_the_day_alone_is_no_reason(checkout: Path) -> None:
    ran = looked(checkout)
    assert (ran.code, ran.outputs, ran.summary) == (0, {}, "all pins are current\n"), ran.log


def test_newer_images_are_proposed_and_the_request_is_renewed(checkout: Path) -> None:
    ran = looked(checkout, digest="2")
    assert ran.code == 0, ran.log
    for said in ("node: newer", "the same bytes", files(REPORT)["summary.md"].splitlines()[0]):
        assert said in ran.outputs["summary"]
    with serving() as github:
        first = proposed(checkout, ran, github.address, 1)
        assert first.code == 0, first.log
        again = proposed(checkout, ran, github.address, 2)
        assert again.code == 0, again.log
    assert [method for method, _ in github.asked] == ["GET", "POST", "GET", "PATCH"]
    [request] = github.said
    assert (request["head"], request["base"], request["body"]) == ("pins", "main", ran.outputs["summary"])
    assert TOKEN not in first.log + again.log
    remote = checkout.parent / "someone/app.git"
    assert git(remote, "show", "pins:ci/pins.toml") == PINS.format(digest="2" * 64, day="2026-02-02").strip()
    assert git(remote, "rev-list", "--count", "main..pins") == "1"
    assert git(remote, "show", "main:ci/pins.toml") == OLD.strip()


def test_builds_that_differ_are_part_of_what_is_said(checkout: Path) -> None:
    ran = looked(checkout, digest="2", unequal="yes")
    assert ran.code == 0, ran.log
    assert "the bytes differ" in ran.outputs["summary"]


def test_a_request_that_is_refused_fails(checkout: Path) -> None:
    with serving() as github:
        github.refuses = True
        assert proposed(checkout, looked(checkout, digest="2"), github.address, 1).code != 0
