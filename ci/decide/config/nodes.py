"""YAML text into nodes that know their lines: YAML 1.2's core values, no key twice, merge keys taken in."""

import re
from collections.abc import Iterator
from itertools import islice
from typing import Any

import yaml
from yaml.composer import ComposerError
from yaml.scanner import ScannerError

from ci.errors import ConfigError

TEXT, WHOLE, FLAG, NOTHING, MERGE = (f"tag:yaml.org,2002:{name}" for name in ("str", "int", "bool", "null", "merge"))
"""Tags of scalars."""

DEEPEST = 32
"""Levels that a file may have; the format needs 7."""

MOST = 10_000
"""Values that a file may have. An alias counts as often as it is used, so a small file may have billions."""


_HALF = re.compile(r"[\ud800-\udfff]")


def compose(text: str, file: str) -> yaml.Node | None:
    """The root node; nothing where the file has no content.

    Args:
        text: content of the file.
        file: its name, for messages.

    Raises:
        ConfigError: not YAML; names the line.
    """
    try:
        root = yaml.compose(text, _Merging)
    except yaml.MarkedYAMLError as error:
        line = error.problem_mark.line + 1 if error.problem_mark else 1
        problem = error.problem or error.context
        raise ConfigError.of("config.not-yaml", file=file, line=line, problem=problem) from None
    except yaml.reader.ReaderError as error:
        line = text.count("\n", 0, error.position) + 1
        problem = f"the character U+{error.character:04X} is not allowed"
        raise ConfigError.of("config.not-yaml", file=file, line=line, problem=problem) from None
    return None if root is None or root.tag == NOTHING else root


class Loader(yaml.SafeLoader):
    """Takes text as it is written: ``1.10``, ``no`` and ``12:30`` are text."""

    depth = 0

    def fetch_more_tokens(self) -> None:
        """Report numbers of escapes and directives that are out of range."""
        try:
            super().fetch_more_tokens()
        except (ValueError, OverflowError) as error:
            raise ScannerError(None, None, str(error), self.get_mark()) from None

    def compose_node(self, parent: yaml.Node | None, index: Any) -> yaml.Node | None:
        """Refuse what is nested too deep, and tags that are not those of YAML's core schema."""
        if self.depth == DEEPEST:
            mark = self.peek_event().start_mark  # type: ignore[no-untyped-call]
            raise ComposerError(None, None, f"nested more than {DEEPEST} levels deep", mark)
        self.depth += 1
        node = super().compose_node(parent, index)
        self.depth -= 1
        if node is not None:
            _refuse(node, self.resolve(type(node), node.value, (True, False)))  # type: ignore[no-untyped-call]
        return node

    def compose_mapping_node(self, anchor: Any) -> yaml.MappingNode:
        """Refuse keys that are not text, and those that are there twice."""
        node = super().compose_mapping_node(anchor)
        seen: set[str] = set()
        for key, _ in node.value:
            if not isinstance(key, yaml.ScalarNode):
                raise ComposerError(None, None, "a key is not text", key.start_mark)
            if key.value in seen:
                raise ComposerError(None, None, f"the key `{key.value}` is used twice", key.start_mark)
            seen.add(key.value)
        return node


class _Merging(Loader):
    taken = 0

    def compose_mapping_node(self, anchor: Any) -> yaml.MappingNode:
        node = super().compose_mapping_node(anchor)
        pairs = (pair for key, value in node.value if key.tag == MERGE for pair in _sources(value))
        taken = list(islice(pairs, MOST + 1))
        self.taken += len(taken)
        if self.taken > MOST:
            raise ComposerError(None, None, f"`<<` takes in more than {MOST} keys", node.start_mark)
        found: dict[str, Any] = {}
        for key, value in (*node.value, *taken):
            if key.tag != MERGE:
                found.setdefault(key.value, (key, value))
        node.value = list(found.values())
        return node


def _refuse(node: yaml.Node, plain: str) -> None:
    """``!!str`` makes text of anything; any other tag has to say what the value is without it."""
    if isinstance(node, yaml.ScalarNode) and _HALF.search(node.value):
        raise ComposerError(None, None, "half of a surrogate pair is not a character", node.start_mark)
    if node.tag != plain and not (node.tag == TEXT and isinstance(node, yaml.ScalarNode)):
        raise ComposerError(None, None, f"the tag `{node.tag}` is not supported", node.start_mark)


def _sources(value: yaml.Node) -> Iterator[Any]:
    """The keys of what ``<<`` takes in; the first of a name wins."""
    sources = value.value if isinstance(value, yaml.SequenceNode) else [value]
    for source in sources:
        if not isinstance(source, yaml.MappingNode):
            raise ComposerError(None, None, "`<<` needs keys with values, or a list of them", source.start_mark)
    return (pair for source in sources for pair in source.value if isinstance(pair[0], yaml.ScalarNode))


Loader.yaml_implicit_resolvers = {}
for _tag, _pattern, _first in (
    (FLAG, r"true|false", "tf"),
    (WHOLE, r"0|-?[1-9]\d{0,17}", "-0123456789"),
    (NOTHING, r"~|null|", ["~", "n", ""]),
    (MERGE, r"<<", "<"),
):
    Loader.add_implicit_resolver(_tag, re.compile(rf"^(?:{_pattern})$"), list(_first))
