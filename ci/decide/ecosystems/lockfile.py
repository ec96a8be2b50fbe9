"""What the readers of several formats share. Pure, and fast on files of megabytes."""

import re
from collections.abc import Iterator
from typing import Any

AGAIN = "run the package manager's install, and commit the lockfile"

_FORMAT = re.compile(r"lockfileVersion\W+([\d.]+)")
_HEAD = 2_000
"""Characters of a lockfile in which its format is looked for."""


class LockfileError(ValueError):
    """A lockfile that cannot be read; ``ci.decide.ecosystems.read`` adds the file's name.

    Args:
        what: what is wrong.
        fix: the next step.
    """

    def __init__(self, what: str, fix: str = AGAIN) -> None:
        super().__init__(what)
        self.fix = fix


def head(text: str) -> str:
    """The part of a lockfile in which its format is looked for."""
    return text[:_HEAD]


def lockfile_version(text: str) -> str:
    """``lockfileVersion`` with its value, which npm, pnpm and bun write; empty where there is none."""
    match = _FORMAT.search(head(text))
    return f"lockfileVersion {match[1]}" if match else ""


def entries(text: str, field: re.Pattern[str]) -> Iterator[tuple[str, dict[str, str]]]:
    """Each entry's key in a ``yarn.lock`` of either format, as it is written, with those of its fields that are wanted.

    Args:
        text: the lockfile: a line begins an entry, and indented fields are below it.
        field: matches the whole line of a wanted field; its groups are name and value.
    """
    key, fields = "", dict[str, str]()
    for line in text.splitlines():
        if found := field.fullmatch(line):
            fields[found[1]] = found[2]
        elif line and line[0] not in " #:":  # berry writes a key that is long as `? key`, and `:` below it
            if key:
                yield key, fields
            key, fields = line, {}
    if key:
        yield key, fields


def text(value: Any) -> str:
    """A text of a JSON document; empty for anything else."""
    return value if isinstance(value, str) else ""


def texts(value: Any) -> tuple[str, ...]:
    """The texts of a list of a JSON document, or a text alone."""
    return (value,) if isinstance(value, str) else tuple(map(str, value)) if isinstance(value, list) else ()
