"""Settings of ``next.config``, as far as they can be read without running it."""

import posixpath
import re
from collections.abc import Mapping
from dataclasses import dataclass
from itertools import islice
from string import whitespace

from ci.decide.project.javascript import without_comments

FILES = tuple(f"next.config.{extension}" for extension in ("js", "mjs", "ts", "mts", "cjs"))
"""In the order in which Next.js looks for them."""

_OUTPUT = re.compile(r"(?<![\w.$])(['\"]?)output\1\s*:\s*(['\"])(standalone|export)\2")
_CHOSEN = ("&&", "||", "?", ":")
"""Before an object that is taken under a condition only, or that is the value of another key."""


_MOST = 20
"""Settings of ``output`` that are looked at; a file with more of them was not written by a person."""


@dataclass(frozen=True, kw_only=True)
class NextConfig:
    """Facts of a next.config.

    Attributes:
        path: of the file; empty where there is none.
        output: ``standalone`` or ``export``; empty where it says neither, or says it under a condition.
        unoptimized: whether it turns the image optimizer off.
        base_path: path that all of the app's paths start with.
        trailing_slash: whether paths end with a slash.
        cache_components: whether no file may say by `dynamic` how its page is made.
    """

    path: str = ""
    output: str = ""
    unoptimized: bool = False
    base_path: str = ""
    trailing_slash: bool = False
    cache_components: bool = False


def read(files: Mapping[str, str], app: str) -> NextConfig:
    """Read the app's next.config.

    Args:
        files: content by path.
        app: directory of the app.
    """
    paths = [posixpath.normpath(f"{app}/{name}") for name in FILES]
    path = next((path for path in paths if path in files), "")
    text = without_comments(files.get(path, ""))
    return NextConfig(
        path=path,
        output=_output(text),
        unoptimized=bool(re.search(r"\bunoptimized['\"]?\s*:\s*true\b", text)),
        base_path=_literal(text, "basePath").rstrip("/"),
        trailing_slash=bool(re.search(r"\btrailingSlash['\"]?\s*:\s*true\b", text)),
        cache_components=bool(re.search(r"\b(?:cacheComponents|dynamicIO)['\"]?\s*:\s*true\b", text)),
    )


def _literal(text: str, key: str) -> str:
    match = re.search(rf"\b{key}['\"]?\s*:\s*(['\"])([^'\"]*)\1", text)
    return match[2] if match else ""


def _output(text: str) -> str:
    matches = list(islice(_OUTPUT.finditer(text), _MOST + 1))
    found = {"" if _before_object(text, match.start()).endswith(_CHOSEN) else match[3] for match in matches}
    return found.pop() if len(found) == 1 and len(matches) <= _MOST else ""


def _before_object(text: str, position: int) -> str:
    """The text before the object that directly contains this position, and before each object around it."""
    depth = 0
    for start in range(position - 1, -1, -1):
        depth += {"}": 1, "{": -1}.get(text[start], 0)
        if depth < 0:
            return text[:start].rstrip(f"({whitespace}")
    return ""
