"""The workflows' scripts against the real engine and a real registry, in a checkout like that of a runner.

The steps that use actions are replaced by that checkout, and the step that installs the CLI is left out.
"""

import json
import shutil
import uuid
from pathlib import Path

import pytest

from tests.conftest import CHECKOUT, REGISTRY, command
from tests.engine.served import git
from tests.workflows import INSTALL, WORKFLOWS, Ran, load, run

pytestmark = [pytest.mark.engine, pytest.mark.embedded, pytest.mark.usefixtures("engine")]

TAG = "v0.0.7"
VERSION = TAG.removeprefix("v")
TOKEN = "a-token-of-a-test"
APP = Path("examples", "moontv-mini")
NEVER_COMMITTED = shutil.ignore_patterns(".git", ".*_cache", "__pycache__", "node_modules", ".next", ".venv", "sdk")


@pytest.fixture
def checkout(tmp_path: Path) -> Path:
    """What this checkout has now, as a repository whose only commit is a release."""
    root = tmp_path / "checkout"
    shutil.copytree(CHECKOUT, root, ignore=NEVER_COMMITTED, symlinks=True)
    git(root, "init", "-q", "-b", "main")
    release(root)
    return root


def release(root: Path) -> None:
    git(root, "add", "-A")
    git(root, "commit", "-qm", "release")
    git(root, "tag", "-f", TAG)


@pytest.fixture
def address() -> str:
    """A repository of the registry on loopback that has nothing yet."""
    return f"{REGISTRY}/workflow-{uuid.uuid4().hex[:8]}/moontv-mini"


def executed(workflow: str, job: str, checkout: Path, address: str) -> Ran:
    """A job, with all that its workflow gives it but the address."""
    home = checkout.parent / "runner"
    home.mkdir()
    return run(
        load(WORKFLOWS[workflow])["jobs"][job],
        cwd=checkout,
        home=home,
        known={"github.repository": "someone/next-distroless", "secrets.GITHUB_TOKEN": TOKEN},
        env={
            "ADDRESS": address,
            "GITHUB_ACTOR": "someone",
            "GITHUB_EVENT_NAME": "push",
            "GITHUB_REF": f"refs/tags/{TAG}",
            "GITHUB_REPOSITORY": "someone/next-distroless",
            "GITHUB_SERVER_URL": "https://git.example",
            "GITHUB_SHA": git(checkout, "rev-parse", "HEAD"),
        },
        without={INSTALL},
    )


def digest(reference: str) -> str:
    """What the registry says of a reference; empty where it has none."""
    head = command("regctl", "manifest", "head", reference)
    return head.stdout.strip() if head.code == 0 else ""


def test_a_version_tag_is_published(checkout: Path, address: str) -> None:
    ran = executed("publish.yml", "publish", checkout, address)
    assert ran.code == 0, ran.log[-3000:]
    published = digest(f"{address}:{VERSION}")
    assert published.startswith("sha256:")
    assert ran.outputs == {"image": f"{address}:{VERSION}@{published}", "digest": published}
    assert ran.summary.startswith(f"~~~~\n{ran.outputs['image']}\n")
    assert TOKEN not in ran.log + ran.summary
    index = json.loads(command("regctl", "manifest", "get", "--format", "body", f"{address}:{VERSION}").stdout)
    assert index["annotations"]["org.opencontainers.image.revision"] == git(checkout, "rev-parse", "HEAD")


def test_a_failed_release_tells_how_to_repeat_it_and_sets_no_tag(checkout: Path, address: str) -> None:
    (checkout / APP / "next-distroless.yaml").write_text("version: 2\nnodes: '22'\n")
    release(checkout)
    ran = executed("publish.yml", "publish", checkout, address)
    assert ran.code != 0
    assert ran.outputs == {}
    assert "next-distroless.yaml" in ran.summary
    assert "fix: " in ran.summary
    assert "repeat: dagger call " in ran.summary
    assert ran.summary.startswith("~~~~\nError: ci.errors.ConfigError: ")
    assert f"https://git.example/someone/next-distroless#{git(checkout, 'rev-parse', 'HEAD')}:{APP}" in ran.summary
    assert TOKEN not in ran.log + ran.summary
    assert digest(f"{address}:{VERSION}") == ""


def test_the_gates_of_a_pull_request_push_nothing(checkout: Path, address: str) -> None:
    ran = executed("ci.yml", "gates", checkout, address)
    assert ran.code == 0, ran.log[-3000:]
    assert "smoke        passed" in ran.summary
    assert "FAILED" not in ran.summary
    assert command("regctl", "tag", "ls", address).code != 0
