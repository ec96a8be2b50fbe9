"""The text of ``pins.toml``: its images are read and rewritten, and every comment and the order stay. Pure."""

import re
import tomllib
from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from datetime import date
from types import MappingProxyType
from typing import Any

from ci.intool.common.failure import Failure

CHECKED = "checked"
"""Table of the day, ISO 8601, on which an image's tag was last seen to name its digest."""

RELEASES = "releases"
"""Table of the release of the program that an image is named after."""

NONE: Mapping[str, str] = MappingProxyType({})

_COMMENT = "# The day on which an image's tag was last seen to have its digest."
_PINNED = re.compile(r"(?P<name>[^\s@]+/[^\s@:]+:[\w.-]+)@(?P<digest>sha256:[0-9a-f]{64})")
_HEADER = re.compile(r"\s*\[+\s*(?P<table>[^\[\]]+?)\s*\]+\s*(?:#.*)?$")
_ENTRY = re.compile(
    r"(?P<before>\s*(?P<quote>[\"']?)(?P<key>[\w.-]+)(?P=quote)\s*=\s*(?P<open>[\"']))(?P<value>[^\"']+)(?=(?P=open))"
)


@dataclass(frozen=True, kw_only=True)
class Pin:
    """A pinned image.

    Attributes:
        name: reference with its tag.
        digest: that it is pinned to.
    """

    name: str
    digest: str

    def __str__(self) -> str:
        return f"{self.name}@{self.digest}"


def images(text: str) -> dict[str, Pin]:
    """Short name to pin, of the table ``images``.

    Raises:
        Failure: the text is not TOML, has no such table, or an image in it has no tag or no digest.
    """
    listed = _parsed(text).get("images")
    if not isinstance(listed, dict) or not listed:
        raise Failure("the pins have no images", "give the whole text of pins.toml, with its table [images]")
    return {name: _pin(name, reference) for name, reference in listed.items()}


def rewritten(text: str, digests: Mapping[str, str], today: date, releases: Mapping[str, str] = NONE) -> str:
    """The text with other digests.

    Args:
        text: as it is.
        digests: short name of each image that was looked up, to its current digest.
        today: the day of the look-up.
        releases: short name of an image to the release that it has now, for those that the table ``releases`` lists.

    Raises:
        Failure: an image is written in a form that is not rewritten.
    """
    before = images(text)
    lines = text.splitlines(keepends=True)
    _set(lines, "images", {name: f"{before[name].name}@{digest}" for name, digest in digests.items()})
    _set(lines, RELEASES, releases)
    days = dict.fromkeys(digests, today.isoformat())
    _add(lines, CHECKED, _set(lines, CHECKED, days))
    result = "".join(lines)
    expected = {name: digests.get(name, pin.digest) for name, pin in before.items()}
    if {name: pin.digest for name, pin in images(result).items()} != expected:
        raise Failure("[images] of the pins is not one line an image", 'write each as name = "repository:tag@sha256:…"')
    return result


def _set(lines: list[str], table: str, values: Mapping[str, str]) -> dict[str, str]:
    """Give keys of a table other values; returns those that it does not have."""
    missing = dict(values)
    for number, line in _of(lines, table):
        entry = _ENTRY.match(line)
        if entry and (value := missing.pop(entry["key"], None)) is not None:
            lines[number] = f"{entry['before']}{value}{line[entry.end() :]}"
    return missing


def _add(lines: list[str], table: str, values: Mapping[str, str]) -> None:
    """Put keys at the end of a table, which is made where it is missing."""
    if not _of(lines, table):
        end = "" if lines[-1].endswith("\n") else "\n"
        lines += [f"{end}\n{_COMMENT}\n", f"[{table}]\n"]
    after = _of(lines, table)[-1][0] + 1
    lines[after:after] = [f'{name} = "{value}"\n' for name, value in values.items()]


def _of(lines: Iterable[str], table: str) -> list[tuple[int, str]]:
    """The header of a table and its entries, with the numbers of their lines."""
    here, found = "", []
    for number, line in enumerate(lines):
        header = _HEADER.match(line)
        here = header["table"] if header else here
        if here == table and (header or _ENTRY.match(line)):
            found.append((number, line))
    return found


def _parsed(text: str) -> dict[str, Any]:
    try:
        return tomllib.loads(text)
    except tomllib.TOMLDecodeError as error:
        raise Failure(f"the pins are not valid TOML: {error}", "give the whole text of pins.toml") from None


def _pin(name: str, reference: object) -> Pin:
    found = _PINNED.fullmatch(reference) if isinstance(reference, str) else None
    if not found:
        raise Failure(f"images.{name} of the pins is not a pin", "write repository:tag@sha256:… with its registry")
    return Pin(name=found["name"], digest=found["digest"])
