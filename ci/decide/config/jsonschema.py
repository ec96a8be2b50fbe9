"""JSON Schema of the pipeline file, for editors; ``parse`` is what decides."""

import dataclasses
import types
from collections.abc import Mapping
from typing import Any, get_args, get_origin

from ci.decide.config.keys import REQUIRED, Key, join, keys
from ci.decide.config.model import Pipeline
from ci.decide.config.validation import RULES

_SCALARS: Mapping[Any, dict[str, Any]] = {
    str: {"type": ["string", "number"]},
    int: {"type": "integer"},
    bool: {"type": "boolean"},
}
"""Text may be written as a number: the file's own reader takes it as it is written."""


def schema() -> dict[str, Any]:
    """The model as a JSON Schema, draft 2020-12."""
    return {
        "$schema": "https://json-schema.org/draft/2020-12/schema",
        "title": "Pipeline file of next-distroless",
        **_type(Pipeline, ""),
    }


def _type(hint: Any, path: str) -> dict[str, Any]:
    origin, args = get_origin(hint), get_args(hint)
    if origin is types.UnionType:
        return {**_type(args[0], path), "type": ["object", "null"]}
    if origin is tuple:
        return {"type": "array", "items": _type(args[0], f"{path}[]")}
    if origin is Mapping:
        return {"type": "object", "additionalProperties": _type(args[1], join(path, "*"))}
    if dataclasses.is_dataclass(hint):
        return _section(keys(hint), path)
    rule = RULES[path].schema() if path in RULES else {}
    return rule if "enum" in rule else {**_SCALARS[hint], **rule}


def _section(known: tuple[Key, ...], path: str) -> dict[str, Any]:
    required = [key.name for key in known if key.default is REQUIRED]
    return {
        "type": "object",
        "properties": {key.name: _property(key, join(path, key.name)) for key in known},
        "additionalProperties": False,
        **({"required": required} if required else {}),
    }


def _property(key: Key, path: str) -> dict[str, Any]:
    plain = isinstance(key.default, str | int | tuple | dict)
    return {
        "description": key.meaning,
        **({"default": list(key.default) if isinstance(key.default, tuple) else key.default} if plain else {}),
        **_type(key.hint, path),
    }
