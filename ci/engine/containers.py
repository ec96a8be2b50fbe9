"""What all stages share: pinned containers, the pipeline's own programs, and errors with the tools' output."""

import hashlib
import json
import re
import shutil
import uuid
from collections.abc import Awaitable, Callable, Iterable, Mapping, Sequence
from dataclasses import replace
from pathlib import Path
from typing import Any

import dagger
from dagger import dag

from ci.decide.diagnose import NOTHING, Known, diagnose
from ci.decide.pins import ImageRef
from ci.errors import BuildError, PipelineError
from ci.intool.common.failure import Failure
from ci.messages import Message

PROGRAMS = "/pipeline"
BY_CONTENT = "handed"
"""Directory of the module's own container in which texts are written."""

LAUNCHER = "/without_network.py"

MARK = "next-distroless: "
TAIL = 60
"""Lines of a failed tool's output that the error repeats."""

_SOURCE = Path(__file__).parent.parent / "programs"
_ANSI = re.compile(r"\x1b\[[0-9;?]*[A-Za-z]")


def image(ref: ImageRef, platform: str | None = None) -> dagger.Container:
    """A container of a pinned image."""
    return dag.container(platform=dagger.Platform(platform) if platform else None).from_(str(ref))


def by_content(files: Mapping[str, str]) -> dagger.Directory:
    """A directory of texts that the engine identifies by their content alone.

    The engine identifies a part of the module's source by the whole source, and prints the text of ``with_new_file``
    (0.21).

    Args:
        files: relative path to text; one that begins with ``#!`` can be run.
    """
    place = Path(BY_CONTENT, hashlib.sha256(json.dumps(files, sort_keys=True).encode()).hexdigest())
    if not place.exists():
        _written(place, files)
    return dag.current_module().workdir(str(place))


def _written(place: Path, files: Mapping[str, str]) -> None:
    """Write files in one step, and never again: the engine may be reading those of an equal call."""
    part = place.with_name(f"{place.name}.{uuid.uuid4().hex}")
    part.mkdir(parents=True)
    for name, text in files.items():
        path = part / name
        path.parent.mkdir(parents=True, exist_ok=True)
        path.write_text(text, "utf-8")
        if text.startswith("#!"):
            path.chmod(0o755)
    try:
        part.rename(place)
    except OSError:
        if not place.exists():
            raise
        shutil.rmtree(part)


def inside(container: dagger.Container, directory: str) -> dagger.Container:
    """The container in another directory, with the variable ``PWD`` that a shell has there.

    The engine sets none (0.21). Yarn's own shell and programs that run without one read it.
    """
    return container.with_workdir(directory).with_env_variable("PWD", directory)


def with_program(container: dagger.Container, *names: str, data: Mapping[str, str] | None = None) -> dagger.Container:
    """Mount JavaScript programs, what they require, and files that they read; mounts never reach an image.

    Nothing else is mounted, so a change to another program does not run this step again.
    """
    files = texts(sorted(closure(*names)))
    return container.with_mounted_directory(PROGRAMS, by_content({**files, **(data or {})}))


def texts(names: Iterable[str]) -> dict[str, str]:
    """Text of JavaScript programs, by their file names."""
    return {name: (_SOURCE / name).read_text("utf-8") for name in names}


def without_network(container: dagger.Container, *commands: Sequence[str]) -> dagger.Container:
    """Run programs of others, each without any network (``ci/intool/scan/without_network.py``).

    The engine has no switch for that. A network namespace needs a capability that makes a container the engine's
    master, and that an engine may refuse.

    Args:
        container: with the programs, and Python.
        commands: arguments of each, in order.
    """
    file = Path(LAUNCHER).name
    text = (_SOURCE.parent / "intool" / "scan" / file).read_text("utf-8")
    container = container.with_mounted_file(LAUNCHER, by_content({file: text}).file(file))
    for command in commands:
        container = container.with_exec(["python3", "-I", LAUNCHER, *command])
    return container.without_mount(LAUNCHER)


def closure(*names: str) -> set[str]:
    """Names of the files that programs consist of."""
    found: set[str] = set()
    waiting = [f"{name}.cjs" for name in names]
    while waiting:
        file = waiting.pop()
        if file not in found:
            found.add(file)
            waiting += re.findall(
                r"require(?:\.resolve)?\('\./([\w-]+\.(?:cjs|json))'\)", (_SOURCE / file).read_text("utf-8")
            )
    return found


def program(name: str, *arguments: Any) -> list[str]:
    """Command that runs one of them; arguments that are not text are passed as JSON."""
    return ["node", f"{PROGRAMS}/{name}.cjs", *(a if isinstance(a, str) else json.dumps(a) for a in arguments)]


def run(container: dagger.Container, name: str, *arguments: Any) -> dagger.Container:
    """Run a program, mounted for this one step."""
    return with_program(container, name).with_exec(program(name, *arguments)).without_mount(PROGRAMS)


async def finished(
    container: dagger.Container,
    failed: Message,
    error: type[PipelineError] = BuildError,
    *,
    known: Known = NOTHING,
    state: Callable[[], Awaitable[dagger.Container]] | None = None,
) -> dagger.Container:
    """Run a container's commands to their end.

    Args:
        container: with at least one command to run.
        failed: what failed then, and the next step, unless the failed program named them itself.
        error: class of the error.
        known: of the app's variables, for a build that misses one.
        state: gives the container as the failed command left it, to look into.

    Raises:
        PipelineError: a command failed; has the end of its output.
    """
    try:
        return await container.sync()
    except dagger.ExecError as failure:
        raised = error.saying(explain(failure, failed, known))
        raised.state = state
        raise raised from None


async def halted(container: dagger.Container, commands: Sequence[tuple[str, Sequence[str]]]) -> dagger.Container:
    """The container as the first command that fails leaves it.

    Args:
        container: before all of them.
        commands: directory and arguments of each.
    """
    for directory, argv in commands:
        container = inside(container, directory).with_exec(list(argv), expect=dagger.ReturnType.ANY)
        if await container.exit_code():
            break
    return container


def explain(failure: dagger.ExecError, failed: Message, known: Known = NOTHING) -> Message:
    """The message of a failed command.

    A program of this project prints what happened and the next step; a tool's output is searched for a known cause.
    The message has the end of that output. Where there is more, all of it is printed here, since the progress hides
    the engine's operations (``ci/engine/progress.py``); the engine keeps 100 KiB of each stream.

    Args:
        failure: of the command, with what it printed.
        failed: what failed, and the next step where no better one is found.
        known: of the app's variables.
    """
    own = failure.stderr.rpartition(MARK)[2] if MARK in failure.stderr else ""
    if own and failure.exit_code == Failure.exit_code:
        what, _, step = own.partition("\n  fix: ")
        return Message(id="", what=what.strip(), fix=step.strip())
    output = _ANSI.sub("", f"{failure.stdout}\n{failure.stderr}")
    cause = diagnose(f"{output}\nexit code {failure.exit_code}", known)
    lines = [line for line in output.splitlines() if line.strip()]
    if len(lines) > TAIL:
        print("\n".join(lines), flush=True)
    printed = "\n".join(f"  | {line}" for line in lines[-TAIL:])
    heading = f"{failed.what}: {cause.what}" if cause else failed.what
    what = f"{heading} (exit code {failure.exit_code}):\n{printed}"
    return replace(cause or failed, what=what)
