"""Rules: docker/metadata-action's input `tags`."""

from __future__ import annotations

import re
from dataclasses import dataclass
from typing import TYPE_CHECKING

from ci.decide.tags import expressions, patterns
from ci.decide.tags.expressions import GLOBAL, VERSION, Template
from ci.decide.tags.text import fields, lines, unknown

if TYPE_CHECKING:
    from collections.abc import Mapping, Sequence

    from ci.decide.tags.patterns import Expression

DEFAULT = (
    "type=semver,pattern={{version}}",
    "type=semver,pattern={{version}},prefix=v",
    "type=semver,pattern={{major}}.{{minor}}",
    "type=semver,pattern={{major}}",
    "type=ref,event=branch,prefix=branch-",
    "type=ref,event=pr",
    "type=raw,value=dev,enable={{is_local}}",
    "type=sha,prefix=commit-,enable={{is_not_pull_request}}",
)
"""The rules where none is given."""

METADATA_ACTION = ("type=schedule", "type=ref,event=branch", "type=ref,event=tag", "type=ref,event=pr")
"""The rules that docker/metadata-action has where none is given."""

# Attributes beside the common ones with their defaults; None must be given.
_TYPES: Mapping[str, Mapping[str, str | None]] = {
    "schedule": {"priority": "1000", "pattern": "nightly"},
    "semver": {"priority": "900", "pattern": None, "value": "", "match": ""},
    "pep440": {"priority": "900", "pattern": None, "value": "", "match": ""},
    "match": {"priority": "800", "pattern": None, "group": "0", "value": ""},
    "edge": {"priority": "700", "branch": ""},
    "ref": {"priority": "600", "event": None},
    "raw": {"priority": "200", "value": None},
    "sha": {"priority": "100", "prefix": "sha-", "format": "short"},
}
_COMMON = ("type", "enable", "priority", "prefix", "suffix")
_CHOICES = {"event": ("branch", "tag", "pr"), "format": ("short", "long")}
_TEMPLATES = ("enable", "prefix", "suffix", "value")


@dataclass(frozen=True, kw_only=True)
class Rule:
    """A rule that was checked.

    Attributes:
        text: As it was written.
        type: Such as ``semver``.
        priority: Rules with a higher priority come first.
        templates: Attributes with expressions, by name. `prefix` and `suffix` only where the rule has its own.
        expression: Regular expression of type=match, or of the attribute `match`.
        options: The other attributes, by name.
    """

    text: str
    type: str
    priority: float
    templates: Mapping[str, Template]
    expression: Expression | None
    options: Mapping[str, str]


def parse(rules: Sequence[str]) -> tuple[Rule, ...]:
    """Read rules, one a line: ``type=semver,pattern={{version}},priority=950``; a line may be only a tag.

    Args:
        rules: Lines, or texts of several lines. `DEFAULT` where they say nothing.

    Raises:
        ValueError: A rule cannot be read; names the rule, the part, and the nearest that is known.
    """
    return tuple(_parse(line) for line in tuple(lines(rules)) or DEFAULT)


def _parse(line: str) -> Rule:
    try:
        kind, attributes = _attributes({name or "value": value for name, value in fields(line)})
        return Rule(
            text=line,
            type=kind,
            priority=_priority(attributes["priority"]),
            templates=_templates(kind, attributes),
            expression=_expression(kind, attributes),
            options=attributes,
        )
    except ValueError as error:
        raise ValueError(f"`{line}`: {error}") from None


def _attributes(given: Mapping[str, str]) -> tuple[str, dict[str, str]]:
    """Type, and all its attributes with their defaults."""
    kind = given.get("type", "raw")
    if kind not in _TYPES:
        raise ValueError(unknown("type", kind, tuple(_TYPES)))
    defaults = _TYPES[kind]
    for name in given:
        if name not in (*defaults, *_COMMON):
            raise ValueError(unknown("attribute", name, tuple(dict.fromkeys((*defaults, *_COMMON)))))
    for name, default in defaults.items():
        if default is None and name not in given:
            raise ValueError(f"type={kind} needs {name}=…")
    for name, choices in _CHOICES.items():
        if name in given and given[name] not in choices:
            raise ValueError(unknown(f"value of {name}", given[name], choices))
    pull_request = {"prefix": "pr-"} if given.get("event") == "pr" else {}
    known = {name: default for name, default in defaults.items() if default is not None}
    return kind, {"enable": "true", **known, **pull_request, **given}


def _priority(text: str) -> float:
    if not re.fullmatch(r"-?[0-9]+(\.[0-9]+)?", text):
        raise ValueError(f"priority `{text}` is not a number")
    return float(text)


def _templates(kind: str, attributes: Mapping[str, str]) -> dict[str, Template]:
    templates = {name: expressions.parse(attributes[name]) for name in _TEMPLATES if name in attributes}
    if kind in {"semver", "pep440"}:
        templates["pattern"] = expressions.parse(attributes["pattern"], names=(*VERSION, *GLOBAL))
    if kind == "schedule":
        templates["pattern"] = expressions.parse(attributes["pattern"])
    return templates


def _expression(kind: str, attributes: Mapping[str, str]) -> Expression | None:
    if kind == "match":
        group, expression = attributes["group"], patterns.parse(attributes["pattern"])
        if not re.fullmatch("0|[1-9][0-9]{0,3}", group):
            raise ValueError(f"group `{group}` is not a whole number")
        return _sure(expression, int(group))
    text = attributes.get("match", "")
    if not text:
        return None
    expression = patterns.parse(text, slashes=False)
    if not expression.groups:
        raise ValueError(f"match `{text}` needs the version in parentheses, such as app-v(.*)")
    return _sure(expression, 1)


def _sure(expression: Expression, group: int) -> Expression:
    if group in expression.unsure and "g" not in expression.flags:
        raise ValueError(
            f"group {group} is repeated, or stands in a condition, where JavaScript and Python fill it differently; "
            "put parentheses around the whole repetition, and (?:…) inside"
        )
    return expression
