"""Sizes as a tree of directories, for a treemap. Pure."""

from collections.abc import Mapping
from typing import Any

SMALL = 0.002
"""Share of the whole below which entries of a directory are summed up in one."""


DEEPEST = 64
"""Directories within each other that have entries of their own."""


def treemap(files: Mapping[str, int], small: float = SMALL) -> dict[str, Any]:
    """Nested ``{"name", "bytes", "children"}``, largest first; a file has no children.

    Args:
        files: path to bytes.
        small: entries with a smaller share of the whole are summed up, with "children" left out.
    """
    root: dict[str, Any] = {"name": "/", "bytes": sum(files.values()), "children": {}}
    for path, size in files.items():
        place = root
        for part in path.split("/", DEEPEST):
            place = place.setdefault("children", {}).setdefault(part, {"name": part, "bytes": 0})
            place["bytes"] += size
    return _sorted(root, root["bytes"] * small)


def _sorted(place: dict[str, Any], least: float) -> dict[str, Any]:
    """The same with lists for children, and what is smaller than `least` in one."""
    if "children" not in place:
        return place
    children = sorted(place["children"].values(), key=lambda child: (-child["bytes"], child["name"]))
    large = [_sorted(child, least) for child in children if child["bytes"] >= least]
    rest = children[len(large) :]
    if rest:
        large.append({"name": f"{len(rest)} smaller", "bytes": sum(child["bytes"] for child in rest)})
    return {**place, "children": large}
