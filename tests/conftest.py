"""What all tests share: the real CLI, called as a person calls it."""

import fcntl
import os
import re
import shutil
import subprocess
import tempfile
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path

import pytest

CHECKOUT = Path(__file__).resolve().parent.parent
MINI = CHECKOUT / "examples" / "moontv-mini"
REGISTRY = f"127.0.0.1:{os.environ.get('NEXT_DISTROLESS_REGISTRY_PORT', '5000')}"
REACH = os.environ.get("NEXT_DISTROLESS_REACH", "").split()
"""Arguments by which an engine in a container reaches this machine's registry (`make test` sets them)."""

ANSI = re.compile(r"\x1b\[[0-9;]*m")


@dataclass(frozen=True)
class Called:
    """A finished command."""

    code: int
    stdout: str
    stderr: str

    @property
    def error(self) -> str:
        """What the CLI says at the end of a failed call."""
        return self.stderr[self.stderr.rfind("\nError: ") :] if "\nError: " in self.stderr else ""


def command(
    *argv: str | Path, cwd: Path = CHECKOUT, deadline: float = 900, env: dict[str, str] | None = None
) -> Called:
    """Run a program to its end; one that takes longer than its deadline fails the test."""
    done = subprocess.run(
        [str(a) for a in argv],
        cwd=cwd,
        env={**os.environ, "NO_COLOR": "1", **(env or {})},
        stdin=subprocess.DEVNULL,
        capture_output=True,
        text=True,
        timeout=deadline,
        check=False,
    )
    return Called(done.returncode, ANSI.sub("", done.stdout), ANSI.sub("", done.stderr))


@pytest.fixture(scope="session")
def engine() -> None:
    """Fail, never skip, where no engine answers."""
    if not shutil.which("dagger"):
        pytest.fail('no dagger on PATH: run `make test`, or eval "$(make -s env)" first')
    answer = command("dagger", "core", "version", deadline=60)
    if answer.code:
        pytest.fail(f"no engine answers: run `make up`\n{answer.stderr[-2000:]}")


class Bases:
    """Calls use the base images of the registry side by side; a test that changes one of them has them alone."""

    def __init__(self) -> None:
        self._file = Path(tempfile.gettempdir(), "next-distroless-bases.lock")
        self._alone = False

    @contextmanager
    def used(self) -> Iterator[None]:
        """For one call."""
        if self._alone:
            yield
            return
        with self._file.open("w") as file:
            fcntl.flock(file, fcntl.LOCK_SH)
            yield

    @contextmanager
    def alone(self) -> Iterator[None]:
        """Nobody else's call runs."""
        with self._file.open("w") as file:
            fcntl.flock(file, fcntl.LOCK_EX)
            self._alone = True
            try:
                yield
            finally:
                self._alone = False


BASES = Bases()


@pytest.fixture(scope="session")
def call(engine: None) -> Callable[..., Called]:  # noqa: ARG001  it must answer first
    """``dagger call`` of this module on a source directory."""

    def dagger_call(*arguments: str | Path, source: Path | None = None, deadline: float = 900) -> Called:
        chosen: list[str | Path] = ["--source", source] if source else []
        reach = REACH if any(REGISTRY in str(argument) for argument in arguments) else []
        with BASES.used():
            return command(
                *("dagger", "--progress=plain", "-m", CHECKOUT, "call", *chosen, *reach, *arguments), deadline=deadline
            )

    return dagger_call


@pytest.fixture
def mini(tmp_path: Path) -> Path:
    """A copy of the reference app, to be changed."""
    app = tmp_path / "moontv-mini"
    shutil.copytree(MINI, app, ignore=shutil.ignore_patterns("node_modules", ".next"))
    return app


def tags(repository: str) -> list[str]:
    """Tags of a repository of the registry on loopback; empty where there is none."""
    listed = command("regctl", "tag", "ls", f"{REGISTRY}/{repository}")
    return listed.stdout.split() if listed.code == 0 else []
