"""A failed run ends with the command that repeats it, and `debug` opens what it left."""

import re
import shlex
import shutil
from pathlib import Path

import pytest

from ci.messages import message
from tests.apps.tiny import PAGE, edit
from tests.conftest import CHECKOUT, Called, command
from tests.engine.released import COMMIT, Call, new_repository
from tests.engine.served import commit, serving
from tests.engine.test_errors import assert_explained

pytestmark = pytest.mark.engine

TEAPOT = """\
version: 2
smoke:
  scenarios:
    - { name: teapot, env: { KIND: teapot }, requests: [{ path: /, status: 418 }] }
"""


def repeated(called: Called, cwd: Path) -> Called:
    """Run the very line that an error ends with, in another directory: only the module is named."""
    (line,) = re.findall(r"^  repeat: (.+)$", called.error, re.MULTILINE)
    program, verb, *arguments = shlex.split(line)
    assert (program, verb) == ("dagger", "call")
    again = command(program, "--progress=plain", "-m", CHECKOUT, verb, *arguments, cwd=cwd)
    assert again.code != 0
    return again


def said(called: Called) -> str:
    """The error without what differs from run to run: times and ports."""
    text = called.error.partition("\n  repeat: ")[0]
    return re.sub(r"\d+(\.\d+)? ?(ms|s)\b", "", text)


@pytest.fixture
def wrong(tiny: Path, tmp_path: Path) -> Path:
    """The tiny app with a page that does not compile."""
    source = shutil.copytree(tiny, tmp_path / "wrong")
    edit(source, "{")
    return source


@pytest.fixture
def teapot(tiny: Path, tmp_path: Path) -> Path:
    """The tiny app with a smoke test that it cannot pass."""
    source = shutil.copytree(tiny, tmp_path / "teapot")
    (source / "next-distroless.yaml").write_text(TEAPOT)
    return source


def test_a_failed_build(call: Call, wrong: Path, tmp_path: Path) -> None:
    options = (*COMMIT, "--address", new_repository("wrong"), "--git-ref", "refs/tags/v1.2.3", "--origin", wrong)
    called = call(*options, "publish", source=wrong)
    assert_explained(called, message("build.failed").what, PAGE)
    again = repeated(called, tmp_path)
    assert said(again) == said(called)


def test_a_failed_build_from_git(call: Call, wrong: Path, tmp_path: Path) -> None:
    revision = commit(wrong)
    with serving(wrong) as url:
        called = call("--git", f"{url}#main", "build", "sync")
        repeat = (f"--git '{url}#{revision}'", "--git-ref refs/heads/main")
        assert_explained(called, message("build.failed").what, *repeat)
        again = repeated(called, tmp_path)
    assert said(again) == said(called)


def test_a_failed_gate(call: Call, teapot: Path, tmp_path: Path) -> None:
    called = call("--origin", teapot, "check", source=teapot)
    assert_explained(called, "smoke failed", "smoke-answer", "teapot: /", "expected 418")
    again = repeated(called, tmp_path)
    assert said(again) == said(called)


def test_the_state_of_a_failed_build_can_be_looked_into(call: Call, wrong: Path) -> None:
    called = call("debug", "with-exec", "--args", "cat,app/page.js", "stdout", source=wrong)
    assert called.code == 0, called.error
    assert called.stdout.strip() == (wrong / PAGE).read_text().strip()


def test_the_app_of_a_failed_gate_can_be_looked_into(call: Call, teapot: Path) -> None:
    script = "pwd; ls server.js .next/BUILD_ID; echo $KIND; node --version"
    called = call("debug", "with-exec", f"--args=/bin/bash,-c,{script}", "stdout", source=teapot)
    assert called.code == 0, called.error
    assert called.stdout.split()[:4] == ["/app", ".next/BUILD_ID", "server.js", "teapot"]


def test_nothing_to_look_into(call: Call, tiny: Path) -> None:
    assert_explained(call("debug", "sync", source=tiny), message("arguments.nothing-failed").what)
