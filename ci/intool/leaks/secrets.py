"""The secrets of a run, as they are searched for."""

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from pathlib import Path

from ci.intool.common.failure import Failure
from ci.intool.leaks.forms import forms
from ci.intool.leaks.values import values

MINIMUM = 6
"""Bytes below which a value is not searched for: everything would hold it."""

Needles = dict[bytes, tuple[str, str]]
"""Text to the secret's name and the form."""


@dataclass(frozen=True)
class Secret:
    """A secret.

    Attributes:
        name: for people.
        values: that are searched for.
        short: how many are too short for it.
    """

    name: str
    values: tuple[bytes, ...]
    short: int


def read(given: Iterable[Mapping[str, str]]) -> list[Secret]:
    """Read secrets.

    Args:
        given: each with ``name`` and ``path`` of the file that has it.

    Raises:
        Failure: a file cannot be read.
    """
    return [_read(one["name"], Path(one["path"])) for one in given]


def _read(name: str, path: Path) -> Secret:
    try:
        found = values(path.read_bytes())
    except OSError as error:
        raise Failure(f"secret {name}: {path}: {error.strerror}", "mount the secret at this path") from None
    long = tuple(value for value in found if len(value) >= MINIMUM)
    return Secret(name, long, len(found) - len(long))


def needles(secrets: Sequence[Secret]) -> Needles:
    """All texts to search for."""
    found: Needles = {}
    for secret in secrets:
        for value in secret.values:
            for text, form in forms(value).items():
                found.setdefault(text, (secret.name, form))
    return found


def hidden(text: str, texts: Iterable[bytes]) -> str:
    """A text for people, with ``***`` for each secret in it; file names and keys may hold one."""
    data = text.encode(errors="surrogateescape")
    for one in sorted(texts, key=len, reverse=True):
        data = data.replace(one, b"***")
    return data.decode(errors="replace")
