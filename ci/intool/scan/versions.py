"""Versions of npm packages (Semantic Versioning 2.0.0), and which of them are free of a vulnerability. Pure."""

import re
from collections.abc import Iterable, Sequence

_VERSION = re.compile(r"v?(\d{1,15})\.(\d{1,15})\.(\d{1,15})(?:-([0-9A-Za-z.-]+))?(?:\+[0-9A-Za-z.-]+)?")

Order = tuple[int, int, int, tuple[tuple[int, int, str], ...]]


def order(version: str) -> Order | None:
    """What versions are sorted by (section 11); None for what is no version."""
    if not (found := _VERSION.fullmatch(version)):
        return None
    parts = found[4].split(".") if found[4] else []
    # A release comes after its pre-releases; numbers come before words, and a longer list after its beginning.
    pre = tuple((0, int(part), "") if part.isdigit() else (1, 0, part) for part in parts) or ((2, 0, ""),)
    return int(found[1]), int(found[2]), int(found[3]), pre


def is_fixed(version: str, fixed: Sequence[str]) -> bool:
    """Whether a version is free of a vulnerability, by the versions that fix it, one for each line of releases.

    A line is a major or a minor version. Where it is open whether a version's line was ever fixed, it counts as not.
    """
    own = order(version)
    lines = sorted(known for one in fixed if (known := order(one)))
    below = [line for line in lines if own and line <= own]
    if own is None or not below:
        return False
    above = [line for line in lines if line > own]
    for depth in (2, 1):  # the same minor, then the same major
        if any(line[:depth] == own[:depth] for line in above):
            return False
        if below[-1][:depth] == own[:depth]:
            return True
    return not above


def best(installed: str, fixes: Iterable[Sequence[str]]) -> str:
    """The version that fixes the most; of several the one with the same major, then the lowest; empty for none.

    Args:
        installed: what is there now.
        fixes: of each vulnerability the versions that fix it.
    """
    fixes = list(fixes)
    now = order(installed)
    ranked = {
        one: (-sum(is_fixed(one, fixed) for fixed in fixes), known[0] != now[0], known)
        for one in {one for fixed in fixes for one in fixed}
        if now and (known := order(one)) and known > now
    }
    return min(ranked, key=lambda one: ranked[one], default="").removeprefix("v")
