"""Libraries that miss a value and do not name its variable: one table, ``libraries.toml``."""

import re
import tomllib
from collections.abc import Collection, Iterator, Mapping, Sequence
from dataclasses import dataclass
from pathlib import Path

_LONGEST = 200
"""Characters of a name that is looked at."""


@dataclass(frozen=True, kw_only=True)
class Library:
    """What a library prints that misses a value.

    Attributes:
        says: what it prints, one of them.
        reads: fits the names of its variables.
        usual: names in the library's own guide.
    """

    says: tuple[re.Pattern[str], ...]
    reads: re.Pattern[str]
    usual: tuple[str, ...]


LIBRARIES: Mapping[str, Library] = {
    name: Library(
        says=tuple(map(re.compile, fields["says"])), reads=re.compile(fields["reads"]), usual=tuple(fields["usual"])
    )
    for name, fields in tomllib.loads((Path(__file__).parent / "libraries.toml").read_text("utf-8")).items()
}
"""Library to what it prints, in the order of the table."""


def asked(text: str, names: Sequence[str], given: Collection[str]) -> Iterator[str]:
    """Variables that libraries miss.

    Args:
        text: what the build printed.
        names: variables that the source reads or declares.
        given: those that the build has; where it has all of a library's, the library refuses their values.
    """
    for library in LIBRARIES.values():
        if any(said.search(text) for said in library.says):
            wanted = [name for name in names if library.reads.search(name[:_LONGEST])] or library.usual
            yield from [name for name in wanted if name not in given] or wanted
