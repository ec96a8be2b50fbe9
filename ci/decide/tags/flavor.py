"""The global settings of all rules: docker/metadata-action's input `flavor`."""

from __future__ import annotations

from dataclasses import dataclass, replace
from typing import TYPE_CHECKING, Literal, cast

from ci.decide.tags import expressions
from ci.decide.tags.text import fields, lines, unknown

if TYPE_CHECKING:
    from collections.abc import Sequence

Latest = Literal["auto", "true", "false"]

_ENTRIES = ("latest", "prefix", "suffix", "onlatest")


@dataclass(frozen=True, kw_only=True)
class Flavor:
    """Settings for every rule.

    Attributes:
        latest: Whether the image gets ``latest``; ``auto`` leaves it to the rule that gives the first tag.
        prefix: Before the tag of every rule that has no prefix of its own.
        prefix_latest: Whether `prefix` goes before ``latest`` too.
        suffix: As `prefix`, at the end.
        suffix_latest: As `prefix_latest`.
    """

    latest: Latest = "auto"
    prefix: str = ""
    prefix_latest: bool = False
    suffix: str = ""
    suffix_latest: bool = False


def flavor(texts: Sequence[str]) -> Flavor:
    """Read lines such as ``latest=auto`` and ``prefix=x-,onlatest=true``.

    Raises:
        ValueError: An entry or a value that is not known.
    """
    result = Flavor()
    for line in lines(texts):
        try:
            result = _line(result, fields(line))
        except ValueError as error:
            raise ValueError(f"flavor `{line}`: {error}") from None
    return result


def _line(known: Flavor, entries: list[tuple[str, str]]) -> Flavor:
    affix = ""
    for name, value in entries:
        match name:
            case "":
                raise ValueError(f"`{value}` is not an entry; write name=value, with one of {', '.join(_ENTRIES)}")
            case "latest":
                known = replace(known, latest=cast("Latest", _one_of(name, value, ("auto", "true", "false"))))
            case "prefix":
                known = replace(known, prefix=_checked(value))
                affix = name
            case "suffix":
                known = replace(known, suffix=_checked(value))
                affix = name
            case "onlatest" if affix:
                on = _one_of(name, value, ("true", "false")) == "true"
                known = replace(known, prefix_latest=on) if affix == "prefix" else replace(known, suffix_latest=on)
            case "onlatest":
                raise ValueError("onlatest stands behind the prefix or suffix that it is for")
            case _:
                raise ValueError(unknown("entry", name, _ENTRIES))
    return known


def _one_of(name: str, value: str, valid: tuple[str, ...]) -> str:
    if value not in valid:
        raise ValueError(unknown(f"value of {name}", value, valid))
    return value


def _checked(value: str) -> str:
    expressions.parse(value)
    return value
