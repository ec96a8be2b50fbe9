"""How a tag may change, if its rule does not define it."""

from __future__ import annotations

from dataclasses import replace
from typing import TYPE_CHECKING

from ci.intool.tags import versions

if TYPE_CHECKING:
    from ci.intool.tags.model import Kind, Tag


def mutability(text: str, version: str) -> tuple[Kind, str]:
    """Kind and line of a tag that a person or a regular expression wrote.

    Args:
        text: The tag without prefix and suffix.
        version: Version (semver) of the release; may be empty.
    """
    if text == "latest":
        return "forward", ""
    release = versions.semver(version)
    bare = text.removeprefix("v")
    if not release:
        return "free", ""
    if bare == release.text:
        return "immutable", ""
    lines = {str(release.major), f"{release.major}.{release.minor}"}
    return ("forward", bare) if bare in lines else ("free", "")


def less_strict(known: Tag, other: Tag) -> Tag:
    """Two rules gave one name, which may be a complete version to one and a partial one to the other (1.2 in PEP 440).

    Returns:
        The first, as a partial version if either is.
    """
    if known.kind == "immutable" and other.kind == "forward":
        return replace(known, kind=other.kind, line=other.line)
    return known
