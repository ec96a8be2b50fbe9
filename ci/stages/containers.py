"""What all stages share: pinned containers, the pipeline's own programs, and failures in the tools' words."""

import json
import re
from typing import Any

import dagger
from dagger import dag

from ci.errors import BuildError, PipelineError
from ci.pins import ImageRef

PROGRAMS = "/pipeline"
MARK = "next-distroless: "
TAIL = 60
"""Lines of a failed tool's output that the error repeats."""


def image(ref: ImageRef, platform: str | None = None) -> dagger.Container:
    """A container of a pinned image."""
    return dag.container(platform=dagger.Platform(platform) if platform else None).from_(str(ref))


def with_programs(container: dagger.Container) -> dagger.Container:
    """Mount the JavaScript programs that the pipeline runs in containers; mounts never reach an image."""
    return container.with_mounted_directory(PROGRAMS, dag.current_module().source().directory("ci/programs"))


def program(name: str, *arguments: Any) -> list[str]:
    """Command that runs one of them; arguments that are not text are passed as JSON."""
    return ["node", f"{PROGRAMS}/{name}.cjs", *(a if isinstance(a, str) else json.dumps(a) for a in arguments)]


async def finished(
    container: dagger.Container, what: str, fix: str, error: type[PipelineError] = BuildError
) -> dagger.Container:
    """Run a container's commands to their end.

    Args:
        container: with at least one command to run.
        what: what failed then, for the message.
        fix: the next step, unless the failed program named one itself.
        error: class of the error.

    Raises:
        PipelineError: a command failed; carries the end of what it printed.
    """
    try:
        return await container.sync()
    except dagger.ExecError as failure:
        raise error(*explain(failure, what, fix)) from None


def explain(failure: dagger.ExecError, what: str, fix: str) -> tuple[str, str]:
    """What to tell of a failed command: the message of a program of ours, or the end of a tool's output."""
    own = failure.stderr.rpartition(MARK)[2] if MARK in failure.stderr else ""
    if own and failure.exit_code == OWN_EXIT:
        message, _, step = own.partition("\n  fix: ")
        return message.strip(), step.strip()
    output = _ANSI.sub("", f"{failure.stdout}\n{failure.stderr}")
    printed = [line for line in output.splitlines() if line.strip()]
    return f"{what} (exit code {failure.exit_code}):\n" + "\n".join(f"  | {line}" for line in printed[-TAIL:]), fix


_ANSI = re.compile(r"\x1b\[[0-9;?]*[A-Za-z]")

OWN_EXIT = 9
"""Exit code of ``programs/fail.cjs``."""
