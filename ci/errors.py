"""What a user is told when a run cannot go on: what happened, where, and what to do next.

::

    PipelineError
    ├── ConfigError     the pipeline file
    ├── ProjectError    the app's source
    ├── BuildError      install or build of the app failed
    ├── PayloadError    the build's result cannot be packed
    ├── PublishError    the image was refused by a gate or by the registry
    └── ProofError      two builds of the same source differ
"""

from collections.abc import Awaitable, Callable, Mapping
from types import MappingProxyType
from typing import Self

import dagger
from dagger.mod._exceptions import FunctionError  # shows the message without a stack trace

from ci.messages import Message, message


class PipelineError(FunctionError):
    """Base of all errors that are the user's to solve.

    Args:
        what: what happened, and where.
        fix: the next step.
        repeat: the command that repeats the run anywhere.
    """

    state: Callable[[], Awaitable[dagger.Container]] | None = None
    """Gives the container as the failed step left it; None where no step had begun."""

    id: str = ""
    """Of the message (``ci/messages.toml``); empty where the words are those of a tool."""

    facts: Mapping[str, object] = MappingProxyType({})
    """What the message names."""

    def __init__(self, what: str, fix: str, repeat: str = "") -> None:
        super().__init__(f"{what}\n  fix: {fix}" + (f"\n  repeat: {repeat}\n" if repeat else ""))
        self.what = what
        self.fix = fix

    @classmethod
    def of(cls, message_id: str, /, **facts: object) -> Self:
        """An error by the id of its message, such as ``lockfile.none``, and the facts that the message names."""
        return cls.saying(message(message_id, **facts))

    @classmethod
    def saying(cls, said: Message, repeat: str = "") -> Self:
        """An error with a message."""
        error = cls(said.what, said.fix, repeat)
        error.id, error.facts = said.id, said.facts
        return error


class ConfigError(PipelineError):
    """The pipeline file says something that has no meaning."""


class ProjectError(PipelineError):
    """The app's source lacks something, or contradicts itself."""


class BuildError(PipelineError):
    """The app's own install or build failed; carries what the tools printed."""


class PayloadError(PipelineError):
    """What the build left cannot become an image."""


class PublishError(PipelineError):
    """Nothing was released: a gate failed, or the registry refused."""


class ProofError(PipelineError):
    """Two builds of the same source gave different images."""
