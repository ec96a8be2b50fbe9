"""The workflow that comments on a pull request: its scripts, against a small server in place of GitHub's."""

import re
from collections.abc import Iterator
from pathlib import Path

import pytest

from ci.commands.report import files
from ci.intool.policy import STANDARD
from ci.report.report import Report
from tests.conftest import CHECKOUT
from tests.unit.gate_results import GATES, REPORT
from tests.unit.github import TOKEN, Entries, serving
from tests.workflows import INSTALL, Ran, load, run

GUIDE = (CHECKOUT / "docs" / "how-to" / "github-actions.md").read_text()
[WORKFLOW] = [load(text) for text in re.findall(r"^```yaml\n(name: review\n.*?)^```$", GUIDE, re.MULTILINE | re.DOTALL)]
CALL = """#!/bin/sh
for last; do :; done
[ -z "$FAILS" ] || { printf '%s\\n' "$FAILS" >&2; exit 1; }
cp -r "$MADE" "$last"
"""
MARK = "<!-- next-distroless -->\n"


@pytest.fixture
def github() -> Iterator[Entries]:
    """Comments of a pull request, as GitHub's REST API has them ("Issue comments")."""
    with serving(user={"type": "Bot"}) as has:
        yield has


def reviewed(home: Path, report: Report, fails: str = "") -> Ran:
    """The job that makes the report."""
    (home / "bin").mkdir(parents=True)
    (home / "bin/dagger").write_text(CALL)
    (home / "bin/dagger").chmod(0o755)
    made, runner = home / "made", home / "runner"
    for place in (made, runner):
        place.mkdir()
    for name, text in files(report).items():
        (made / name).write_text(text, "utf-8")
    env = {
        "FAILS": fails,
        "MADE": str(made),
        "PATH": f"{home}/bin:/usr/bin:/bin",
        "GITHUB_SHA": "c" * 40,
        "GITHUB_SERVER_URL": "https://git.example",
        "GITHUB_REPOSITORY": "someone/an-app",
    }
    known = {"github.repository": "someone/an-app"}
    return run(WORKFLOW["jobs"]["review"], cwd=home, home=runner, known=known, env=env, without={INSTALL})


def commented(home: Path, address: str, summary: str) -> Ran:
    """The job that comments."""
    home.mkdir(parents=True)
    known = {"github.event.pull_request.number": "7", "needs.review.outputs.summary": summary, "github.token": TOKEN}
    env = {"GITHUB_API_URL": address, "GITHUB_REPOSITORY": "someone/an-app"}
    return run(WORKFLOW["jobs"]["comment"], cwd=home, home=home, known=known, env=env)


def test_a_refused_image_fails_the_job_which_says_all(tmp_path: Path) -> None:
    ran = reviewed(tmp_path, REPORT)
    assert ran.code == 1
    summary = files(REPORT)["summary.md"]
    assert ran.summary == f"{summary.rstrip()}\n"
    assert ran.outputs == {"summary": summary.rstrip()}
    assert "\n::error " in ran.log


def test_a_good_one_passes(tmp_path: Path) -> None:
    good = Report.of(REPORT.subject, [GATES[-1]], STANDARD)
    assert reviewed(tmp_path, good).code == 0


def test_where_there_is_no_report_the_error_is_the_summary(tmp_path: Path) -> None:
    ran = reviewed(tmp_path, REPORT, fails="Error: it does not build\n  fix: mend it")
    assert ran.code == 1
    assert ran.outputs == {"summary": "~~~~\nError: it does not build\n  fix: mend it\n~~~~"}


def test_a_comment_is_made_once_and_then_edited(tmp_path: Path, github: Entries) -> None:
    has, address = github, github.address
    has.said += [{"url": "x", "user": {"type": "User"}, "body": f"{MARK}by a person"}]
    first = commented(tmp_path / "a", address, 'one "quoted" `line`\n$(two)')
    assert has.said[1]["body"] == f'{MARK}one "quoted" `line`\n$(two)'
    second = commented(tmp_path / "b", address, "three")
    assert (first.code, second.code) == (0, 0), first.log + second.log
    assert [one["body"] for one in has.said] == [f"{MARK}by a person", f"{MARK}three"]
    assert [method for method, _ in has.asked] == ["GET", "POST", "GET", "PATCH"]
    assert TOKEN not in first.log + second.log


def test_a_refused_comment_fails(tmp_path: Path, github: Entries) -> None:
    github.refuses = True
    assert commented(tmp_path / "a", github.address, "one").code != 0


def test_only_the_job_without_code_of_others_may_comment() -> None:
    review, comment = WORKFLOW["jobs"]["review"], WORKFLOW["jobs"]["comment"]
    assert review["permissions"] == {"contents": "read"}
    assert not re.search(r"secrets\.|github\.token", str(review))
    assert "head.repo.full_name == github.repository" in comment["if"]
    assert set(WORKFLOW["on"]) == {"pull_request"}
