"""The tables of docs/reference/checks.md, from the table.

``python -m ci.intool.checks.reference`` writes them there.
"""

import re
from collections.abc import Iterator
from pathlib import Path

from ci.intool.checks.table import CHECKS, STANDARDS, Check

PAGE = Path(__file__).parents[3] / "docs/reference/checks.md"


def updated(page: str) -> str:
    """A page with the table of each group between its marks, ``<!-- checks: GROUP -->`` and ``<!-- end -->``.

    Raises:
        KeyError: the page has a mark for a group that is not there.
    """
    tables = dict(groups())
    mark = re.compile(r"(<!-- checks: (\S+) -->\n).*?(<!-- end -->)", re.DOTALL)
    return mark.sub(lambda match: f"{match[1]}{tables[match[2]]}{match[3]}", page)


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
    PAGE.write_text(updated(PAGE.read_text("utf-8")), "utf-8")
