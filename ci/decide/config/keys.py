"""The keys of a model: what reading, the JSON Schema, the reference and ``show`` have in common."""

import dataclasses
import inspect
import re
from collections.abc import Mapping
from typing import Any, get_type_hints

REQUIRED = dataclasses.MISSING
"""Default of a key that has none."""


@dataclasses.dataclass(frozen=True, kw_only=True)
class Key:
    """A key of the file, and the attribute of the model that holds its value.

    Attributes:
        name: as the file writes it: ``start-period`` for ``start_period``, ``with`` for ``with_``.
        attribute: of the model.
        hint: the attribute's type.
        default: its value where the key is not there; ``REQUIRED`` where it has to be.
        meaning: what the model's documentation says of it, in Markdown.
    """

    name: str
    attribute: str
    hint: Any
    default: Any
    meaning: str


def keys(model: Any) -> tuple[Key, ...]:
    """All keys of a dataclass, in order."""
    hints, said = get_type_hints(model), meanings(model)
    return tuple(
        Key(
            name=field.name.rstrip("_").replace("_", "-"),
            attribute=field.name,
            hint=hints[field.name],
            default=field.default if field.default_factory is REQUIRED else field.default_factory(),
            meaning=said.get(field.name, ""),
        )
        for field in dataclasses.fields(model)
    )


def join(path: str, name: str) -> str:
    """The path of a key, such as ``runtime.health``, from that of the section around it."""
    return f"{path}.{name}" if path else name


def meanings(model: Any) -> Mapping[str, str]:
    """The section ``Attributes:`` of a docstring."""
    listed = (inspect.getdoc(model) or "").partition("Attributes:\n")[2]
    joined = re.sub(r"\n {8}", " ", listed).replace("``", "`")
    return dict(re.findall(r"^ {4}(\w+): (.*)$", joined, re.MULTILINE))
