"""Globs of a workspace's packages, which ``pnpm-workspace.yaml`` and package.json write alike."""

import posixpath
import re
from collections.abc import Sequence

_SPECIAL = re.compile(r"((?:\*\*/)+|\*+|\?|\{[^{}]*\})")


def selected(patterns: Sequence[str], directory: str) -> bool:
    """Whether globs match a directory; a glob behind ``!`` excludes what it matches."""
    named = [pattern for pattern in patterns if not pattern.startswith("!")]
    refused = [pattern[1:] for pattern in patterns if pattern.startswith("!")]
    return any(_matches(p, directory) for p in named) and not any(_matches(p, directory) for p in refused)


def excluded(patterns: Sequence[str], path: str) -> bool:
    """Whether globs match a path, or a directory that it is in, as ``runtime.exclude`` of a pipeline file has them."""
    names = path.split("/")
    above = ["/".join(names[: n + 1]) for n in range(len(names))]
    return any(_fits(posixpath.normpath(pattern), name) for pattern in patterns for name in above)


def _matches(pattern: str, directory: str) -> bool:
    """``**`` matches any depth, including none, so the file in the directory is compared."""
    file = posixpath.join(posixpath.normpath(pattern), "package.json").removeprefix("./")
    return _fits(file, posixpath.join(directory, "package.json").removeprefix("./"))


def _fits(pattern: str, path: str) -> bool:
    parts = _SPECIAL.split(pattern)
    at = {0}
    for part in parts:
        at = _after(part, path, at) if at else at
    return len(path) in at


def _after(part: str, path: str, at: set[int]) -> set[int]:
    """Where a part of a pattern may end in a path, if it begins at one of some places."""
    if part.startswith("**/"):
        return at | {place + 1 for place in range(min(at), len(path)) if path[place] == "/"}
    if part.startswith("*"):
        return {end for start in at for end in range(start, (path.find("/", start) + 1 or len(path) + 1))}
    if part == "?":
        return {start + 1 for start in at if path[start : start + 1] not in ("", "/")}
    choices = part[1:-1].split(",") if part.startswith("{") and part.endswith("}") else [part]
    return {start + len(choice) for start in at for choice in choices if path.startswith(choice, start)}
