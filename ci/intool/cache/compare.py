"""Differences between the inputs of two builds. Pure."""

from collections.abc import Iterator, Mapping
from typing import Any

from ci.intool.common.text import plain

SHOWN = 3
"""Paths that are named; of more there is the number."""

SHORT = 40
"""Letters of a value that is shown; longer ones are digests and such."""


def differences(old: Mapping[str, Any], new: Mapping[str, Any]) -> dict[str, dict[str, str]]:
    """Compare inputs by path.

    Args:
        old: input to a value, or to a mapping of paths to values, of any depth.
        new: likewise.

    Returns:
        For each input of either, the paths that differ: "changed" (with both values, where they are short), "added" or
        "removed". The path of an input that is not a mapping is "".
    """
    return {name: _paths(old.get(name, {}), new.get(name, {})) for name in sorted({*old, *new})}


def count(found: Mapping[str, Mapping[str, str]]) -> int:
    """How many paths differ."""
    return sum(map(len, found.values()))


def summary(found: Mapping[str, Mapping[str, str]]) -> str:
    """Differences for people: what differs first, with the number of paths where they are many."""
    parts = [plain(name) + what for name, paths in found.items() if (what := _summary(paths))]
    same = [plain(name) for name, paths in found.items() if not paths]
    return "; ".join([*parts, *([f"{', '.join(same)} unchanged"] if same else [])])


def _paths(old: Any, new: Any) -> dict[str, str]:
    before, after = dict(_leaves(old)), dict(_leaves(new))
    found = {}
    for path in sorted({*before, *after}):
        if path not in before:
            found[path] = "added"
        elif path not in after:
            found[path] = "removed"
        elif before[path] != after[path]:
            values = [str(value[path]) for value in (before, after)]
            short = max(map(len, values)) <= SHORT
            found[path] = f"changed from {values[0]} to {values[1]}" if short else "changed"
    return found


def _leaves(value: Any) -> Iterator[tuple[str, Any]]:
    waiting = [("", value)]
    while waiting:
        path, one = waiting.pop()
        if isinstance(one, Mapping):
            waiting += [(f"{path}/{name}" if path else str(name), below) for name, below in one.items()]
        else:
            yield path, one


def _summary(paths: Mapping[str, str]) -> str:
    if "" in paths:
        return f" {plain(paths[''])}"
    groups: dict[str, list[str]] = {}
    for path, what in sorted(paths.items(), key=lambda item: (item[1] in {"added", "removed"}, item)):
        groups.setdefault(what, []).append(plain(path))
    return ": " * bool(groups) + ", ".join(_group(what, names) for what, names in groups.items())


def _group(what: str, names: list[str]) -> str:
    if len(names) == 1:
        return f"{names[0]} {plain(what)}"
    more = f" and {len(names) - SHOWN} more" if len(names) > SHOWN else ""
    return f"{len(names)} {plain(what)} ({', '.join(names[:SHOWN])}{more})"
