"""Content keys: what they follow, and what they do not."""

import os
import re
import shutil
from collections.abc import Callable
from pathlib import Path

import pytest

from offline.recipe_key import key_of


@pytest.fixture
def recipe(tmp_path: Path) -> Path:
    """A recipe of a few files."""
    root = tmp_path / "recipe"
    (root / "sub").mkdir(parents=True)
    (root / "go.mod").write_text("module x\n")
    (root / "sub/main.go").write_text("package main\n")
    return root


def rename(root: Path) -> None:
    (root / "go.mod").rename(root / "go.mode")


def move(root: Path) -> None:
    (root / "sub/main.go").rename(root / "main.go")


def swap(root: Path) -> None:
    first, second = root / "go.mod", root / "sub/main.go"
    texts = second.read_text(), first.read_text()
    first.write_text(texts[0])
    second.write_text(texts[1])


@pytest.mark.parametrize(
    "change",
    [
        lambda root: (root / "sub/main.go").write_text("package other\n"),
        lambda root: (root / "sub/main.go").write_text(""),
        lambda root: (root / "sub/new.go").write_text(""),
        lambda root: (root / "go.mod").unlink(),
        rename,
        move,
        swap,
    ],
    ids=["content", "emptied", "added", "removed", "renamed", "moved", "swapped"],
)
def test_the_key_follows_content_and_paths(recipe: Path, change: Callable[[Path], object]) -> None:
    before = key_of([recipe])
    change(recipe)
    assert key_of([recipe]) != before


@pytest.mark.parametrize(
    "change",
    [
        lambda root: os.utime(root / "go.mod", (1, 1)),
        lambda root: (root / "go.mod").write_text("module x\n"),
        lambda root: (root / "empty").mkdir(),
        lambda root: (
            (root / "sub/__pycache__").mkdir(),
            (root / "sub/__pycache__/main.cpython-311.pyc").write_text(""),
        ),
    ],
    ids=["mtime", "written again", "empty directory", "byte code"],
)
def test_the_key_does_not_follow_what_is_made_on_the_way(recipe: Path, change: Callable[[Path], object]) -> None:
    before = key_of([recipe])
    change(recipe)
    assert key_of([recipe]) == before


def test_the_key_does_not_follow_the_place(recipe: Path, tmp_path: Path) -> None:
    copy = shutil.copytree(recipe, tmp_path / "elsewhere" / "recipe")
    assert key_of([copy]) == key_of([recipe])


def test_the_key_follows_facts_and_their_order(recipe: Path) -> None:
    facts = [(), ("",), ("a", "b"), ("b", "a"), ("ab",), ("a", "", "b"), ("go1.26.1",)]
    assert len({key_of([recipe], *given) for given in facts}) == len(facts)


def test_a_file_counts_by_its_name(recipe: Path) -> None:
    one, other = recipe / "go.mod", recipe / "copy"
    other.write_bytes(one.read_bytes())
    assert key_of([one]) != key_of([other])
    assert key_of([one, other]) != key_of([one])


def test_a_key_is_sixteen_hex_digits(recipe: Path) -> None:
    assert re.fullmatch(r"[0-9a-f]{16}", key_of([recipe], "fact"))
