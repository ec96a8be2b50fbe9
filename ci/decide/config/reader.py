"""YAML nodes into frozen dataclasses; unknown keys, wrong types and missing values get an error with their place."""

import dataclasses
import re
import types
from collections.abc import Callable, Iterator, Mapping
from difflib import get_close_matches
from typing import Any, NamedTuple, TypeVar, get_args, get_origin

import yaml

from ci.decide.config.keys import REQUIRED, Key, join, keys
from ci.decide.config.nodes import FLAG, MERGE, MOST, NOTHING, TEXT, WHOLE
from ci.decide.config.validation import Rule
from ci.errors import ConfigError

T = TypeVar("T")


class _Scalar(NamedTuple):
    tags: tuple[str, ...]
    name: str
    of: Callable[[str], Any]
    fix: str


_SCALARS = {
    str: _Scalar((TEXT, WHOLE, MERGE), "text", str, "write text, in quotes where YAML would read another type"),
    int: _Scalar((WHOLE,), "a whole number", int, "write digits, without quotes"),
    bool: _Scalar((FLAG,), "true or false", lambda text: text == "true", "write true or false, without quotes"),
}


class Reader:
    """Reads one file.

    Args:
        file: its name, for messages.
        rules: conditions by key path.
        renamed: key path of an earlier version to what to do about it.

    Attributes:
        places: key path to the line that gives it, from 1; filled by reading.
    """

    def __init__(self, file: str, rules: Mapping[str, Rule], renamed: Mapping[str, str]) -> None:
        self.places: dict[str, int] = {}
        self._file, self._rules, self._renamed = file, rules, renamed

    def read(self, model: type[T], node: yaml.Node, path: str = "") -> T:
        """Check a node against a dataclass, and build it.

        Args:
            model: its annotations are the schema.
            node: keys with values.
            path: of the node.

        Raises:
            ConfigError: names file, line, key path, and the nearest valid key.
        """
        self.places.setdefault(path, node.start_mark.line + 1)
        known = {key.name: key for key in keys(model)}
        given: dict[str, Any] = {}
        for name, inner, value in self._entries(node, path, "see docs/reference/pipeline.md"):
            if name not in known:
                hint = self._renamed.get(inner) or _nearest(name, known)
                raise self.error(inner, "unknown-key", hint=hint)
            given[known[name].attribute] = self._value(known[name].hint, value, inner)
        for key in known.values():
            if key.default is REQUIRED and key.attribute not in given:
                raise self.error(path, "missing-key", key=key.name)
        return model(**given)

    def error(self, path: str, problem: str, /, **facts: object) -> ConfigError:
        """An error about the value at a key path that was read.

        Args:
            path: of the key.
            problem: name of the message in the family ``config``.
            facts: what the message names beside the place.
        """
        place = f"{self._file}:{self.places[path]}: {path and f'{path}: '}"
        return ConfigError.of(f"config.{problem}", place=place, **facts)

    def _value(self, hint: Any, node: yaml.Node, path: str, form: str = "") -> Any:
        origin, args = get_origin(hint), get_args(hint)
        if origin is types.UnionType:
            return None if node.tag == NOTHING else self._value(args[0], node, path)
        if dataclasses.is_dataclass(hint):
            return self.read(hint, node, path)  # type: ignore[arg-type]
        if origin is tuple:
            if not isinstance(node, yaml.SequenceNode):
                raise self._wrong(path, "a list", node, "write one item a line, after `- `")
            items = ((self._place(f"{path}[{n}]", item), item) for n, item in enumerate(node.value))
            return tuple(self._value(args[0], item, inner) for inner, item in items)
        if origin is Mapping:
            entries = self._entries(node, path, "write `name: value` lines")
            return {name: self._value(args[1], value, inner, join(path, "*")) for name, inner, value in entries}
        return self._scalar(_SCALARS[hint], node, path, form or path)

    def _scalar(self, scalar: _Scalar, node: yaml.Node, path: str, form: str) -> Any:
        if node.tag not in scalar.tags:
            raise self._wrong(path, scalar.name, node, scalar.fix)
        value = scalar.of(node.value)
        rule = self._rules.get(re.sub(r"\[\d+\]", "[]", form))
        broken = rule.broken(value) if rule else ""
        if rule and broken:
            raise self.error(path, "wrong-value", problem=broken, hint=rule.fix)
        return value

    def _entries(self, node: yaml.Node, path: str, fix: str) -> Iterator[tuple[str, str, yaml.Node]]:
        """Each key with its path and its value."""
        if not isinstance(node, yaml.MappingNode):
            raise self._wrong(path, "keys with values", node, fix)
        for key, value in node.value:
            yield key.value, self._place(join(path, key.value), key), value

    def _place(self, path: str, node: yaml.Node) -> str:
        self.places[path] = node.start_mark.line + 1
        if len(self.places) > MOST:
            raise self.error(path, "too-large", most=MOST)
        return path

    def _wrong(self, path: str, expected: str, node: yaml.Node, hint: str) -> ConfigError:
        return self.error(path, "wrong-type", expected=expected, found=_kind(node), hint=hint)


def _nearest(name: str, known: Mapping[str, Key]) -> str:
    near = get_close_matches(name, known, n=1)
    return f"did you mean `{near[0]}`?" if near else f"known keys: {', '.join(sorted(known))}"


def _kind(node: yaml.Node) -> str:
    if isinstance(node, yaml.MappingNode):
        return "keys with values"
    if isinstance(node, yaml.SequenceNode):
        return "a list"
    return "nothing" if node.tag == NOTHING else f"`{node.value[:60]}`"
