"""The tutorial's commands, as they stand on the page, in an empty directory of a new user."""

import re
import shlex
import uuid
from pathlib import Path

import pytest

from tests.apps.versions import NEXT
from tests.conftest import BASES, CHECKOUT, REACH, REGISTRY, Called, command

pytestmark = [pytest.mark.engine, pytest.mark.usefixtures("engine")]

PAGE = (CHECKOUT / "docs/tutorials/first-image.md").read_text()
BLOCKS = re.findall(r"^```(\w*)\n(.*?)^```$", PAGE, re.MULTILINE | re.DOTALL)
SCRIPTS = [block for language, block in BLOCKS if language == "sh" and "ndl up" not in block]
"""All blocks of commands; `up`, which only ends when it is told to, has a test of its own."""

OUTPUTS = [block for language, block in BLOCKS if not language]
FACT = re.compile(r"^  (\S+(?: \S+)*)  +\S", re.MULTILINE)
"""The name of a fact in what a command prints."""


@pytest.fixture(scope="module")
def followed(tmp_path_factory: pytest.TempPathFactory) -> tuple[Called, Path]:
    """What the commands printed, each as a shell shows it; and the directory in which they were run."""
    home = tmp_path_factory.mktemp("tutorial")
    script = "set -eu\n" + "\n".join(SCRIPTS)
    for said, here in _differs_here().items():
        assert said in script, said
        script = script.replace(said, here)
    with BASES.used():
        return command("bash", "-c", script, cwd=home, deadline=1800), home


def _differs_here() -> dict[str, str]:
    """What a test does otherwise than the page: this checkout, pinned versions, the machine's registries."""
    npm = command("npm", "config", "get", "registry").stdout.strip()
    return {
        "create-next-app@latest": f"create-next-app@{NEXT[16]}",
        "github.com/next-distroless/next-distroless@main": str(CHECKOUT),
        "--registry tcp://127.0.0.1:5000": shlex.join([*map(str, REACH), "--npm-registry", npm]),
        "127.0.0.1:5000/my-app": f"{REGISTRY}/test-{uuid.uuid4().hex[:8]}/my-app",
    }


def test_the_commands_work_in_order(followed: tuple[Called, Path]) -> None:
    called, home = followed
    assert called.code == 0, called.error or called.stderr[-3000:]
    assert (home / "my-app/app/page.tsx").read_text().count("To begin") == 1
    assert (home / "report/index.html").stat().st_size > 10_000


def test_the_page_shows_what_they_print(followed: tuple[Called, Path]) -> None:
    called, _ = followed
    published, verified = OUTPUTS
    for shown in (published, verified):
        assert (names := FACT.findall(shown))
        assert set(names) <= set(FACT.findall(called.stdout))
    for level in ("whole", "signed", "attested"):
        assert f"  {level:13} yes\n" in called.stdout
        assert f"  {level:13} yes\n" in verified


def test_the_second_release_sends_less(followed: tuple[Called, Path]) -> None:
    called, _ = followed
    first, second = (float(sent) for sent in re.findall(r"^  sent +([\d.]+) MB", called.stdout, re.MULTILINE))
    assert second < first / 10
    assert "sent anew  server" in called.stdout
    assert "shared     node_modules" in called.stdout
