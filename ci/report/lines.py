"""Findings as lines of text, one for each group, and no more than fit on a screen. Pure."""

from collections import Counter
from collections.abc import Iterable, Mapping, Sequence

from ci.intool.policy import GateResult, NotAffected, NotJudged, Stops, Waived, Warns
from ci.report.grouping import Found, Group, grouped
from ci.report.wording import line

LIMIT = 30
"""Lines for the findings of all gates, with the one that counts the others."""

REPORT = "all findings, one by one: the same command with `report export --path report` in place of `{}`"
"""The line below findings that are grouped or only counted."""

LABELS: Mapping[type, str] = {
    Stops: "",
    Warns: "warning: ",
    Waived: "waived: ",
    NotAffected: "waived: ",
    NotJudged: "not run: ",
}
"""Effect to the text before the finding."""

COUNTED: Mapping[type, tuple[str, str]] = {
    Stops: ("that stops", "that stop"),
    Warns: ("warning", "warnings"),
    Waived: ("waived", "waived"),
    NotAffected: ("waived", "waived"),
    NotJudged: ("not run", "not run"),
}
"""Effect to the words after the number of such findings, for one and for several."""


def finding_lines(gates: Sequence[GateResult], *, full: bool = False) -> list[str]:
    """The findings of gates, what stops first, then the worst.

    Args:
        gates: results of gates.
        full: all lines with all ids and places, and the warnings of the base image by package; else at most ``LIMIT``
            lines, of which the last one counts by gate what is left out.
    """
    groups = grouped(gates, fold=not full)
    return [labelled(group, full=True) for group in groups] if full else limited(groups, ())


def lines_of(gates: Sequence[GateResult], function: str) -> list[str]:
    """The findings on few lines, and where all are if these are not all.

    Args:
        gates: results of gates.
        function: that was called; `report` takes the same arguments of the run.
    """
    return [*finding_lines(gates), *([] if whole(grouped(gates)) else [REPORT.format(function)])]


def stopping_lines(gates: Sequence[GateResult]) -> list[str]:
    """At most ``LIMIT`` lines with the findings that stop the release; the last one counts all others by gate."""
    groups = grouped(gates)
    stops = [group for group in groups if group.stopping]
    return limited(stops, [group for group in groups if not group.stopping])


def limited(groups: Sequence[Group], others: Sequence[Group]) -> list[str]:
    """At most ``LIMIT`` lines.

    Args:
        groups: to show, in order.
        others: only to count.
    """
    room = LIMIT if not others and len(groups) <= LIMIT else LIMIT - 1
    left = [one for group in (*groups[room:], *others) for one in group.found]
    return [*map(labelled, groups[:room]), *([f"… and {count(left)}: all in the report"] if left else [])]


def count(found: Iterable[Found]) -> str:
    """Numbers of findings by effect and gate: ``12 warnings of scan, 3 waived (source 2, scan 1)``."""
    numbers: dict[tuple[str, str], Counter[str]] = {}
    for one in found:
        numbers.setdefault(COUNTED[type(one.finding.effect)], Counter())[one.gate] += 1
    return ", ".join(_number(words, by_gate) for words, by_gate in numbers.items())


def whole(groups: Sequence[Group]) -> bool:
    """Whether the lines of groups have every finding by itself."""
    return len(groups) <= LIMIT and all(len(group.found) == 1 for group in groups)


def labelled(group: Group, *, full: bool = False) -> str:
    """One line with the name of the effect."""
    return f"{LABELS[type(group.effect)]}{line(group, full=full)}"


def _number(words: tuple[str, str], by_gate: Counter[str]) -> str:
    number = by_gate.total()
    gates = ", ".join(f"{gate} {n}" for gate, n in by_gate.items())
    return f"{number} {words[number > 1]} " + (f"({gates})" if len(by_gate) > 1 else f"of {next(iter(by_gate))}")
