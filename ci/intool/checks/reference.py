"""The tables of docs/reference/checks.md and the lists of docs/reference/checklist.md, from the table.

``python -m ci.intool.checks.reference`` writes them there.
"""

import re
from collections.abc import Iterator
from pathlib import Path

from ci.intool.checks.table import CHECKS, STANDARDS, Check
from ci.intool.policy import SEVERITIES

PAGES = tuple(Path(__file__).parents[3] / "docs/reference" / name for name in ("checks.md", "checklist.md"))

_BY = {
    "none": "by hand: ",
    "contract": "`dagger call contract`: ",
    "prove": "`dagger call publish --prove`: ",
    "signature": "`dagger call verify`: ",
}
"""Who answers a check, where it is not a gate of every `check`."""


def updated(page: str) -> str:
    """A page with what is made of each group between its marks, ``<!-- checks: GROUP -->`` and ``<!-- end -->``.

    In place of ``checks``, ``checklist`` stands for a list to tick off.

    Raises:
        KeyError: the page has a mark for a group that is not there.
    """
    made = {"checks": dict(groups()), "checklist": dict(lists())}
    mark = re.compile(r"(<!-- (checks|checklist): (\S+) -->\n).*?(<!-- end -->)", re.DOTALL)
    return mark.sub(lambda match: f"{match[1]}{made[match[2]][match[3]]}{match[4]}", page)


def lists() -> Iterator[tuple[str, str]]:
    """Group, and its checks as a list to tick off, the worst first."""
    for group in dict.fromkeys(name.partition("-")[0] for name in CHECKS):
        those = [one for name, one in CHECKS.items() if name.partition("-")[0] == group]
        those.sort(key=lambda one: -SEVERITIES.index(one.severity))
        yield group, "".join(f"- [ ] {_BY.get(one.gate, '')}{one.title} ({one.id}, {one.severity})\n" for one in those)


def groups() -> Iterator[tuple[str, str]]:
    """Group, such as ``CFG``, and its table."""
    head = "| check | severity | gate | why | where it fails | standards |\n|---|---|---|---|---|---|\n"
    for group in dict.fromkeys(name.partition("-")[0] for name in CHECKS):
        yield group, head + "".join(_row(one) for name, one in CHECKS.items() if name.partition("-")[0] == group)


def _row(one: Check) -> str:
    gate = "" if one.gate == "none" else one.gate
    standards = "; ".join(
        f"{STANDARDS[name]}: {', '.join(map(_code, controls))}" for name, controls in one.maps.items()
    )
    cells = (f"**{one.id}** {one.title}", one.severity, gate, one.rationale, one.fix, standards)
    return f"| {' | '.join(cells)} |\n"


def _code(control: str) -> str:
    """A path of fields as code: its asterisks mean something else in Markdown."""
    return f"`{control}`" if "[" in control else control


if __name__ == "__main__":
    for place in PAGES:
        place.write_text(updated(place.read_text("utf-8")), "utf-8")
