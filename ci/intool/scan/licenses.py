"""Whether a licence is denied: SPDX expressions (SPDX 2.3, annex D) against globs. Pure."""

import re
from collections.abc import Callable
from fnmatch import fnmatchcase

DENIED = (
    "AGPL-*",  # who uses the app over a network may ask for its whole source (section 13)
    "SSPL-*",  # likewise, with everything that the service is run with
    "OSL-*",  # use over a network counts as distribution (section 5)
    "CPAL-*",  # likewise (section 15)
    "RPL-*",  # likewise, internal use excepted
    "BUSL-*",  # no use in production without a bought licence
    "CC-BY-NC-*",  # no commercial use
    "PolyForm-Noncommercial-*",  # likewise
)
"""Licences whose terms a network service cannot meet by notices alone. GPL is not one: running is not distributing."""

_TOKEN = re.compile(r"[()]|[^\s()]+")

_LIMIT = 1000
"""Characters of the longest expression; a longer one is a licence's text."""


def denied(expression: str, refused: Callable[[str], bool]) -> bool:
    """Whether an expression leaves no acceptable choice.

    Args:
        expression: such as ``(MIT OR AGPL-3.0-only)``; a text that is not an expression counts as one licence.
        refused: whether a licence is.
    """
    tokens = _TOKEN.findall(expression) if len(expression) <= _LIMIT else []
    value, rest = _any(tokens, refused)
    return refused(expression.strip()) if rest or value is None else value


def matches(license_id: str, globs: tuple[str, ...]) -> bool:
    """Whether a licence is among those that globs name, in any case of letters (SPDX 2.3, annex D.2)."""
    return any(fnmatchcase(license_id.lower(), glob.lower()) for glob in globs)


def _any(tokens: list[str], refused: Callable[[str], bool]) -> tuple[bool | None, list[str]]:
    return _joined(tokens, refused, "OR", _all, all)


def _all(tokens: list[str], refused: Callable[[str], bool]) -> tuple[bool | None, list[str]]:
    return _joined(tokens, refused, "AND", _one, any)


def _joined(
    tokens: list[str],
    refused: Callable[[str], bool],
    operator: str,
    part: Callable[..., tuple[bool | None, list[str]]],
    join: Callable[[list[bool]], bool],
) -> tuple[bool | None, list[str]]:
    value, rest = part(tokens, refused)
    values = [value]
    while rest and rest[0].upper() == operator:
        value, rest = part(rest[1:], refused)
        values.append(value)
    known = [value for value in values if value is not None]
    return (join(known) if len(known) == len(values) else None), rest


def _one(tokens: list[str], refused: Callable[[str], bool]) -> tuple[bool | None, list[str]]:
    if not tokens or tokens[0] == ")" or tokens[0].upper() in ("AND", "OR", "WITH"):
        return None, tokens
    if tokens[0] == "(":
        value, rest = _any(tokens[1:], refused)
        return (value, rest[1:]) if rest and rest[0] == ")" else (None, rest)
    rest = tokens[3:] if len(tokens) > 2 and tokens[1].upper() == "WITH" else tokens[1:]  # noqa: PLR2004
    return refused(tokens[0]), rest
