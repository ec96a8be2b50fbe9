"""What the two formats of ``yarn.lock`` share: a line that begins an entry, and indented fields below it."""

import re
from collections.abc import Iterator


def entries(text: str, field: re.Pattern[str]) -> Iterator[tuple[str, dict[str, str]]]:
    """Each entry's key, as it is written, with those of its fields that are wanted.

    Args:
        text: the lockfile.
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
