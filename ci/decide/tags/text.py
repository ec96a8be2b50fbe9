"""Lines of rules: comments, fields (CSV as in RFC 4180) and hints for what was mistyped."""

from __future__ import annotations

import csv
import difflib
import re
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from collections.abc import Iterable, Iterator, Sequence

_NAMED = re.compile(r"([\w-]+)\s*=\s*(.*)", re.ASCII | re.DOTALL)


def lines(texts: Iterable[str]) -> Iterator[str]:
    """Lines that are neither blank nor a comment (``#`` at the start). A text may have several lines."""
    for text in texts:
        for line in text.splitlines():
            stripped = line.strip()
            if stripped and not stripped.startswith("#"):
                yield stripped


def fields(line: str) -> list[tuple[str, str]]:
    """Fields of a line as name and value; the name is empty where a field is only a value.

    A field that has a comma is quoted as a whole: ``"pattern=a{1,2}"``.

    Raises:
        ValueError: The quotes do not match.
    """
    try:
        (row,) = csv.reader([line], strict=True, skipinitialspace=True)
    except csv.Error as error:
        raise ValueError(f'{error}; quotes enclose a whole field: "name=value"') from None
    pairs = []
    for field in filter(str.strip, row):
        if field.count('"') % 2 and field in line:
            raise ValueError(f'a quote inside `{field}`; quotes enclose a whole field: "name=value"')
        named = _NAMED.fullmatch(field.strip())
        pairs.append((named[1].lower(), named[2]) if named else ("", field.strip()))
    return pairs


def unknown(what: str, bad: str, valid: Sequence[str]) -> str:
    """Message for an unknown value, with the nearest valid one, or all valid ones where none is near."""
    near = difflib.get_close_matches(bad, valid, n=1)
    hint = f"did you mean `{near[0]}`?" if near else f"known: {', '.join(valid)}"
    return f"unknown {what} `{bad}`; {hint}"
