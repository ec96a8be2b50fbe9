"""Values as YAML that reads back as the same value."""

import re
import sys
from collections.abc import Mapping
from typing import Any

import yaml

_BARE = re.compile(r"(?!(?i:true|false|null|yes|no|on|off|y|n)$)[A-Za-z_/][\w/.+~=%&@-]*(?::[\w/.+~=%&@-]+)*", re.ASCII)


def scalar(value: str | float | None) -> str:
    """Text, a number, a truth value or nothing, on one line; text in quotes unless it is plain in every position."""
    if value is None:
        return "null"
    if not isinstance(value, str):
        return str(value).lower()
    if _BARE.fullmatch(value):
        return value
    if '"' in value and value.isprintable():
        return "'" + value.replace("'", "''") + "'"
    quoted = yaml.dump(value, Dumper=yaml.SafeDumper, default_style='"', allow_unicode=True, width=sys.maxsize)
    return str(quoted).rstrip("\n")


def flow(value: Any) -> str:
    """The same for lists of these, and for a mapping without keys."""
    if isinstance(value, Mapping):
        return "{}"
    return f"[{', '.join(scalar(item) for item in value)}]" if isinstance(value, list | tuple) else scalar(value)


def comment(text: str) -> str:
    """Text as it may stand behind ``#``."""
    return " ".join("".join(c if c.isprintable() else " " for c in text).split())
