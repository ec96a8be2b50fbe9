"""Values of lockfiles that are JSON, whatever they hold."""

from typing import Any


def text(value: Any) -> str:
    """A text; empty for anything else."""
    return value if isinstance(value, str) else ""


def texts(value: Any) -> tuple[str, ...]:
    """The texts of a list, or a text alone."""
    return (value,) if isinstance(value, str) else tuple(map(str, value)) if isinstance(value, list) else ()
