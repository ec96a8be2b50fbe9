"""GitHub workflows, ours and the docs' templates: what they may do, what the linters say, what their scripts do."""

import json
import os
import re
import sys
from collections.abc import Mapping
from functools import cache
from itertools import pairwise
from pathlib import Path
from typing import Any

import pytest

from ci.module import NextDistroless
from offline.places import Places
from tests.conftest import CHECKOUT, command
from tests.workflows import WORKFLOWS, Ran, load, run, steps

GUIDE = (CHECKOUT / "docs" / "how-to" / "github-actions.md").read_text()
TEMPLATES = [
    block for block in re.findall(r"^```yaml\n(.*?)^```$", GUIDE, re.MULTILINE | re.DOTALL) if block.startswith("name:")
]
ALL = {**WORKFLOWS, **{f"docs: {load(text)['name']}": text for text in TEMPLATES}}
REVIEW, NIGHTLY = "docs: review", "nightly.yml"
WRITING = {"comment": {"pull-requests": "write"}, "propose": {"contents": "write", "pull-requests": "write"}}
"""Jobs that may write to the repository, and build nothing."""

CALLING = [name for name in ALL if name not in {REVIEW, NIGHTLY}]
"""Those that do one thing with one call, whose result is a text."""

CALLED = "app.yml"
"""That workflows of other repositories call."""

PUBLISHING = [name for name in CALLING if "publish" in name or name == CALLED]
OTHERS = [name for name in CALLING if name not in PUBLISHING]
EVERY = pytest.mark.parametrize("text", [pytest.param(text, id=name) for name, text in ALL.items()])
ENGINE = json.loads((CHECKOUT / "dagger.json").read_text())["engineVersion"].removeprefix("v")
MINUTES = 60
NOT_RUN = 126
"""The first exit code by which bash says that a program is not there, or was killed."""


def test_all_workflows_are_looked_at() -> None:
    assert sorted(ALL) == [CALLED, "ci.yml", "docs: check", "docs: publish", REVIEW, NIGHTLY, "publish.yml"]


@EVERY
def test_nothing_is_allowed_that_no_job_names(text: str) -> None:
    workflow = load(text)
    assert workflow["permissions"] == {}
    for name, job in workflow["jobs"].items():
        if name in WRITING:
            assert job["permissions"] == WRITING[name]
            assert "dagger" not in str(job["steps"])
            continue
        write = {"packages": "write"} if name == "publish" else {}
        write |= {"id-token": "write"} if "--identity-request" in text else {}
        assert job["permissions"] == {"contents": "read", **write}


@EVERY
def test_actions_are_pinned_by_commit_and_leave_no_token(text: str) -> None:
    lines = re.findall(r"uses:.*", text)
    assert lines
    assert [line for line in lines if not re.fullmatch(r"uses: [\w/-]+@[0-9a-f]{40} # v\d+\.\d+\.\d+", line)] == []
    checkouts = [step for step in steps(load(text)) if step.get("uses", "").startswith("actions/checkout@")]
    assert len(checkouts) == len(lines)
    assert all(step["with"]["persist-credentials"] is False for step in checkouts)


def test_the_templates_pin_what_we_pin() -> None:
    assert len({line for text in ALL.values() for line in re.findall(r"uses:.*", text)}) == 1
    for text in (*TEMPLATES, WORKFLOWS[CALLED]):
        assert set(re.findall(r"DAGGER_VERSION: (.*)", text)) == {ENGINE}


@EVERY
def test_every_job_ends(text: str) -> None:
    assert all(0 < job["timeout-minutes"] <= MINUTES for job in load(text)["jobs"].values())


@EVERY
def test_scripts_get_values_as_variables_and_fail_within_pipes(text: str) -> None:
    workflow = load(text)
    assert workflow["defaults"] == {"run": {"shell": "bash"}}
    assert [step["run"] for step in steps(workflow) if "${{" in step.get("run", "")] == []


@pytest.mark.parametrize("name", [name for name in PUBLISHING if name != CALLED])
def test_a_release_is_one_call_with_one_secret_and_is_never_cancelled(name: str) -> None:
    workflow = load(ALL[name])
    assert len(re.findall(r"^ +dagger ", ALL[name], re.MULTILINE)) == 1
    assert re.findall(r"secrets\.\w+", ALL[name]) == ["secrets.GITHUB_TOKEN"]
    assert workflow["concurrency"]["cancel-in-progress"] is False
    assert workflow["on"]["push"] == {"tags": ["v*.*.*"]}
    assert set(workflow["on"]) == {"push", "workflow_dispatch"}


def test_the_called_workflow_takes_no_step_and_no_argument_of_its_caller() -> None:
    workflow = load(WORKFLOWS[CALLED])
    assert set(workflow["on"]) == {"workflow_call"}
    given = workflow["on"]["workflow_call"]
    assert set(given["inputs"]) == {"version", "address", "source", "app", "prove", "registry-username"}
    assert [name for name, one in given["inputs"].items() if one.get("required")] == ["version"]
    assert set(given["secrets"]) == {"registry-password", "seed"}
    assert len(re.findall(r"^ +dagger ", WORKFLOWS[CALLED], re.MULTILINE)) == 1
    assert workflow["concurrency"]["cancel-in-progress"] is False


@pytest.mark.parametrize("name", OTHERS)
def test_a_pull_request_sees_no_secret_and_writes_no_cache(name: str) -> None:
    workflow = load(ALL[name])
    assert set(workflow["on"]) == {"pull_request", "push"}
    assert not re.search(r"secrets\.|github\.token|--registry-(?:password|logins)", ALL[name])
    assert re.findall(r"--cache (\w+)", ALL[name]) == ["read"]
    assert len(re.findall(r"^ +dagger ", ALL[name], re.MULTILINE)) == 1


# What `make lint` says


@cache
def linters() -> list[str]:
    """The command lines by which `make lint` looks at workflows."""
    return re.findall(r"(?:zizmor|actionlint) [^&\n]*", command("make", "-n", "lint", env={"MAKEFLAGS": ""}).stdout)


def linted(home: Path, text: str) -> str:
    """What the linters of `make lint` find in a workflow; empty where nothing."""
    (home / ".github" / "workflows").mkdir(parents=True)
    (home / ".github" / "workflows" / "one.yml").write_text(text)
    path = f"{Path(sys.executable).parent}:{Places.of_environment().cache / 'tools'}:{os.environ['PATH']}"
    found = [command("bash", "-c", line, cwd=home, env={"PATH": path}) for line in linters()]
    assert len(found) == 2
    assert [done.stderr for done in found if done.code >= NOT_RUN] == []
    return "".join(done.stdout + done.stderr for done in found if done.code)


@EVERY
def test_linters_find_nothing(tmp_path: Path, text: str) -> None:
    assert linted(tmp_path, text) == ""


@pytest.mark.parametrize(
    ("said", "old", "new"),
    [
        ("unpinned-uses", "3d3c42e5aac5ba805825da76410c181273ba90b1 # v7.0.1", "v7"),
        ("artipacked", "persist-credentials: false", "fetch-depth: 1"),
        ("template-injection", '"$GITHUB_EVENT_NAME"', '"${{ github.event.head_commit.message }}"'),
        ("potentially untrusted", '"$GITHUB_EVENT_NAME"', '"${{ github.event.head_commit.message }}"'),
        ("SC2086", '"$GITHUB_EVENT_NAME"', "$GITHUB_EVENT_NAME"),
        ('unexpected key "timeout-minute"', "timeout-minutes", "timeout-minute"),
        ('property "reference" is not defined', "inputs.ref ", "inputs.reference "),
        ('property "publish" is not defined', "id: publish", "id: publishing"),
    ],
)
def test_linters_find_what_is_wrong(tmp_path: Path, said: str, old: str, new: str) -> None:
    changed = WORKFLOWS["publish.yml"].replace(old, new)
    assert changed != WORKFLOWS["publish.yml"]
    assert said in linted(tmp_path, changed)


# What the scripts do, with a stand-in for the CLI that writes down its calls

INSTALLER = """#!/bin/sh
[ -z "$NO_NETWORK" ] || { echo "could not resolve host" >&2; exit 6; }
cat <<'SCRIPT'
set -e
[ "$DAGGER_VERSION" = WANTED ] || { echo "another version: $DAGGER_VERSION" >&2; exit 1; }
cat > "$BIN_DIR/dagger" <<'DAGGER'
#!/bin/sh
for last; do :; done
{ echo "token=$REGISTRY_TOKEN"; printf '%s\\n' "$@"; } >> "$CALLS"
echo "1 : progress" >&2
[ -z "$FAILS" ] || { printf '%s\\n' "$FAILS" >&2; exit 1; }
printf '%s' "$RESULT" > "$last"
DAGGER
chmod +x "$BIN_DIR/dagger"
SCRIPT
"""
DIGEST = f"sha256:{'5' * 64}"
IMAGE = f"ghcr.io/someone/an-app:1.2.3@{DIGEST}"
COMMIT = "d" * 40
KNOWN = {
    "github.repository": "Someone/An-App",
    "secrets.GITHUB_TOKEN": "a-token",
    "inputs.version": COMMIT,
    "inputs.address || format('ghcr.io/{0}', github.repository)": "ghcr.io/Someone/An-App",
    "inputs.source": ".",
    "inputs.app": "",
    "inputs.prove": "false",
    "inputs.registry-username || github.actor": "someone",
    "secrets.registry-password || github.token": "a-token",
    "secrets.seed": "",
}


@pytest.fixture
def checkout(tmp_path: Path) -> Path:
    """A repository with a version tag, and of this project what the workflows use."""
    root = tmp_path / "checkout"
    (root / "scripts").mkdir(parents=True)
    for name in ("dagger.json", "scripts/git-args", "scripts/install-dagger"):
        (root / name).write_bytes((CHECKOUT / name).read_bytes())
        (root / name).chmod(0o755)
    author = ("-c", "user.name=test", "-c", "user.email=test@example.com")
    dates = {"GIT_COMMITTER_DATE": "2026-03-04T05:06:07+0200"}
    for line in (("init", "-qb", "main"), ("add", "-A"), (*author, "commit", "-qm", "one"), ("tag", "v1.2.3")):
        assert command("git", *line, cwd=root, env=dates).code == 0
    return root


@pytest.fixture
def runner(tmp_path: Path) -> dict[str, str]:
    """Variables of a runner that has neither the CLI nor a network."""
    curl = tmp_path / "bin" / "curl"
    curl.parent.mkdir()
    curl.write_text(INSTALLER.replace("WANTED", ENGINE))
    curl.chmod(0o755)
    return {
        "CALLS": str(tmp_path / "calls"),
        "GITHUB_ACTOR": "someone",
        "GITHUB_EVENT_NAME": "push",
        "GITHUB_REF": "refs/tags/v1.2.3",
        "GITHUB_REPOSITORY": "Someone/An-App",
        "GITHUB_SERVER_URL": "https://git.example",
        "GITHUB_SHA": "c" * 40,
        "HOME": str(tmp_path),
        "NO_NETWORK": "",
        "FAILS": "",
        "PATH": f"{curl.parent}:/usr/bin:/bin",
        "RESULT": f"{IMAGE}\n  total 1 s",
    }


def executed(job: Mapping[str, Any], checkout: Path, runner: Mapping[str, str], **inputs: str) -> tuple[Ran, list[str]]:
    """A job that ran, and the lines of its calls."""
    home = checkout.parent / "runner"
    home.mkdir()
    known = {**KNOWN, **{f"inputs.{name}": value for name, value in inputs.items()}}
    ran = run(job, cwd=checkout, home=home, known=known, env=runner)
    calls = Path(runner["CALLS"])
    return ran, calls.read_text().splitlines() if calls.exists() else []


def job_of(name: str) -> dict[str, Any]:
    """The job of a workflow that makes the call."""
    return next(job for job in load(ALL[name])["jobs"].values() if "--progress=plain" in str(job))


def options(call: list[str]) -> dict[str, str]:
    """The options of a call that have a value."""
    return {name: value for name, value in pairwise(call) if name.startswith("-")}


@pytest.mark.parametrize("name", PUBLISHING)
def test_publish(name: str, checkout: Path, runner: dict[str, str]) -> None:
    ran, (token, *call) = executed(job_of(name), checkout, runner)
    assert (ran.code, ran.outputs) == (0, {"image": IMAGE.lower(), "digest": DIGEST}), ran.log
    assert ran.summary == f"~~~~\n{runner['RESULT']}\n~~~~\n"
    assert token == "token=a-token"
    assert "a-token" not in ran.log + ran.summary + " ".join(call)
    assert call.count("call") == call.count("publish") == 1
    given = options(call)
    assert given["--git-ref"] == "refs/tags/v1.2.3"
    commit = command("git", "rev-parse", "HEAD", cwd=checkout).stdout.strip()
    assert given["--revision"] == commit
    assert given["--origin"].startswith(f"https://git.example/Someone/An-App#{commit}")
    assert given["--created"] == "2026-03-04T03:06:07Z"
    assert given["--event"] == "push"
    assert given["--address"].startswith("ghcr.io/someone/an-app")
    assert (given["--registry-username"], given["--registry-password"]) == ("someone", "env:REGISTRY_TOKEN")
    assert given["--cache"] == "write"


def test_what_a_caller_gives_reaches_the_call(checkout: Path, runner: dict[str, str]) -> None:
    inputs = {"source": "./shop", "app": "apps/web", "prove": "true"}
    ran, (_, *call) = executed(job_of(CALLED), checkout, runner, **inputs)
    assert ran.code == 0, ran.log
    given = options(call)
    assert (given["--source"], given["--app"]) == ("./shop", "apps/web")
    assert given["-m"] == f"github.com/next-distroless/next-distroless@{COMMIT}"
    assert given["--origin"].endswith(":shop")
    assert "--prove" in call[call.index("publish") :]
    assert "--seed" not in call


def test_the_builder_of_a_called_workflow_is_that_workflow(checkout: Path, runner: dict[str, str]) -> None:
    _, (_, *call) = executed(job_of(CALLED), checkout, runner)
    path = ".github/workflows/app.yml"
    assert options(call)["--builder"] == f"https://github.com/next-distroless/next-distroless/{path}@{COMMIT}"


@pytest.mark.parametrize("name", OTHERS)
def test_check(name: str, checkout: Path, runner: dict[str, str]) -> None:
    ran, (token, *call) = executed(job_of(name), checkout, {**runner, "RESULT": "smoke passed"})
    assert ran.code == 0, ran.log
    assert ran.summary == "~~~~\nsmoke passed\n~~~~\n"
    assert token == "token="
    assert "check" in call
    given = options(call)
    assert given["--cache"] == "read"
    assert given["--origin"].startswith(f"https://git.example/Someone/An-App#{'c' * 40}")


@pytest.mark.parametrize("name", CALLING)
def test_the_module_knows_all_arguments(name: str, checkout: Path, runner: dict[str, str]) -> None:
    _, (_, *call) = executed(job_of(name), checkout, runner)
    given = {option[2:].replace("-", "_") for option in call[call.index("call") :] if option.startswith("--")}
    assert given - {"output"} <= set(NextDistroless.__annotations__)


BUILD = [f"  | line {number} of the app's own build" for number in range(80)]
ERROR = "\n".join(["Error: ci.errors.BuildError: the app does not build", *BUILD, "Error: no x", "", "  fix: add x"])
"""An error that has more lines than a screen, and an error of the app in it."""


@pytest.mark.parametrize("name", CALLING)
def test_a_failed_call_fails_the_job_and_its_whole_error_is_in_the_summary(
    name: str, checkout: Path, runner: dict[str, str]
) -> None:
    ran, _ = executed(job_of(name), checkout, {**runner, "FAILS": f"2 : more progress\n\n{ERROR}"})
    assert ran.code == 1
    assert ran.outputs == {}
    assert ran.summary == f"~~~~\n{ERROR}\n~~~~\n"
    assert "1 : progress" in ran.log


@pytest.mark.parametrize("name", CALLING)
def test_the_end_of_what_has_no_error_is_in_the_summary(name: str, checkout: Path, runner: dict[str, str]) -> None:
    ran, _ = executed(job_of(name), checkout, {**runner, "FAILS": "the engine went away"})
    assert ran.code == 1
    assert ran.summary == "~~~~\n1 : progress\nthe engine went away\n~~~~\n"


@pytest.mark.parametrize("name", CALLING)
def test_a_job_with_debug_logging_shows_everything(name: str, checkout: Path, runner: dict[str, str]) -> None:
    _, (_, *call) = executed(job_of(name), checkout, {**runner, "RUNNER_DEBUG": "1"})
    assert call[:2] == ["--progress=plain", "-vv"]


@pytest.mark.parametrize("name", CALLING)
def test_without_the_cli_nothing_is_called(name: str, checkout: Path, runner: dict[str, str]) -> None:
    ran, calls = executed(job_of(name), checkout, {**runner, "NO_NETWORK": "yes"})
    assert ran.code == 6
    assert calls == []
    assert "could not resolve host" in ran.log


def test_a_tree_that_is_no_release_gets_no_name(checkout: Path, runner: dict[str, str]) -> None:
    (checkout / "left").touch()
    _, (_, *call) = executed(job_of("publish.yml"), checkout, runner)
    assert not {"--revision", "--git-ref"} & set(call)


def test_a_clone_knows_the_default_branch(checkout: Path, runner: dict[str, str]) -> None:
    head = ("symbolic-ref", "refs/remotes/origin/HEAD", "refs/remotes/origin/trunk")
    assert command("git", *head, cwd=checkout).code == 0
    _, (_, *call) = executed(job_of("publish.yml"), checkout, runner)
    assert call[call.index("--default-branch") + 1] == "trunk"


def test_a_commit_without_a_name_gets_no_ref(checkout: Path, runner: dict[str, str]) -> None:
    assert command("git", "tag", "-d", "v1.2.3", cwd=checkout).code == 0
    assert command("git", "checkout", "-q", "--detach", cwd=checkout).code == 0
    _, (_, *call) = executed(job_of("publish.yml"), checkout, runner)
    assert "--revision" in call
    assert not {"--git-ref", ""} & set(call)
