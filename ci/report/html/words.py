"""The words of the page in the reader's language. Pure.

English stands in the code; ``words.toml`` has the other languages by it. What gates, checks and advisories say stays
English in all of them.
"""

import tomllib
from collections.abc import Mapping
from dataclasses import dataclass
from pathlib import Path

ENGLISH = "en"

TABLE: Mapping[str, Mapping[str, str]] = tomllib.loads(Path(__file__).with_name("words.toml").read_text("utf-8"))
"""Language to English text to its own."""

LANGUAGES: Mapping[str, str] = {ENGLISH: "en", "zh": "zh-Hans"}
"""Name of a language to what the attribute ``lang`` of HTML has for it."""


@dataclass(frozen=True, kw_only=True)
class Words:
    """A language.

    Attributes:
        language: one of ``LANGUAGES``.
    """

    language: str = ENGLISH

    @property
    def original(self) -> str | None:
        """``lang`` of texts that are English in every language; None on an English page."""
        return None if self.language == ENGLISH else "en"

    def __call__(self, english: str, **facts: object) -> str:
        """A text in this language.

        Args:
            english: the text, with names of facts in braces.
            facts: their values.

        Raises:
            KeyError: the table does not have the text.
        """
        text = english if self.language == ENGLISH else TABLE[self.language][english]
        return text.format(**facts) if facts else text
