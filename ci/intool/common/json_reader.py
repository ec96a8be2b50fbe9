"""Untrusted JSON, read field by field: each field has the expected type, or a failure names its path.

``Json`` is for documents that have a form; ``inside`` and ``object_in`` are for those that may have any.
"""

import re
from collections.abc import Collection, Mapping
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from ci.intool.common.failure import Failure
from ci.intool.common.media import decoded

LIMIT = 512 << 20
"""Bytes of the largest file that is read."""

FIX = "write it again with the tool that it comes from"


@dataclass(frozen=True)
class Json:
    """A value of a document.

    Attributes:
        name: what messages call the document.
        value: the value.
        fix: the next step where something is wrong with it.
        path: of the value in the document; empty for the whole document.
    """

    name: str
    value: Any
    fix: str = FIX
    path: str = ""

    @property
    def where(self) -> str:
        """Document and path, such as ``index.json: manifests[3].digest``."""
        return f"{self.name}: {self.path}" if self.path else self.name

    def wrong(self, what: str, key: str = "") -> Failure:
        """The failure for this value, or for a field of it.

        Args:
            what: is wrong, such as ``is not a text``.
            key: of the field; empty for the value itself.
        """
        return Failure(f"{self._at(key, self.value).where} {what}", self.fix)

    def object(self, key: str = "") -> "Json":
        """This value, or a field of it, which is an object; an empty one where the field is absent or null.

        Raises:
            Failure: it is something else.
        """
        found = self._at(key, self._field(key, {})) if key else self
        if not isinstance(found.value, dict):
            raise found.wrong("is not an object")
        return found

    def objects(self, key: str) -> list["Json"]:
        """A field that is a list of objects; empty if it is absent or null.

        Raises:
            Failure: it is something else.
        """
        return [one.object() for one in self._list(key)]

    def text(self, key: str, *, needed: bool = False) -> str:
        """A field that is a text; empty if it is absent or null.

        Args:
            key: of the field.
            needed: whether it may not be empty.

        Raises:
            Failure: it is something else, or empty though it is needed.
        """
        value = self._field(key, "")
        if not isinstance(value, str):
            raise self.wrong("is not a text", key)
        if needed and not value:
            raise self.wrong("is missing", key)
        return value

    def texts(self, key: str) -> tuple[str, ...]:
        """A field that is a list of texts; empty if it is absent or null.

        Raises:
            Failure: it is something else.
        """
        listed = self._list(key)
        for one in listed:
            if not isinstance(one.value, str):
                raise one.wrong("is not a text")
        return tuple(one.value for one in listed)

    def mapping(self, key: str) -> dict[str, str]:
        """A field that is an object of texts; empty if it is absent or null.

        Raises:
            Failure: it is something else.
        """
        found = self.object(key)
        for name, value in found.value.items():
            if not isinstance(value, str):
                raise found.wrong("is not a text", name)
        return dict(found.value)

    def number(self, key: str) -> int:
        """A field that is a whole number; 0 if it is absent or null.

        Raises:
            Failure: it is something else.
        """
        value = self._field(key, 0)
        if not isinstance(value, int) or isinstance(value, bool):
            raise self.wrong("is not a whole number", key)
        return value

    def flag(self, key: str) -> bool:
        """A field that is true or false; false where it is absent or null.

        Raises:
            Failure: it is something else.
        """
        value = self._field(key, False)  # noqa: FBT003  the value of a field
        if not isinstance(value, bool):
            raise self.wrong("is neither true nor false", key)
        return value

    def one_of(self, key: str, choices: Collection[Any]) -> Any:
        """A field that is one of some texts or numbers.

        Raises:
            Failure: it is something else.
        """
        value = self._field(key, None)
        if isinstance(value, bool) or not isinstance(value, str | int) or value not in choices:
            raise self.wrong(f"is {value!r}, and may be {', '.join(map(str, choices))}", key)
        return value

    def matching(self, key: str, pattern: re.Pattern[str], what: str) -> str:
        """A field that is a text of a form.

        Args:
            key: of the field.
            pattern: that all of it matches.
            what: the form is called, such as ``an RFC 3339 time``.

        Raises:
            Failure: it is something else.
        """
        value = self.text(key)
        if not pattern.fullmatch(value):
            raise self.wrong(f"is `{value}`, which is not {what}", key)
        return value

    def only(self, *keys: str) -> None:
        """Refuse fields that are not among these.

        Raises:
            Failure: there is one.
        """
        if unknown := sorted(set(self.value) - set(keys)):
            raise self.wrong(f"is unknown; known are {', '.join(keys)}", unknown[0])

    def required(self, *keys: str) -> None:
        """Refuse an object without these fields.

        Raises:
            Failure: one is absent or null.
        """
        for key in keys:
            if self.value.get(key) is None:
                raise self.wrong("is missing", key)

    def _field(self, key: str, default: Any) -> Any:
        value = self.value.get(key)
        return default if value is None else value

    def _list(self, key: str) -> list["Json"]:
        value = self._field(key, [])
        if not isinstance(value, list):
            raise self.wrong("is not a list", key)
        return [self._at(f"{key}[{number}]", one) for number, one in enumerate(value)]

    def _at(self, key: str, value: Any) -> "Json":
        return Json(self.name, value, self.fix, ".".join(filter(None, (self.path, key))))


def parsed(data: bytes | str, name: str, fix: str = FIX) -> Json:
    """The object in a text.

    Args:
        data: the text.
        name: what messages call it.
        fix: the next step where something is wrong with it.

    Raises:
        Failure: it is not JSON (see ``ci.intool.common.media.decoded`` for the limits), or not an object.
    """
    try:
        value = decoded(data)
    except ValueError:
        raise Failure(f"{name} is not JSON", fix) from None
    if not isinstance(value, dict):
        raise Failure(f"{name} is not a JSON object", fix)
    return Json(name, value, fix)


def loaded(path: str, name: str = "", fix: str = FIX) -> Json:
    """The object in a file.

    Args:
        path: of the file.
        name: what messages call it; empty for the file's name.
        fix: the next step where something is wrong with it.

    Raises:
        Failure: it cannot be read, is larger than ``LIMIT``, is not JSON, or not an object.
    """
    name = name or Path(path).name
    try:
        with Path(path).open("rb") as file:
            data = file.read(LIMIT + 1)
    except OSError as error:
        raise Failure(f"{name} cannot be read ({error.strerror})", fix) from None
    if len(data) > LIMIT:
        raise Failure(f"{name} is larger than {LIMIT} bytes", fix)
    return parsed(data, name, fix)


def object_in(data: bytes | str) -> Mapping[str, Any] | None:
    """The object in a text; None if the text is not JSON, or not an object."""
    try:
        found = decoded(data)
    except ValueError:
        return None
    return found if isinstance(found, dict) else None


def inside(value: Any, *keys: str) -> Any:
    """The value at a path of nested objects; None if it is missing, or a value on the way is not an object."""
    for key in keys:
        value = value.get(key) if isinstance(value, dict) else None
    return value


def objects_inside(value: Any, *keys: str) -> list[dict[str, Any]]:
    """The objects in the list at a path; none if there is no list; other elements are left out."""
    found = inside(value, *keys)
    return [one for one in found if isinstance(one, dict)] if isinstance(found, list) else []
