"""Reading YAML nodes whose shape nothing promises: what has another shape counts as not there."""

import yaml


def entries(node: yaml.Node | None) -> dict[str, yaml.Node]:
    """Keys with values; none where it has another shape."""
    if not isinstance(node, yaml.MappingNode):
        return {}
    return {key.value: value for key, value in node.value}


def items(node: yaml.Node | None) -> list[yaml.Node]:
    """Items of a list; none where it has another shape."""
    return list(node.value) if isinstance(node, yaml.SequenceNode) else []


def text(node: yaml.Node | None) -> str:
    """A scalar as it is written; empty where it has another shape, or is nothing."""
    if not isinstance(node, yaml.ScalarNode) or (node.tag.endswith(":null") and node.style is None):
        return ""
    return str(node.value)


def at(node: yaml.Node | None, *names: str) -> yaml.Node | None:
    """The value below keys; None where one of them is not there."""
    for name in names:
        node = entries(node).get(name)
    return node


def line(node: yaml.Node) -> int:
    """Where it begins, from 1."""
    return int(node.start_mark.line) + 1


def listed(node: yaml.Node | None) -> list[tuple[str, int]]:
    """Texts with their lines: of a list, of the lines of a text, or of one text with commas."""
    if isinstance(node, yaml.SequenceNode):
        return [(text(one), line(one)) for one in node.value if text(one)]
    if node is None or not text(node):
        return []
    given = text(node)
    block = isinstance(node, yaml.ScalarNode) and node.style in ("|", ">")
    lines = [one.strip() for one in given.splitlines()]
    return [(one, line(node) + (number + 1 if block else 0)) for number, one in enumerate(lines) if one]


def variables(node: yaml.Node | None) -> dict[str, tuple[str | None, int]]:
    """Variables as a mapping, a list of ``NAME=value``, or lines of it; None for one that the caller's shell sets."""
    if isinstance(node, yaml.MappingNode):
        return {
            name: (
                None if isinstance(value, yaml.ScalarNode) and value.tag.endswith(":null") else text(value),
                line(value),
            )
            for name, value in entries(node).items()
        }
    found: dict[str, tuple[str | None, int]] = {}
    for one, number in listed(node):
        name, equals, value = one.partition("=")
        found[name.strip()] = (value if equals else None, number)
    return found
