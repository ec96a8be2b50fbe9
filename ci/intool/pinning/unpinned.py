"""Images that are used without a digest (check SC-12). Pure."""

import ast
import re
import tomllib
from collections.abc import Collection, Iterator, Mapping, Sequence
from typing import Any

_DIGEST = re.compile(r"@sha256:[0-9a-f]{64}$")
_REFERENCE = re.compile(r"^[a-z0-9-]+(?:\.[a-z0-9-]+)+(?::\d+)?(?:/[a-z0-9._-]+)+:[\w.-]+(?:@\S*)?$")
"""An image by registry and tag, as the pipeline writes one."""

_IN_YAML = re.compile(
    r"^[^#\n]*?(?:\b(?:image|container):\s+|docker://|\bdocker\s+(?:run|pull)\s+(?:-\S+\s+)*)[\"']?"
    r"(?P<image>[^\s\"'{}#$]+)"
)


def unpinned(files: Mapping[str, str], floating: Collection[str] = ()) -> list[str]:
    """Images without digest in the pipeline's own files.

    Args:
        files: path to text. In Python that is every call of ``from_`` with a text, and every text that names an image
            by registry and tag; in TOML, the table ``images``; in YAML, ``image:``, ``container:``, ``docker://`` and
            calls of docker; an expression of a workflow is not looked into.
        floating: what may have a tag alone, since it is data that has to be new.

    Returns:
        A line each: ``path:line: image``.
    """
    return [
        f"{path}:{line}: {image}"
        for path, text in sorted(files.items())
        for line, image in sorted(_found(path, text))
        if image not in floating and not _DIGEST.search(image)
    ]


def unpinned_images(plan: Mapping[str, Any], floating: Collection[str] = ()) -> list[str]:
    """Images without digest in a plan, as ``dagger call plan`` prints it.

    Args:
        plan: the JSON object; an object with ``name`` and ``digest`` in it is an image.
        floating: what may have a tag alone, since it is data that has to be new.

    Returns:
        A line each: ``path of the key: image``.
    """
    return [
        f"{where}: {image['name']}"
        for where, image in _in_plan("", plan)
        if image["name"] not in floating and not _DIGEST.search(f"@{image['digest']}")
    ]


def _found(path: str, text: str) -> Iterator[tuple[int, str]]:
    if path.endswith(".py"):
        return _python(text)
    if path.endswith(".toml"):
        return _toml(text)
    return _yaml(text)


def _python(text: str) -> Iterator[tuple[int, str]]:
    tree = ast.parse(text)
    documentation = {id(node.value) for node in ast.walk(tree) if isinstance(node, ast.Expr)}
    pulled = [argument for node in ast.walk(tree) for argument in _pulled(node)]
    for node in ast.walk(tree):
        if isinstance(node, ast.Constant) and isinstance(node.value, str) and id(node) not in documentation:
            if node in pulled or _REFERENCE.match(node.value):
                yield node.lineno, node.value
        elif isinstance(node, ast.JoinedStr) and node in pulled:
            yield node.lineno, ast.unparse(node)


def _pulled(node: ast.AST) -> list[ast.expr]:
    if isinstance(node, ast.Call) and isinstance(node.func, ast.Attribute) and node.func.attr == "from_":
        return node.args
    return []


def _toml(text: str) -> Iterator[tuple[int, str]]:
    lines = text.splitlines()
    for image in tomllib.loads(text).get("images", {}).values():
        yield next(number for number, line in enumerate(lines, 1) if image in line), image


def _yaml(text: str) -> Iterator[tuple[int, str]]:
    for number, line in enumerate(text.splitlines(), 1):
        if match := _IN_YAML.match(line):
            yield number, match["image"]


def _in_plan(where: str, value: Any) -> Iterator[tuple[str, Mapping[str, Any]]]:
    if isinstance(value, Mapping):
        if {"name", "digest"} <= value.keys():
            yield where, value
            return
        for key, inner in value.items():
            yield from _in_plan(f"{where}.{key}".lstrip("."), inner)
    elif isinstance(value, Sequence) and not isinstance(value, str):
        for number, inner in enumerate(value):
            yield from _in_plan(f"{where}[{number}]", inner)
