"""Errors of a run: what happened, where, and what to do next.

Each process of this project has one base, and all of them have `what`, `fix` and `exit_code`::

    Dagger module      PipelineError      1   `dagger call` exits with 1 for every error (0.21.8): there is no choice
                       ├── ConfigError        the pipeline file, or an argument
                       ├── ProjectError       the app's source
                       ├── BuildError         install or build of the app failed
                       ├── PayloadError       the build's result cannot be packed
                       ├── PublishError       a gate or the registry refused the image
                       └── ProofError         two builds of the same source differ
    tool container     Failure            9   ci/intool/common/failure.py, and ci/programs/fail.cjs
    set-up             OfflineError       1   offline/errors.py, `make up`

A Failure comes out of its container as the PipelineError that the caller names (`ci.engine.containers.finished`).
"""

from collections.abc import Awaitable, Callable, Mapping
from types import MappingProxyType
from typing import ClassVar, Self

import dagger
from dagger.mod._exceptions import FunctionError  # shows the message without a stack trace

from ci.messages import Message, message


class PipelineError(FunctionError):
    """Base of all errors that the user can solve.

    Args:
        what: what happened, and where.
        fix: the next step.
        repeat: the command that repeats the run anywhere.
        report: the command that writes the report of the same run; empty where there is none.
    """

    exit_code: ClassVar[int] = 1
    """Of `dagger call`; the class is in its message: ``Error: ci.errors.BuildError: …``."""

    state: Callable[[], Awaitable[dagger.Container]] | None = None
    """Gives the container as the failed step left it; None where no step had begun."""

    reported: bool = False
    """Whether `report` writes files with more than the message says."""

    id: str = ""
    """Of the message (``ci/messages.toml``); empty where the text is a tool's."""

    facts: Mapping[str, object] = MappingProxyType({})
    """What the message names."""

    def __init__(self, what: str, fix: str, repeat: str = "", report: str = "") -> None:
        commands = {"repeat": repeat, "all findings": report}
        last = "".join(f"  {name}: {command}\n" for name, command in commands.items() if command)
        super().__init__(f"{what}\n  fix: {fix}" + (f"\n{last}" if last else ""))
        self.what = what
        self.fix = fix
        self.repeat = repeat
        self.report = report

    def repeated_by(self, command: str, report: str = "") -> Self:
        """The same error with the command that repeats the run, and the one that writes its report."""
        again = self.saying(Message(id=self.id, what=self.what, fix=self.fix, facts=self.facts), command, report)
        again.state, again.reported = self.state, self.reported
        return again

    @classmethod
    def of(cls, message_id: str, /, **facts: object) -> Self:
        """An error by the id of its message, such as ``lockfile.none``, and the facts that the message names."""
        return cls.saying(message(message_id, **facts))

    @classmethod
    def saying(cls, said: Message, repeat: str = "", report: str = "") -> Self:
        """An error with a message."""
        error = cls(said.what, said.fix, repeat, report)
        error.id, error.facts = said.id, said.facts
        return error


class ConfigError(PipelineError):
    """The pipeline file or an argument has an invalid value."""


class ProjectError(PipelineError):
    """The app's source lacks something, or contradicts itself."""


class BuildError(PipelineError):
    """The app's own install or build failed; has what the tools printed."""


class PayloadError(PipelineError):
    """What the build left cannot become an image."""


class PublishError(PipelineError):
    """Nothing was released: a gate failed, or the registry refused."""


class ProofError(PipelineError):
    """Two builds of the same source gave different images."""
