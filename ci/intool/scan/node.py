"""JSON from outside, read field by field: each is what it should be, or a failure names its place."""

from __future__ import annotations

from dataclasses import dataclass
from pathlib import Path
from typing import Any

from ci.intool.common.failure import Failure
from ci.intool.common.media import decoded

LIMIT = 512 << 20
"""Bytes of the largest document that is read."""

REPORT_FIX = "scan again with the scanner's version that the pipeline pins: this is not what it writes"


@dataclass(frozen=True)
class Node:
    """A value of a document.

    Attributes:
        where: its place, for messages.
        value: it.
        fix: the next step where something is wrong with it.
    """

    where: str
    value: Any
    fix: str = REPORT_FIX

    def wrong(self, what: str, key: str = "") -> Failure:
        """The failure for this value, or for a field of it."""
        return Failure(f"{self._place(key)} {what}", self.fix)

    def object(self) -> Node:
        """This, which is an object.

        Raises:
            Failure: it is something else.
        """
        if not isinstance(self.value, dict):
            raise self.wrong("is not an object")
        return self

    def text(self, key: str, *, needed: bool = False) -> str:
        """A field that is a text; empty where it is absent or null.

        Raises:
            Failure: it is something else, or empty though it is needed.
        """
        value = self.value.get(key)
        if value is None or value == "":
            if needed:
                raise self.wrong("is missing", key)
            return ""
        if not isinstance(value, str):
            raise self.wrong("is not a text", key)
        return value

    def number(self, key: str) -> int:
        """A field that is a whole number; 0 where it is absent or null.

        Raises:
            Failure: it is something else.
        """
        value = self.value.get(key)
        if value is None:
            return 0
        if not isinstance(value, int) or isinstance(value, bool):
            raise self.wrong("is not a whole number", key)
        return value

    def flag(self, key: str) -> bool:
        """A field that is true or false; false where it is absent or null.

        Raises:
            Failure: it is something else.
        """
        value = self.value.get(key)
        if not isinstance(value, bool | None):
            raise self.wrong("is neither true nor false", key)
        return bool(value)

    def node(self, key: str) -> Node:
        """A field that is an object; an empty one where it is absent or null.

        Raises:
            Failure: it is something else.
        """
        value = self.value.get(key)
        return Node(self._place(key), {} if value is None else value, self.fix).object()

    def nodes(self, key: str) -> list[Node]:
        """A field that is a list of objects; empty where it is absent or null.

        Raises:
            Failure: it is something else.
        """
        return [one.object() for one in self._list(key)]

    def texts(self, key: str) -> tuple[str, ...]:
        """A field that is a list of texts; empty where it is absent or null.

        Raises:
            Failure: it is something else.
        """
        listed = self._list(key)
        for one in listed:
            if not isinstance(one.value, str):
                raise one.wrong("is not a text")
        return tuple(one.value for one in listed)

    def only(self, *keys: str) -> None:
        """Refuse fields that are not among these.

        Raises:
            Failure: there is one.
        """
        if unknown := sorted(set(self.value) - set(keys)):
            raise self.wrong(f"is unknown; known are {', '.join(keys)}", unknown[0])

    def _list(self, key: str) -> list[Node]:
        value = self.value.get(key)
        if not isinstance(value, list | None):
            raise self.wrong("is not a list", key)
        return [Node(f"{self._place(key)}[{number}]", one, self.fix) for number, one in enumerate(value or [])]

    def _place(self, key: str) -> str:
        return f"{self.where}: {key}" if key and ":" not in self.where else f"{self.where}.{key}" if key else self.where


def parsed(path: str, name: str = "", fix: str = REPORT_FIX) -> Node:
    """Read a file that holds a JSON object.

    Args:
        path: the file.
        name: what messages call it; empty for the path.
        fix: the next step where something is wrong with it.

    Raises:
        Failure: it cannot be read, is no JSON, or no object.
    """
    name = name or Path(path).name
    try:
        with Path(path).open("rb") as file:
            data = file.read(LIMIT + 1)
    except OSError as error:
        raise Failure(f"{name} cannot be read ({error.strerror})", fix) from None
    if len(data) > LIMIT:
        raise Failure(f"{name} is larger than {LIMIT} bytes", fix)
    try:
        return Node(name, decoded(data), fix).object()
    except ValueError:
        raise Failure(f"{name} is not JSON", fix) from None
