"""What the comments of the fixtures expect: ``ruleid: ID, …`` and ``ok: ID`` are about the next line."""

import re
from collections.abc import Iterator
from pathlib import Path
from typing import NamedTuple

FIXTURES = Path(__file__).parent
_COMMENT = re.compile(r"^\s*(?://|\{/\*) (?P<kind>ruleid|ok): (?P<rules>[\w-]+(?:, [\w-]+)*)(?: \*/\})?$")


class Annotation(NamedTuple):
    """A line, and whether a rule finds something in it."""

    file: str
    line: int
    rule: str
    found: bool


def annotations() -> Iterator[Annotation]:
    """All of the fixtures, with files relative to their directory."""
    for file in sorted(path for path in FIXTURES.glob("next-*/**/*") if path.is_file()):
        for number, text in enumerate(file.read_text("utf-8").splitlines(), 1):
            if match := _COMMENT.match(text):
                for rule in match["rules"].split(", "):
                    name = file.relative_to(FIXTURES).as_posix()
                    yield Annotation(name, number + 1, rule, match["kind"] == "ruleid")
