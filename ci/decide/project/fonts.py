"""Fonts that Next.js fetches from a font host."""

import re
from collections.abc import Iterable

from ci.decide.project.javascript import without_comments

_IMPORT = re.compile(r"import\s*\{([^{}]*)\}\s*from\s*['\"]@?next/font/google['\"]")


def fonts(imports: Iterable[str]) -> tuple[str, ...]:
    """Names that import statements take from ``next/font/google``, sorted."""
    lists = _IMPORT.findall("\n".join(map(without_comments, imports)))
    parts = [part.split() for names in lists for part in names.split(",")]
    return tuple(sorted({part[0] for part in parts if part and part[0] != "type"}))
