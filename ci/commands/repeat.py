"""The command that repeats a run anywhere, which a failed one ends with."""

import shlex
from collections.abc import Iterator, Mapping, Sequence
from contextlib import contextmanager

from ci.errors import PipelineError
from ci.messages import Message


def command(function: str, source: Sequence[str], options: Mapping[str, object], secrets: Sequence[str]) -> str:
    """Write the command.

    Args:
        function: of the module, with its own arguments.
        source: arguments that name the source.
        options: argument to value; empty ones are left out.
        secrets: arguments that were given a secret, which is not repeated.
    """
    words = ["dagger", "call", *source]
    for name, value in options.items():
        text = ",".join(str(item) for item in value) if isinstance(value, list | tuple) else str(value or "")
        words += [f"--{name.replace('_', '-')}", text] if text else []
    hidden = " ".join(f"--{name.replace('_', '-')} env:…" for name in secrets)
    return " ".join(filter(None, (shlex.join(words), hidden, function)))


@contextmanager
def repeatable(told: str) -> Iterator[None]:
    """Let an error of the block end with the command."""
    try:
        yield
    except PipelineError as error:
        said = Message(id=error.id, what=error.what, fix=error.fix, facts=error.facts)
        raise type(error).saying(said, told) from None
