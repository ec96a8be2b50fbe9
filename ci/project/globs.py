"""Globs of a workspace's packages, which ``pnpm-workspace.yaml`` and package.json write alike."""

import posixpath
import re
from collections.abc import Sequence

_SPECIAL = re.compile(r"((?:\*\*/)+|\*+|\?|\{[^{}]*\})")


def selected(patterns: Sequence[str], directory: str) -> bool:
    """Whether a directory is among those that globs name; one behind ``!`` takes away what it names."""
    named = [pattern for pattern in patterns if not pattern.startswith("!")]
    refused = [pattern[1:] for pattern in patterns if pattern.startswith("!")]
    return any(_matches(p, directory) for p in named) and not any(_matches(p, directory) for p in refused)


def _matches(pattern: str, directory: str) -> bool:
    """``**`` stands for any depth, and so for none; that is why the file in the directory is compared."""
    parts = _SPECIAL.split(posixpath.join(posixpath.normpath(pattern), "package.json").removeprefix("./"))
    expression = "".join(_expression(part) for part in parts)
    return bool(re.fullmatch(expression, posixpath.join(directory, "package.json").removeprefix("./")))


def _expression(part: str) -> str:
    if part.startswith("**/"):
        return "(?:.*/)?"
    if part.startswith("*"):
        return "[^/]*"
    if part == "?":
        return "[^/]"
    if part.startswith("{"):
        return f"(?:{'|'.join(map(re.escape, part[1:-1].split(',')))})"
    return re.escape(part)
