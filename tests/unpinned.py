"""Images without a digest in files of this project: code, pins, workflows (check SC-12 is about those of a run)."""

import ast
import re
import tomllib
from collections.abc import Collection, Iterator, Mapping

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
