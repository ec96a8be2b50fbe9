"""What commands of other people's code printed, and the container that they left."""

import re
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field

import dagger

from ci.engine.concurrent import gather

NAME = 60
"""Letters of a command that name its log."""


@dataclass(frozen=True, kw_only=True)
class StageResult:
    """What a stage left.

    Attributes:
        container: after all commands.
        log: name of a log to what one command printed, in the order of the commands.
    """

    container: dagger.Container
    log: Mapping[str, str] = field(default_factory=dict)


@dataclass(frozen=True, kw_only=True)
class Command:
    """A command, and the container as it left it.

    Attributes:
        argv: as users know it.
        after: the container.
    """

    argv: Sequence[str]
    after: dagger.Container


async def printed(stage: str, commands: Sequence[Command]) -> dict[str, str]:
    """What each command printed, on both streams. The engine has it from the run, and runs nothing again.

    Args:
        stage: begins each name.
        commands: in order; all of them are done.
    """
    texts = await gather(*(stream for one in commands for stream in (one.after.stdout(), one.after.stderr())))
    names = [name(stage, number, one.argv) for number, one in enumerate(commands, 1)]
    return {log: texts[2 * at] + texts[2 * at + 1] for at, log in enumerate(names)}


def name(stage: str, number: int, argv: Sequence[str]) -> str:
    """Name of a log, such as ``build-2-pnpm-run-gen-runtime.log``. Pure.

    Args:
        stage: that it belongs to.
        number: of the command in it.
        argv: the command.
    """
    readable = re.sub(r"[^A-Za-z0-9]+", "-", " ".join(argv)).strip("-")[:NAME].strip("-")
    return f"{stage}-{number}-{readable}.log"
