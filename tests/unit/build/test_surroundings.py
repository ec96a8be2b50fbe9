"""What the commands of an install and a build find around them."""

from typing import Any, Self

import pytest

from ci.build import base as stage
from ci.build.base import Access, base
from ci.build.deps import installed
from ci.decide.plan.model import APP
from ci.engine.containers import halted, inside
from tests.unit.plans import plan_of


class Container:
    """Records variables and commands of what would be a container."""

    def __init__(self) -> None:
        self.env: dict[str, str] = {}
        self.workdir = "/"
        self.ran: list[tuple[str, str]] = []

    def __getattr__(self, _name: str) -> Any:
        return lambda *_args, **_kwargs: self

    def with_env_variable(self, name: str, value: str) -> Self:
        self.env[name] = value
        return self

    def with_workdir(self, directory: str) -> Self:
        self.workdir = directory
        return self

    def with_exec(self, _argv: list[str], **_: object) -> Self:
        self.ran.append((self.workdir, self.env["PWD"]))
        return self

    async def exit_code(self) -> int:
        return 0


async def test_a_build_has_the_variables_that_every_shell_has(monkeypatch: pytest.MonkeyPatch) -> None:
    container = Container()
    monkeypatch.setattr(stage, "image", lambda _: container)
    monkeypatch.setattr(stage, "run", lambda *_: container)
    monkeypatch.setattr(stage, "fetched", _same)
    await base(plan_of().install, Access())
    set_by_a_shell = {"PWD": APP, "HOME": "/home/build", "USER": "build", "SHELL": "/bin/bash", "TERM": "dumb"}
    assert set_by_a_shell.items() <= container.env.items()
    assert {"LANG": "C.UTF-8", "LOGNAME": "build", "CI": "1"}.items() <= container.env.items()


async def test_each_command_finds_its_own_directory() -> None:
    container = Container()
    await halted(container, [("/app/apps/web", ["yarn", "build"]), ("/app", ["yarn", "build"])])  # type: ignore[arg-type]
    assert container.ran == [("/app/apps/web", "/app/apps/web"), ("/app", "/app")]
    assert inside(container, "/app/a").env["PWD"] == "/app/a"  # type: ignore[arg-type,attr-defined]
    assert installed(container, None).env["PWD"] == APP  # type: ignore[arg-type,attr-defined]


async def _same(container: Container, *_: object) -> Container:
    return container
