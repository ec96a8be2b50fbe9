"""Texts with expressions such as ``{{version}}`` and ``{{date 'YYYYMMDD' tz='Asia/Tokyo'}}``."""

from __future__ import annotations

import re
from collections.abc import Mapping
from dataclasses import dataclass
from datetime import datetime

from ci.decide.tags import dates
from ci.decide.tags.text import unknown

VERSION = ("raw", "version", "major", "minor", "patch")
"""Expressions of the attribute `pattern` of semver and pep440."""

DATES = ("date", "commit_date")
"""Expressions that take a layout and a time zone."""

GLOBAL = (
    *("branch", "tag", "sha", "base_ref", "is_default_branch", "is_not_default_branch"),
    *("is_pull_request", "is_not_pull_request", "is_local", "environment", "arch"),
    *DATES,
)
"""Expressions of every attribute that takes any."""


class MissingValueError(ValueError):
    """A text needs a value that is not given."""


@dataclass(frozen=True)
class Missing:
    """A value that is not given.

    Attributes:
        fix: What to do about it.
    """

    fix: str


Values = Mapping[str, str | datetime | Missing | None]
"""Value of each expression; None for a time that is not known."""

_MUSTACHE = re.compile(r"\{\{(\{?[^{}]*\}?)\}\}")
_TEXT = r"'[^']*'|\"[^\"]*\""
_CALL = re.compile(rf"\s*(?P<name>\w+)(?:\s+(?P<layout>{_TEXT}))?(?:\s+(?P<option>\w+)=(?P<value>{_TEXT}))?\s*")


class UnknownTimeError(Exception):
    """A text needs a time that is not known."""


@dataclass(frozen=True, kw_only=True)
class Call:
    """An expression in a text.

    Attributes:
        name: Which.
        layout: Of a time.
        zone: Time zone of a time.
    """

    name: str
    layout: str = ""
    zone: str = "UTC"


@dataclass(frozen=True)
class Template:
    """A text that was checked.

    Attributes:
        parts: Texts and expressions, in order.
    """

    parts: tuple[str | Call, ...]

    @property
    def names(self) -> frozenset[str]:
        """Names of the expressions in it."""
        return frozenset(part.name for part in self.parts if isinstance(part, Call))

    def render(self, values: Values) -> str:
        """Put values for expressions.

        Raises:
            UnknownTimeError: It needs a time that `values` has not.
            MissingValueError: It needs a value that is not given.
        """
        return "".join(part if isinstance(part, str) else _value(part, values[part.name]) for part in self.parts)


def parse(text: str, *, names: tuple[str, ...] = GLOBAL) -> Template:
    """Check a text.

    Args:
        text: The text.
        names: Expressions that are known there.

    Raises:
        ValueError: An expression that is not known or is not complete.
    """
    if "${{" in text:
        raise ValueError(
            f"`{text}` has an expression of GitHub Actions, which only a workflow expands; write {{{{name}}}} without $"
        )
    if "\\{{" in text:
        raise ValueError(f"`{text}` has a backslash before {{{{, which makes no expression of it; leave it out")
    parts: list[str | Call] = []
    for index, part in enumerate(_MUSTACHE.split(text)):
        if index % 2:
            parts.append(_call(part, names))
        elif "{{" in part or "}}" in part:
            raise ValueError(f"`{part}` begins or ends no expression; quote a field that has a comma")
        elif part:
            parts.append(part)
    return Template(tuple(parts))


def _call(text: str, names: tuple[str, ...]) -> Call:
    bare = text[1:-1] if text.startswith("{") and text.endswith("}") else text
    found = _CALL.fullmatch(bare)
    if not found:
        raise ValueError(f"`{{{{{text}}}}}` is not an expression; write {{{{name}}}} or {{{{date 'YYYYMMDD'}}}}")
    name = found["name"]
    if name in VERSION and name not in names:
        raise ValueError(f"{{{{{name}}}}} is known in the pattern of type=semver and type=pep440 only")
    if name not in names:
        raise ValueError(unknown("expression", name, names))
    if name in DATES and not found["layout"]:
        raise ValueError(f"{{{{{name}}}}} needs a layout in quotes, such as {{{{{name} 'YYYYMMDD'}}}}")
    if name not in DATES and (found["layout"] or found["option"]):
        raise ValueError(f"{{{{{name}}}}} takes nothing, found `{{{{{text}}}}}`")
    if name in DATES:
        dates.check(found["layout"][1:-1])
    if not found["option"]:
        return Call(name=name, layout=(found["layout"] or "")[1:-1])
    if found["option"] != "tz":
        raise ValueError(unknown("option", found["option"], ("tz",)))
    dates.zone(found["value"][1:-1])
    return Call(name=name, layout=found["layout"][1:-1], zone=found["value"][1:-1])


def _value(call: Call, value: str | datetime | Missing | None) -> str:
    if isinstance(value, str):
        return value
    if isinstance(value, Missing):
        raise MissingValueError(f"{{{{{call.name}}}}} is not known here; {value.fix}")
    if value is None:
        raise UnknownTimeError(f"the time of {{{{{call.name}}}}} is not known")
    return dates.render(value, call.layout, call.zone)
