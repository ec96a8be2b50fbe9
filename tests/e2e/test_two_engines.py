"""The same source on two engines that share nothing, and on one that was stopped in between: the same digest."""

import json
import os
from collections.abc import Iterator
from pathlib import Path

import pytest

from tests.conftest import CHECKOUT, Called, command

pytestmark = [pytest.mark.engine, pytest.mark.embedded, pytest.mark.costly]


def make(target: str, state: Path | None = None) -> Called:
    """Run make for an engine with its state in a directory; by default the usual one."""
    outer = {name: "" for name in os.environ if name.startswith(("MAKE", "MFLAGS", "_EXPERIMENTAL_DAGGER"))}
    chosen = {"NEXT_DISTROLESS_STATE": str(state)} if state else {}
    return command("make", "--no-print-directory", target, deadline=900, env={**outer, **chosen})


def digest(source: Path, state: Path | None = None) -> str:
    """Digest of the image's index, as the running engine makes it."""
    runner = {"_EXPERIMENTAL_DAGGER_RUNNER_HOST": f"unix://{state}/engine.sock"} if state else {}
    asked = ("--source", source, "layout", "file", "--path", "index.json", "contents")
    called = command("dagger", "--progress=plain", "-m", CHECKOUT, "call", *asked, env=runner)
    assert called.code == 0, called.stderr[-3000:]
    return str(json.loads(called.stdout)["manifests"][0]["digest"])


@pytest.fixture
def engine_again(engine: None) -> Iterator[None]:  # noqa: ARG001  it must answer first
    yield
    again = make("up")
    assert again.code == 0, again.stderr


def test_two_engines_and_a_restart_give_one_digest(engine_again: None, mini: Path, tmp_path: Path) -> None:  # noqa: ARG001
    (mini / "public" / "own.txt").write_text(tmp_path.name)
    first = digest(mini)
    assert make("down").code == 0
    other = tmp_path / "s"
    started = make("up", other)
    assert started.code == 0, started.stderr
    try:
        elsewhere = Path(mini).rename(tmp_path / "another-path")
        second = digest(elsewhere, other)
    finally:
        assert make("down", other).code == 0
    assert second == first
    assert make("up").code == 0
    assert digest(elsewhere) == first
