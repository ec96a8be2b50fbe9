"""The tables of docs/reference/rules.md, from the rules; ``python -m ci.report.rules_reference`` writes them there."""

import re
from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import yaml

RULES = Path(__file__).parents[1] / "rules"
PAGE = Path(__file__).parents[2] / "docs/reference/rules.md"


@dataclass(frozen=True, kw_only=True)
class Rule:
    """A Semgrep rule as its reader sees it.

    Attributes:
        id: of the rule.
        severity: ``ERROR``, ``WARNING`` or ``INFO``.
        what: one sentence.
        fix: what to do instead.
        weaknesses: ids of CWE, and of the OWASP Top Ten with its year.
        confidence: that a finding is one: ``HIGH``, ``MEDIUM`` or ``LOW``.
        references: where the frameworks say more.
    """

    id: str
    severity: str
    what: str
    fix: str
    weaknesses: tuple[str, ...]
    confidence: str
    references: tuple[str, ...]


def rules(directory: Path = RULES) -> dict[str, list[Rule]]:
    """Rules by the name of their file, without its ending, in the order of the files."""
    return {
        file.stem: [_rule(one) for one in yaml.safe_load(file.read_text("utf-8"))["rules"]]
        for file in sorted(directory.glob("*.yaml"))
    }


def updated(page: str) -> str:
    """A page with the table of each file between its marks, ``<!-- rules: FILE -->`` and ``<!-- end -->``.

    Raises:
        KeyError: the page has a mark for a file that is not there.
    """
    tables = {name: "".join(_table(of)) for name, of in rules().items()}
    mark = re.compile(r"(<!-- rules: (\S+) -->\n).*?(<!-- end -->)", re.DOTALL)
    return mark.sub(lambda match: f"{match[1]}{tables[match[2]]}{match[3]}", page)


def _rule(one: dict[str, Any]) -> Rule:
    metadata = one["metadata"]
    return Rule(
        id=one["id"],
        severity=one["severity"],
        what=one["message"],
        fix=metadata["fix"],
        weaknesses=(*metadata["cwe"], *metadata["owasp"]),
        confidence=metadata["confidence"],
        references=tuple(metadata["references"]),
    )


def _table(of: list[Rule]) -> Iterator[str]:
    yield "| rule | severity | confidence | what it finds | instead | weakness |\n|---|---|---|---|---|---|\n"
    for rule in of:
        more = ", ".join(f"[{number}]({url})" for number, url in enumerate(rule.references, 1))
        cells = (
            f"`{rule.id}`",
            rule.severity,
            rule.confidence.lower(),
            re.sub(r"\$([A-Z])", r"\1", rule.what),
            f"{rule.fix} {more}",
            ", ".join(rule.weaknesses),
        )
        yield f"| {' | '.join(cell.replace('|', chr(92) + '|') for cell in cells)} |\n"


if __name__ == "__main__":
    PAGE.write_text(updated(PAGE.read_text("utf-8")), "utf-8")
