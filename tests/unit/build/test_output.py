"""What every command printed is kept under a name with the command in it."""

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Any, cast

import pytest

from ci.build.output import NAME, Command, name, printed


@dataclass(frozen=True)
class Left:
    """A container, as far as this asks it."""

    out: str
    err: str

    async def stdout(self) -> str:
        return self.out

    async def stderr(self) -> str:
        return self.err


async def test_both_streams_of_every_command_are_there() -> None:
    commands = [
        Command(argv=argv, after=cast("Any", Left(out, err)))
        for argv, out, err in (
            (("npm", "run", "gen:runtime"), "first", "!"),
            (("npm", "run", "build"), "", "second"),
            (("npm", "run", "build"), "third", ""),
        )
    ]
    assert await printed("build", commands) == {
        "build-1-npm-run-gen-runtime.log": "first!",
        "build-2-npm-run-build.log": "second",
        "build-3-npm-run-build.log": "third",
    }


@pytest.mark.parametrize(
    ("argv", "wanted"),
    [
        (("pnpm", "--filter", "./packages/ui...", "run", "build"), "build-1-pnpm-filter-packages-ui-run-build.log"),
        (("../../x",), "build-1-x.log"),
        ((), "build-1-.log"),
        (("a" * 500,), f"build-1-{'a' * NAME}.log"),
    ],
)
def test_the_name_is_one_of_a_file(argv: Sequence[str], wanted: str) -> None:
    assert name("build", 1, argv) == wanted
