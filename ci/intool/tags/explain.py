"""Why an image gets its tags, as a table for people."""

from __future__ import annotations

from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from collections.abc import Iterable, Sequence

    from ci.intool.tags.model import Tags, TagUpdate


def explain(tags: Tags, updates: Iterable[TagUpdate] = ()) -> str:
    """Describe a decision.

    Args:
        tags: From `decide`.
        updates: From `tag_updates`, if the registry was read.

    Returns:
        Lines: the version, a table of the tags, a table of the rules that gave none.
    """
    fates = {update.tag.name: f"{update.action}: {update.reason}" for update in updates}
    heading = ["tag", "kind", "rule", "because", *(["registry"] if fates else [])]
    rows = [
        [tag.name, tag.kind, tag.rule, tag.reason, *([fates.get(tag.name, "")] if fates else [])] for tag in tags.tags
    ]
    parts = [f"version: {tags.version or '(none)'}", _table(heading, rows) if rows else "no tags"]
    if tags.skipped:
        parts.append(_table(["rule without a tag", "because"], [[skip.rule, skip.reason] for skip in tags.skipped]))
    return "\n\n".join(parts) + "\n"


def _table(heading: Sequence[str], rows: Sequence[Sequence[str]]) -> str:
    widths = [max(map(len, column)) for column in zip(heading, *rows, strict=True)]
    return "\n".join(
        "  ".join(cell.ljust(width) for cell, width in zip(row, widths, strict=True)).rstrip()
        for row in (heading, *rows)
    )
