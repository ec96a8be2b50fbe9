"""Versions of npm packages without a vulnerability. Pure."""

from collections.abc import Iterable, Sequence

from ci.intool.common import semver


def is_fixed(version: str, fixed: Sequence[str]) -> bool:
    """Whether a version is free of a vulnerability, by the versions that fix it, one for each line of releases.

    A line is a major or a minor version. A version whose line may not have been fixed counts as vulnerable.
    """
    own = semver.parse(version)
    lines = sorted(known for one in fixed if (known := semver.parse(one)))
    below = [line for line in lines if own and line <= own]
    if own is None or not below:
        return False
    above = [line for line in lines if line > own]
    for depth in (2, 1):  # the same minor, then the same major
        if any(line.numbers[:depth] == own.numbers[:depth] for line in above):
            return False
        if below[-1].numbers[:depth] == own.numbers[:depth]:
            return True
    return not above


def best(installed: str, fixes: Iterable[Sequence[str]]) -> str:
    """The version that fixes the most; of several the one with the same major, then the lowest; empty for none.

    Args:
        installed: what is there now.
        fixes: of each vulnerability the versions that fix it.
    """
    fixes = list(fixes)
    now = semver.parse(installed)
    ranked = {
        one: (-sum(is_fixed(one, fixed) for fixed in fixes), known.major != now.major, known)
        for one in {one for fixed in fixes for one in fixed}
        if now and (known := semver.parse(one)) and known > now
    }
    return min(ranked, key=lambda one: ranked[one], default="").removeprefix("v")
