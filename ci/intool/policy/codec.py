"""Frozen dataclasses to JSON and back; reading is strict: exactly the fields of the class, each of its type.

A class that is one of several carries its name as ``kind``, a ``ClassVar``, which is written to the JSON as well.
"""

from collections.abc import Mapping
from dataclasses import fields, is_dataclass
from functools import cache
from types import NoneType, UnionType
from typing import Any, Union, get_args, get_origin, get_type_hints

from ci.intool.common.failure import Failure

_NAMES = {str: "a text", int: "a whole number", float: "a number", bool: "true or false", NoneType: "null"}
_FIX = "make it again by the pipeline that reads it"


def encode(value: Any) -> Any:
    """A value as JSON has it.

    Args:
        value: a dataclass of texts, numbers, truth values, tuples, mappings and dataclasses.
    """
    if is_dataclass(value):
        tag = {"kind": value.kind} if hasattr(value, "kind") else {}
        return tag | {one.name: encode(getattr(value, one.name)) for one in fields(value)}
    if isinstance(value, Mapping):
        return {key: encode(inner) for key, inner in value.items()}
    return [encode(inner) for inner in value] if isinstance(value, tuple | list) else value


def decode(form: Any, value: object, where: str) -> Any:
    """A value from JSON.

    Args:
        form: the type that it should have, as annotations write it.
        value: the JSON.
        where: its place, for messages.

    Raises:
        Failure: it has another form; names the place.
    """
    origin, arguments = get_origin(form), get_args(form)
    if origin in (Union, UnionType):
        return _one_of(arguments, value, where)
    if is_dataclass(form):
        return _object(form, value, where)
    if origin is tuple:
        items = _kind(list, value, where, "a list")
        return tuple(decode(arguments[0], inner, f"{where}[{n}]") for n, inner in enumerate(items))
    if origin is not None:
        table = _kind(dict, value, where, "an object")
        return {key: decode(arguments[1], inner, f"{where}.{key}") for key, inner in table.items()}
    if form is float and type(value) is int:
        return value
    if type(value) is not form:
        raise Failure(f"{where} is not {_NAMES[form]}", _FIX)
    return value


@cache
def hints(form: Any) -> Mapping[str, Any]:
    """Name of each field of a dataclass to its type."""
    known = get_type_hints(form)
    return {one.name: known[one.name] for one in fields(form)}


def _object(form: Any, value: object, where: str) -> Any:
    table = _kind(dict, value, where, "an object")
    expected = {*hints(form), *(["kind"] if hasattr(form, "kind") else [])}
    if missing := sorted(expected - table.keys()):
        raise Failure(f"{where}.{missing[0]} is missing", _FIX)
    if unknown := sorted(table.keys() - expected):
        raise Failure(f"{where}.{unknown[0]} is unknown", _FIX)
    return form(**{name: decode(kind, table[name], f"{where}.{name}") for name, kind in hints(form).items()})


def _one_of(forms: tuple[Any, ...], value: object, where: str) -> Any:
    if value is None and NoneType in forms:
        return None
    if len(only := [form for form in forms if form is not NoneType]) == 1:
        return decode(only[0], value, where)
    kind = _kind(dict, value, where, "an object").get("kind")
    for form in forms:
        if form is not NoneType and form.kind == kind:
            return _object(form, value, where)
    raise Failure(f"{where}.kind is {kind!r}, which is not a known kind", _FIX)


def _kind(kind: type, value: object, where: str, name: str) -> Any:
    if not isinstance(value, kind):
        raise Failure(f"{where} is not {name}", _FIX)
    return value
