"""A frozen dataclass holds nothing that can change: what grows has an object of its own."""

import ast
from collections.abc import Iterator
from pathlib import Path

ROOT = Path(__file__).parents[2]
MUTABLE = {"dict", "list", "set", "bytearray", "Counter", "defaultdict", "MutableMapping"}


def frozen(tree: ast.AST) -> Iterator[ast.ClassDef]:
    """Classes that are frozen dataclasses."""
    for node in ast.walk(tree):
        if isinstance(node, ast.ClassDef) and any("frozen=True" in ast.unparse(one) for one in node.decorator_list):
            yield node


def outer(annotation: ast.expr) -> set[str]:
    """Names of the types that a field may have, without what they hold."""
    if isinstance(annotation, ast.BinOp):
        return outer(annotation.left) | outer(annotation.right)
    return {ast.unparse(annotation.value if isinstance(annotation, ast.Subscript) else annotation)}


def fields(tree: ast.AST) -> Iterator[tuple[str, str, set[str]]]:
    for cls in frozen(tree):
        for field in cls.body:
            if isinstance(field, ast.AnnAssign):
                yield cls.name, ast.unparse(field.target), outer(field.annotation)


def test_it_is_found() -> None:
    source = "@dataclass(frozen=True)\nclass A:\n    a: dict[str, int] | None = None\n    b: tuple[list[int], ...]\n"
    assert [found for found in fields(ast.parse(source)) if found[2] & MUTABLE] == [("A", "a", {"dict", "None"})]


def test_no_frozen_class_holds_what_can_change() -> None:
    found = [
        (path.relative_to(ROOT).as_posix(), cls, name)
        for path in sorted((ROOT / "ci").rglob("*.py"))
        for cls, name, types in fields(ast.parse(path.read_text("utf-8")))
        if types & MUTABLE
    ]
    assert found == []
