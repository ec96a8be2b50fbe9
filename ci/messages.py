"""Texts of errors by id, from ``messages.toml``.

``python -m ci.messages`` writes the tables of docs/reference/errors.md.
"""

import re
import tomllib
from collections.abc import Mapping
from dataclasses import dataclass, field
from functools import cache
from pathlib import Path
from types import MappingProxyType

CATALOGUE = Path(__file__).with_name("messages.toml")
PAGE = Path(__file__).parents[1] / "docs/reference/errors.md"
_TABLE = re.compile(r"(<!-- messages: (\S+) -->\n).*?(<!-- end -->)", re.DOTALL)
_SHOWN = {
    "place": "FILE:LINE: KEY: ",
    "hint": "…",
    "problem": "…",
    "instead": "…",
    "later": "",
    "skip": "",
    "likely": "",
    "block": "…",
    "fixes": "…",
    "output": "…",
    "report": "…",
}
"""How the reference writes facts that are no names."""

_FACT = re.compile(r"\{(\w+)\}")


@dataclass(frozen=True, kw_only=True)
class Message:
    """What a user reads.

    Attributes:
        id: family and name; empty where the text is a tool's.
        what: what happened and where.
        fix: the next step.
        facts: values in the text, by name.
    """

    id: str
    what: str
    fix: str
    facts: Mapping[str, object] = field(default_factory=lambda: MappingProxyType({}))

    @property
    def line(self) -> str:
        """Both parts in one line, for a warning."""
        return f"{self.what}; {self.fix}"


@cache
def catalogue() -> Mapping[str, Message]:
    """All messages by id, with the names of facts in braces."""
    families = tomllib.loads(CATALOGUE.read_text("utf-8"))
    messages = [
        Message(id=f"{family}.{name}", **texts) for family, known in families.items() for name, texts in known.items()
    ]
    return {one.id: one for one in messages}


def message(message_id: str, /, **facts: object) -> Message:
    """A message with its facts.

    Args:
        message_id: family and name, such as ``lockfile.none``.
        facts: values for the names in braces; a list or tuple is joined by commas.

    Raises:
        KeyError: unknown id, or a fact is missing: a defect of this project.
    """
    texts = {name: ", ".join(map(str, v)) if isinstance(v, list | tuple) else str(v) for name, v in facts.items()}
    found = catalogue()[message_id]
    what, fix = (_FACT.sub(lambda match: texts[match[1]], text) for text in (found.what, found.fix))
    return Message(id=message_id, what=what, fix=fix, facts=MappingProxyType(facts))


def facts(message_id: str) -> set[str]:
    """Names of the facts that a message has."""
    found = catalogue()[message_id]
    return set(_FACT.findall(found.what + found.fix))


def updated(page: str) -> str:
    """The page with the tables of today's messages."""
    return _TABLE.sub(lambda match: f"{match[1]}{_table(match[2])}{match[3]}", page)


def _table(family: str) -> str:
    known = [one for name, one in catalogue().items() if name.startswith(f"{family}.")]
    lines = [f"| `{one.id}` | {_cell(one.what)} | {_cell(one.fix)} |\n" for one in known]
    return "".join(["| id | error | next step |\n", "|---|---|---|\n", *lines])


def _cell(text: str) -> str:
    named = _FACT.sub(lambda match: _SHOWN.get(match[1], match[1].upper()), text)
    return named.replace("|", "\\|").replace("\n", " ")


if __name__ == "__main__":
    PAGE.write_text(updated(PAGE.read_text("utf-8")), "utf-8")
