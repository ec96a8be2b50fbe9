"""The examples for GitLab CI and Jenkins: their scripts in a shell, with a stand-in for the CLI."""

import re
from itertools import pairwise
from pathlib import Path
from typing import Any

import pytest
import yaml

from ci.commands.report import files
from ci.intool.policy import STANDARD
from ci.module import NextDistroless
from ci.report.report import Report
from tests.conftest import CHECKOUT, Called, command
from tests.unit.gate_results import GATES, REPORT

PAGE = (CHECKOUT / "docs/how-to/other-ci.md").read_text()
[GITLAB] = [yaml.safe_load(text) for text in re.findall(r"^```yaml\n(.*?)^```$", PAGE, re.MULTILINE | re.DOTALL)]
[JENKINS] = re.findall(r"^```groovy\n(.*?)^```$", PAGE, re.MULTILINE | re.DOTALL)
CHECK, PUBLISH = re.findall(r"sh '''\n(.*?)'''", JENKINS, re.DOTALL)
SCRIPTS = {
    "gitlab check": GITLAB["check"]["script"],
    "gitlab publish": GITLAB["publish"]["script"],
    "jenkins check": [CHECK],
    "jenkins publish": [PUBLISH],
}
CHECKS = [name for name in SCRIPTS if "check" in name]
PUBLISHES = [name for name in SCRIPTS if "publish" in name]
SECRETS = ("CI_REGISTRY_PASSWORD", "TOKEN", "COSIGN_PASSWORD", "SIGSTORE_ID_TOKEN")
GIVEN = {
    **{name: f"secret-{name}" for name in SECRETS},
    **{name: str(value) for name, value in GITLAB["variables"].items()},
    "CI_COMMIT_SHA": "c" * 40,
    "GIT_COMMIT": "c" * 40,
    "CI_COMMIT_TAG": "v1.2.3",
    "TAG_NAME": "v1.2.3",
    "CI_PROJECT_URL": "https://git.example/a/app",
    "GIT_URL": "https://git.example/a/app.git",
    "CI_REGISTRY_IMAGE": "git.example/a/app",
    "ADDRESS": "git.example/a/app",
    "KEY": "/keys/cosign.key",
    "CI_REGISTRY_USER": "me",
    "USERNAME": "me",
    "GITLAB_USER_LOGIN": "me",
    "JENKINS_URL": "https://ci.example",
}
CLI = """#!/bin/sh
printf '%s\\n' "$@" > calls
for last; do :; done
if [ -d made ]; then cp -r made "$last"; else echo image > "$last"; fi
"""


def run(name: str, home: Path, report: Report | None = None) -> tuple[Called, list[str]]:
    """A script as its system runs it, from its first failure on not at all; and the arguments of the call."""
    for line in (
        ("init", "-q"),
        ("-c", "user.name=a", "-c", "user.email=a@b.c", "commit", "-q", "--allow-empty", "-m", "x"),
    ):
        assert command("git", *line, cwd=home).code == 0
    (home / "bin").mkdir()
    (home / "bin/dagger").write_text(CLI)
    (home / "bin/dagger").chmod(0o755)
    for file, text in files(report).items() if report else ():
        (home / "made").mkdir(exist_ok=True)
        (home / "made" / file).write_text(text, "utf-8")
    script = "set -eu\n" + "\n".join(SCRIPTS[name])
    done = command("bash", "-c", script, cwd=home, env={**GIVEN, "PATH": f"{home}/bin:/usr/bin:/bin"})
    return done, (home / "calls").read_text().splitlines()


@pytest.mark.parametrize("name", CHECKS)
@pytest.mark.parametrize("passes", [True, False])
def test_a_check_fails_where_a_gate_does(name: str, tmp_path: Path, *, passes: bool) -> None:
    report = Report.of(REPORT.subject, [GATES[-1]], STANDARD) if passes else REPORT
    done, call = run(name, tmp_path, report)
    assert (done.code == 0) is passes, done.stderr
    assert call[-4:] == ["report", "export", "--path", "report"]
    assert (tmp_path / "report/junit.xml").exists()


@pytest.mark.parametrize("name", PUBLISHES)
def test_a_release_has_commit_tag_and_signer_and_no_secret_in_its_arguments(name: str, tmp_path: Path) -> None:
    done, call = run(name, tmp_path)
    assert done.code == 0, done.stderr
    given: dict[str, Any] = dict(pairwise(call))
    assert given["--revision"] == "c" * 40
    assert given["--git-ref"] == "refs/tags/v1.2.3"
    assert re.fullmatch(r"\d{4}-\d\d-\d\dT\d\d:\d\d:\d\dZ", given["--created"])
    assert {"--identity-token", "--signing-key"} & set(call)
    assert given["--address"] == "git.example/a/app"
    assert "publish" in call
    assert [one for one in call if "secret-" in one] == []
    assert "secret-" not in done.stdout + done.stderr


@pytest.mark.parametrize("name", SCRIPTS)
def test_the_module_knows_all_arguments(name: str, tmp_path: Path) -> None:
    _, call = run(name, tmp_path, REPORT if name in CHECKS else None)
    given = {option[2:].replace("-", "_") for option in call[call.index("call") :] if option.startswith("--")}
    assert given - {"output", "path"} <= set(NextDistroless.__annotations__)


def test_a_release_is_made_of_version_tags_alone() -> None:
    [rule] = GITLAB["publish"]["rules"]
    pattern = re.search(r"/(.*)/", rule["if"])
    assert pattern
    assert re.match(pattern[1], "v1.2.3")
    assert not re.match(pattern[1], "next")
    assert GITLAB["check"]["rules"] == [{"if": '$CI_PIPELINE_SOURCE == "merge_request_event"'}]
    assert "when { tag pattern:" in JENKINS
