"""One key of a pipeline file is set; comments and all other lines stay as they are."""

from collections.abc import Mapping, Sequence
from typing import Any

import yaml

from ci.decide.config.nodes import FLAG, NOTHING, WHOLE, Loader
from ci.decide.write import comment, flow, scalar

STEP = 2
"""Columns of a level."""

Place = tuple[str | int, ...]
"""Keys and positions in lists from the outside to the inside, such as ``("smoke", "scenarios", 0, "env", "A")``."""


def put(text: str, place: Place, value: Any, reason: str = "") -> str:
    """Set a key, with the reason as a comment above it.

    Args:
        text: of the file, valid YAML.
        place: of the key; a position behind the end of a list adds to it.
        value: what ``yaml`` reads: text, numbers, lists, mappings.
        reason: why; empty for no comment.

    Returns:
        The text of the file.
    """
    root = yaml.compose(text, Loader)
    lines = text.splitlines()
    if root is None or root.tag == NOTHING:
        return _joined([*lines, *_block(place, value, 0, reason)])
    parent, depth = _deepest(root, place)
    key = place[depth] if depth < len(place) else None
    known = _child(parent, key)
    if known is None and not parent.flow_style:
        at = len(lines) if parent is root else _end(parent) + 1
        new = _block(place[depth:], value, _column(parent), reason)
        return _joined([*lines[:at], *([""] if parent is root else []), *new, *lines[at:]])
    if known is None or (depth + 1 < len(place)):
        # A section on one line, or one without content, is written anew.
        holder = parent if known is None else known[1]
        start = place[:depth] if known is None else place[: depth + 1]
        rest = place[len(start) :]
        merged = _set(_plain(holder), rest, value)
        return put(text, start, merged, reason) if start else _joined(_lines(merged, 0))
    first, node = known
    start_line, column = first.start_mark.line, first.start_mark.column
    new = _block(place[depth:], value, column, reason)
    if isinstance(key, int):
        raise TypeError("an item of a list is not replaced")
    if column and lines[start_line][:column].strip() == "-":
        new = _first_of_item(new, column)
    return _joined([*lines[:start_line], *new, *lines[_end(node) + 1 :]])


def _deepest(root: yaml.Node, place: Place) -> tuple[Any, int]:
    """The innermost section that is there as lines of its own, and how many keys lead to it."""
    node, depth = root, 0
    while depth + 1 < len(place):
        known = _child(node, place[depth])
        if known is None or not isinstance(known[1], yaml.CollectionNode) or known[1].flow_style:
            break
        node, depth = known[1], depth + 1
    return node, depth


def _child(node: Any, key: str | int | None) -> tuple[yaml.Node, yaml.Node] | None:
    """Key and value; for an item of a list twice the item."""
    if isinstance(node, yaml.SequenceNode):
        return (node.value[key], node.value[key]) if isinstance(key, int) and key < len(node.value) else None
    return next((pair for pair in node.value if pair[0].value == key), None)


def _column(node: Any) -> int:
    first = node.value[0]
    # An item begins behind its dash.
    return int(node.start_mark.column if isinstance(node, yaml.SequenceNode) else first[0].start_mark.column)


def _end(node: Any) -> int:
    """The last line of a node: a block's own mark is behind the comments that follow."""
    if isinstance(node, yaml.CollectionNode) and not node.flow_style and node.value:
        last = node.value[-1]
        return _end(last[1] if isinstance(last, tuple) else last)
    start, end = node.start_mark, node.end_mark
    return int(end.line - 1 if end.column == 0 and end.line > start.line else end.line)


def _block(place: Place, value: Any, column: int, reason: str) -> list[str]:
    """Lines of the keys that lead to a value, and of the value."""
    indent = " " * column
    key, *rest = place
    if isinstance(key, int):
        inner = _block(tuple(rest), value, column + STEP, reason) if rest else _lines(value, column + STEP)
        return [*([] if rest else _why(reason, column)), *_item(inner, column)]
    if rest:
        return [f"{indent}{key}:", *_block(tuple(rest), value, column + STEP, reason)]
    return [*_why(reason, column), *_lines({key: value}, column)]


def _why(reason: str, column: int) -> list[str]:
    return [f"{' ' * column}# {comment(reason)}"] if reason else []


def _item(lines: Sequence[str], column: int) -> list[str]:
    """Lines as an item of a list: the first one that is no comment gets the dash."""
    first = next(n for n, line in enumerate(lines) if not line.lstrip().startswith("#"))
    dashed = f"{' ' * column}- {lines[first].lstrip()}"
    return [*(line[STEP:] for line in lines[:first]), dashed, *lines[first + 1 :]]


def _first_of_item(lines: Sequence[str], column: int) -> list[str]:
    return _item(lines, column - STEP)


def _lines(value: Any, column: int) -> list[str]:
    indent = " " * column
    if isinstance(value, Mapping) and value:
        found: list[str] = []
        for key, inner in value.items():
            nested = (isinstance(inner, Mapping) and inner) or _of_mappings(inner)
            shown = scalar(str(key))
            found += (
                [f"{indent}{shown}:", *_lines(inner, column + STEP)] if nested else [f"{indent}{shown}: {flow(inner)}"]
            )
        return found
    if _of_mappings(value):
        return [line for one in value for line in _item(_lines(one, column + STEP), column)]
    return [f"{indent}{flow(value)}"]


def _of_mappings(value: Any) -> bool:
    return isinstance(value, list | tuple) and any(isinstance(one, Mapping) for one in value)


def _plain(node: yaml.Node) -> Any:
    """What a node means to the strict reader: all scalars as their text, but for whole numbers and truth values."""
    if isinstance(node, yaml.MappingNode):
        return {key.value: _plain(value) for key, value in node.value}
    if isinstance(node, yaml.SequenceNode):
        return [_plain(one) for one in node.value]
    if node.tag == NOTHING:
        return {}
    if node.tag == WHOLE:
        return int(node.value)
    return node.value == "true" if node.tag == FLAG else node.value


def _set(value: Any, place: Place, new: Any) -> Any:
    """A value with another one within."""
    key, *rest = place
    if isinstance(key, int):
        items = list(value or [])
        inner = _set(items[key] if key < len(items) else {}, tuple(rest), new) if rest else new
        return [*items[:key], inner, *items[key + 1 :]]
    found = dict(value or {})
    return {**found, key: _set(found.get(key), tuple(rest), new) if rest else new}


def _joined(lines: Sequence[str]) -> str:
    return "\n".join(lines).strip("\n") + "\n"
