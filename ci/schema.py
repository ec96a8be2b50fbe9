"""YAML values into frozen dataclasses; unknown keys, wrong types and missing values get an error with their place."""

import dataclasses
import types
from collections.abc import Mapping
from difflib import get_close_matches
from typing import Any, TypeVar, get_args, get_origin, get_type_hints

from ci.errors import ConfigError

T = TypeVar("T")


def read(model: type[T], value: Any, where: str) -> T:
    """Check a value against a dataclass, and build it.

    Args:
        model: a dataclass; its annotations are the schema.
        value: what YAML gave.
        where: file and key path, for messages.

    Raises:
        ConfigError: names file, key path, and the nearest valid key.
    """
    if not isinstance(value, Mapping):
        raise ConfigError(f"{where}: expected keys with values, found {_kind(value)}", "see docs/reference/pipeline.md")
    hints = get_type_hints(model)
    fields = {f.name.rstrip("_").replace("_", "-"): f for f in dataclasses.fields(model)}  # type: ignore[arg-type]
    for key in value:
        if key not in fields:
            near = get_close_matches(str(key), fields, n=1)
            known = f"did you mean `{near[0]}`?" if near else f"known keys: {', '.join(sorted(fields))}"
            raise ConfigError(f"{where}: unknown key `{key}`", known)
    given = {f.name: _convert(hints[f.name], value[key], f"{where}.{key}") for key, f in fields.items() if key in value}
    for key, f in fields.items():
        if f.name not in given and f.default is dataclasses.MISSING and f.default_factory is dataclasses.MISSING:
            raise ConfigError(f"{where}: `{key}` is missing", f"add `{key}:` there")
    return model(**given)


def _convert(hint: Any, value: Any, where: str) -> Any:
    origin, args = get_origin(hint), get_args(hint)
    if origin is types.UnionType:
        return None if value is None else _convert(next(a for a in args if a is not type(None)), value, where)
    if dataclasses.is_dataclass(hint):
        return read(hint, value, where)  # type: ignore[arg-type]
    if origin is tuple:
        if not isinstance(value, list):
            raise ConfigError(f"{where}: expected a list, found {_kind(value)}", "write one item a line, after `- `")
        return tuple(_convert(args[0], item, f"{where}[{n}]") for n, item in enumerate(value))
    if origin is not None and issubclass(origin, Mapping):
        if not isinstance(value, Mapping):
            raise ConfigError(f"{where}: expected keys with values, found {_kind(value)}", "write `name: value` lines")
        return {str(k): _convert(args[1], v, f"{where}.{k}") for k, v in value.items()}
    if hint is str and isinstance(value, int | float) and not isinstance(value, bool):
        return str(value)
    if not isinstance(value, hint) or (hint is int and isinstance(value, bool)):
        raise ConfigError(f"{where}: expected {_NAMES[hint]}, found {_kind(value)}", "correct the value")
    return value


_NAMES = {str: "text", int: "a whole number", bool: "true or false"}


def _kind(value: Any) -> str:
    if value is None:
        return "nothing"
    if isinstance(value, Mapping):
        return "keys with values"
    return "a list" if isinstance(value, list) else f"`{value}`"
