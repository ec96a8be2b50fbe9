"""The next steps where gates fail: for every finding that stops the release, and each step once. Pure."""

from collections.abc import Iterable, Sequence

from ci.intool.policy import Finding, GateResult
from ci.intool.policy.judging import always
from ci.intool.scan.findings import newer_base
from ci.intool.scan.findings import update as take
from ci.report.grouping import Group, grouped
from ci.report.wording import some

LIMIT = 15
"""Steps that an error shows."""

NO_STEP = "change what is named above, or accept it with a waiver"

PATCH = "fix.patch"
"""File of the patch, as the step names it."""

ADOPT = "or accept for a time what is there today: `dagger call baseline --owner NAME -o next-distroless.yaml`"
"""The step of an app that has no baseline yet."""

Target = tuple[str, str]
"""Name of a package, and the version to take."""


def steps(gates: Iterable[GateResult], lock: str = "") -> list[str]:
    """The steps: new versions of packages, then what removes other findings, the worst first.

    A new version of a package removes all of its findings that stop, and as many others as one of the same major can.

    Args:
        gates: results of gates.
        lock: what somebody runs to write the lockfile; empty where the step is not about this app's own.
    """
    packages: dict[Target, None] = {}
    of_base: dict[Target, None] = {}
    others: dict[str, dict[str, None]] = {}
    for group in grouped(gates):
        targets, left = _removed(group, group.stopping)
        (of_base if group.package and group.package.system else packages).update(dict.fromkeys(targets))
        for one in left:
            others.setdefault(one.fix, {})[one.id] = None
    return [
        *([f"{take(packages)}{_patched(lock)}"] if packages else []),
        *([newer_base(of_base)] if of_base else []),
        *(f"{some([*ids])}: {fix}" for fix, ids in others.items()),
    ]


def _patched(lock: str) -> str:
    if not lock:
        return " (`fixes` writes a patch of package.json)"
    return f": `dagger call fixes -o {PATCH}`, `git apply {PATCH}`, then {lock}"


def fixes(group: Group) -> list[str]:
    """The steps for all findings of one group, without their ids.

    Args:
        group: findings that stop the release or warn.
    """
    targets, left = _removed(group, group.findings)
    step = newer_base if group.package and group.package.system else take
    return [*([step(targets)] if targets else []), *dict.fromkeys(one.fix for one in left)]


def adoption(gates: Iterable[GateResult]) -> str:
    """The step that accepts what stops the release, if a baseline can accept any of it; else empty.

    Args:
        gates: results of gates of an app that has no baseline.
    """
    stopping = (one for gate in gates for one in gate.findings if one.stops)
    return "" if all(map(always, stopping)) else ADOPT


def listed(texts: Sequence[str], *, full: bool = False) -> str:
    """Steps as the ``fix`` of an error: one on its line, several as a list below it.

    Args:
        texts: the steps.
        full: all of them; else at most ``LIMIT``, and how many there are beyond that.
    """
    shown = [*texts] if full or len(texts) <= LIMIT else [*texts[: LIMIT - 1], _others(len(texts) - LIMIT + 1)]
    if not shown:
        return NO_STEP
    return shown[0] if len(shown) == 1 else "\n    - ".join(["all of these:", *shown])


def _removed(group: Group, wanted: Sequence[Finding]) -> tuple[list[Target], list[Finding]]:
    """The package's new version, if it removes any of the wanted findings; and those with a step that it leaves.

    Versions of the base's packages are not compared: the newer base has to have all that are named.
    """
    update = next(iter(group.updates), None)
    target, gone = (update.version, update.removes) if update else ("", ())
    if group.package and group.package.system:
        gone = tuple(one for one in wanted if one.fixed)
        target = " and ".join(dict.fromkeys(version for one in gone for version in one.fixed))
    targets = [(group.package.name, target)] if group.package and any(one in gone for one in wanted) else []
    return targets, [one for one in wanted if one.fix and one not in gone]


def _others(number: int) -> str:
    return f"and {number} more: each finding of the report has its own"
