"""The keys of the pipeline file that set dummies, as text to copy."""

import json
import re
from collections.abc import Mapping

from ci.decide.variables import public

PUBLIC = "# browsers get this value: write the real one"
_BARE = re.compile(r"(?!(?:true|false|null|yes|no|on|off)$)[A-Za-z][\w./@+-]*(?::[\w./@+-]+)*", re.ASCII)


def block(dummies: Mapping[str, str], indent: str = "    ") -> str:
    """``build.dummies`` as YAML that reads back.

    Args:
        dummies: value by name.
        indent: before each line.
    """
    lines = ["build:", "  dummies:"]
    lines += [f"    {name}: {quoted(value)}{f'  {PUBLIC}' if public(name) else ''}" for name, value in dummies.items()]
    return "\n".join(indent + line for line in lines)


def quoted(value: str) -> str:
    """A value as YAML takes it for text."""
    return value if _BARE.fullmatch(value) else json.dumps(value)
