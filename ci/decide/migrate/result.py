"""What a migration finds: values of the pipeline file, and remarks on what has no key."""

from collections.abc import Iterator
from dataclasses import dataclass, field
from typing import Any


@dataclass(frozen=True, kw_only=True)
class Carried:
    """A value of the pipeline file.

    Attributes:
        path: names of the keys, from the top.
        value: text, a number, or a tuple of texts or of sections.
        why: where it comes from, such as ``Dockerfile:12: EXPOSE 4000``.
    """

    path: tuple[str, ...]
    value: Any
    why: str


@dataclass(frozen=True, kw_only=True)
class Remark:
    """Something that could not be carried over.

    Attributes:
        place: file and line, such as ``Dockerfile:12``.
        what: why not, and what to do.
    """

    place: str
    what: str


@dataclass(kw_only=True)
class Findings:
    """Collects both; the first value of a key wins.

    Attributes:
        remarks: in the order in which they were made, each once.
    """

    remarks: list[Remark] = field(default_factory=list)
    _carried: dict[tuple[str, ...], Carried] = field(default_factory=dict)
    _said: set[tuple[str, str]] = field(default_factory=set)

    def carry(self, path: str, value: Any, why: str, *, name: str = "") -> None:
        """Add a value.

        Args:
            path: of the key, such as ``runtime.port``.
            value: of the key.
            why: where it comes from.
            name: last part of the path where it is a name of the user's, such as that of a variable.
        """
        whole = (*path.split("."), *((name,) if name else ()))
        self._carried.setdefault(whole, Carried(path=whole, value=value, why=why))

    def add(self, path: str, item: Any, why: str) -> None:
        """Add an item to a list."""
        whole = tuple(path.split("."))
        before = self._carried.get(whole)
        if before is None:
            self._carried[whole] = Carried(path=whole, value=(item,), why=why)
        elif item not in before.value:
            self._carried[whole] = Carried(path=whole, value=(*before.value, item), why=_both(before.why, why))

    def drop(self, path: str) -> None:
        """Take a value back, or all below a section."""
        prefix = tuple(path.split("."))
        for whole in [whole for whole in self._carried if whole[: len(prefix)] == prefix]:
            del self._carried[whole]

    def without(self, section: str, name: str) -> None:
        """Take back one value, whose last name may have dots."""
        self._carried.pop((*(section.split(".") if section else ()), name), None)

    def remark(self, place: str, what: str) -> None:
        """Add a remark."""
        if (place, what) not in self._said:
            self._said.add((place, what))
            self.remarks.append(Remark(place=place, what=what))

    def get(self, path: str) -> Any:
        """The value of a key; None where it has none."""
        found = self._carried.get(tuple(path.split(".")))
        return found.value if found else None

    def has(self, path: str) -> bool:
        """Whether a key, or one below it, has a value."""
        prefix = tuple(path.split("."))
        return any(whole[: len(prefix)] == prefix for whole in self._carried)

    def __iter__(self) -> Iterator[Carried]:
        """All values, in the order in which their keys were first set."""
        return iter(self._carried.values())


def _both(one: str, other: str) -> str:
    """Two places, the file's name once."""
    if other in one.split(", "):
        return one
    file, _, rest = other.partition(":")
    return f"{one}, {rest}" if one.startswith(f"{file}:") else f"{one}, {other}"
