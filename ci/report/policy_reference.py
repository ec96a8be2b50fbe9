"""The tables of docs/reference/policy.md, from the table of policies.

``python -m ci.report.policy_reference`` writes them there.
"""

import re
from collections.abc import Iterator, Sequence
from pathlib import Path

from ci.intool.checks.table import CHECKS
from ci.intool.policy.table import LEVELS, RULES, Rule
from ci.intool.scan.semgrep import SEVERITY
from ci.intool.scan.semgrep import row as row_of
from ci.report.rules_reference import Rule as Coded
from ci.report.rules_reference import rules

PAGE = Path(__file__).parents[2] / "docs/reference/policy.md"


def updated(page: str) -> str:
    """A page with the table of each group between its marks, ``<!-- stops: GROUP -->`` and ``<!-- end -->``.

    The groups are the levels of the table; ``new`` has what stops in more policies where it is new. ``code`` has the
    rules of Semgrep.

    Raises:
        KeyError: the page has a mark for a group that is not there.
    """
    tables = {**dict(groups()), "code": "".join(_code())}
    mark = re.compile(r"(<!-- stops: (\S+) -->\n).*?(<!-- end -->)", re.DOTALL)
    return mark.sub(lambda match: f"{match[1]}{tables[match[2]]}{match[3]}", page)


def group(rule: Rule) -> str:
    """The group of a row."""
    return "new" if rule.new != rule.stops else rule.stops


def groups() -> Iterator[tuple[str, str]]:
    """Group, and its table: one line for the ids that have one reason."""
    for name in (*LEVELS, "new"):
        reasons: dict[tuple[str, str], list[Rule]] = {}
        for rule in RULES.values():
            if group(rule) == name:
                reasons.setdefault((rule.what, rule.why), []).append(rule)
        yield name, "| what | why |\n|---|---|\n" + "".join(_row(*key, same) for key, same in reasons.items())


def _row(what: str, why: str, same: Sequence[Rule]) -> str:
    names = [f"[{one.id}](checks.md) {CHECKS[one.id].title}" if one.id in CHECKS else f"`{one.id}`" for one in same]
    shown = f"{what} ({', '.join(names)})" if what else "<br>".join(names)
    return f"| {shown} | {why} |\n"


def row(rule: Coded) -> Rule:
    """The row of a rule of Semgrep."""
    return RULES[row_of(SEVERITY[rule.severity], rule.confidence)]


def _code() -> Iterator[str]:
    """The ids of rules by row."""
    yield "| row | rules |\n|---|---|\n"
    by: dict[str, list[str]] = {}
    for one in (rule for of in rules().values() for rule in of):
        by.setdefault(row(one).id, []).append(f"`{one.id}`")
    yield from (f"| `{name}` | {', '.join(sorted(ids))} |\n" for name, ids in sorted(by.items()))


if __name__ == "__main__":
    PAGE.write_text(updated(PAGE.read_text("utf-8")), "utf-8")
