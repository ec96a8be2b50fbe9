"""Searching a directory, all matches with one request.

``Directory.search`` of the SDK gives objects, and each field of each is a request of its own (0.21.8): two for every
line of the source that reads a variable. This asks for the fields in the query of the search, by what that method is
made of.
"""

from collections.abc import Sequence
from dataclasses import dataclass

import dagger
from dagger.client._core import Arg


@dataclass(frozen=True)
class Match:
    """A match.

    Attributes:
        path: of the file.
        lines: the text that matched, up to the end of its last line.
    """

    path: str
    lines: str


async def search(
    source: dagger.Directory,
    pattern: str,
    *,
    globs: Sequence[str] = (),
    files_only: bool = False,
    limit: int | None = None,
) -> list[Match]:
    """Search all files for a regular expression that may match several lines.

    Args:
        source: the directory.
        pattern: in the syntax of Rust's crate `regex`.
        globs: which files are searched; empty for all.
        files_only: give each file once, without a text.
        limit: most matches that are given; None for all.
    """
    arguments = [
        Arg("pattern", pattern),
        Arg("globs", list(globs), []),
        Arg("multiline", True),  # noqa: FBT003  as the SDK calls it
        Arg("filesOnly", files_only, False),  # noqa: FBT003
        Arg("limit", limit, None),
    ]
    query = source._select("search", arguments)  # type: ignore[no-untyped-call]  # noqa: SLF001
    fields = {"path": "filePath", "lines": "matchedLines"}
    return list(await query.select_multiple("SearchResult", **fields).execute(list[Match]))
