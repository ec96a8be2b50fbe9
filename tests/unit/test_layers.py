"""Imports go down only: each room of ``ci`` opens those below it, never one above it."""

import ast
import sys
from pathlib import Path

import pytest

CI = Path(__file__).parents[2] / "ci"

LAYERS: tuple[tuple[str, ...], ...] = (
    ("module",),
    ("commands",),
    ("pipeline",),
    ("report",),
    ("release",),
    ("gates",),
    ("build",),
    ("engine",),
    ("decide",),
    ("errors",),
    ("messages",),
    ("intool.load",),
    ("intool.unchanged", "intool.contract"),
    tuple(f"intool.{name}" for name in ("attest", "cache", "checks", "leaks", "manager", "pinning", "sbom")),
    ("intool.scan",),
    ("intool.registry",),
    ("intool.rootfs",),
    ("intool.oci",),
    ("intool.tags",),
    ("intool.policy",),
    ("intool.common",),
)
"""From top to bottom; what stands in one row does not import each other."""

DECIDE: tuple[tuple[str, ...], ...] = (
    ("bundle", "dockerfile", "doctor", "load"),
    ("plan",),
    ("tries",),
    ("migrate",),
    ("config",),
    ("project",),
    ("tags",),
    ("pins",),
    ("ecosystems",),
    ("diagnose",),
    ("variables",),
    ("write",),
)
"""The same for the rooms of ``decide``."""

ZSTD = {"backports", "compression"}
"""zstd: in Python since 3.14, for older ones a package with the same interface."""

FILES = sorted(CI.rglob("*.py"))


def imported(path: Path) -> set[str]:
    """Names of the modules that a file imports, wherever in it."""
    names: set[str] = set()
    for node in ast.walk(ast.parse(path.read_text("utf-8"))):
        if isinstance(node, ast.Import):
            names |= {alias.name for alias in node.names}
        elif isinstance(node, ast.ImportFrom):
            names |= {f"{node.module}.{alias.name}" for alias in node.names}
    return names


def floor(module: str, layers: tuple[tuple[str, ...], ...], below: str) -> tuple[int, str] | None:
    """The layer and room that a module is in; None where it is in none."""
    for number, rooms in enumerate(layers):
        for room in rooms:
            if f"{module}.".startswith(f"{below}.{room}."):
                return number, room
    return None


def module_of(path: Path) -> str:
    return ".".join(path.relative_to(CI.parent).with_suffix("").parts).removesuffix(".__init__")


def upward(layers: tuple[tuple[str, ...], ...], below: str) -> list[str]:
    """Every import that does not go down."""
    found = []
    for path in FILES:
        here = floor(module_of(path), layers, below)
        for name in sorted(imported(path)) if here else ():
            there = floor(name, layers, below)
            if here and there and there != here and there[0] <= here[0]:
                found.append(f"{module_of(path)} imports {name}")
    return found


def test_every_module_is_in_a_room() -> None:
    homeless = [module_of(p) for p in FILES if not floor(module_of(p), LAYERS, "ci")]
    assert homeless == ["ci", "ci.intool"]


@pytest.mark.parametrize(("layers", "below"), [(LAYERS, "ci"), (DECIDE, "ci.decide")])
def test_imports_go_down(layers: tuple[tuple[str, ...], ...], below: str) -> None:
    assert upward(layers, below) == []


def test_the_tool_container_needs_nothing_but_the_standard_library() -> None:
    for path in (CI / "intool").rglob("*.py"):
        for name in imported(path):
            known = name.partition(".")[0] in sys.stdlib_module_names | ZSTD
            assert known or name.startswith("ci.intool"), f"{path} imports {name}"


@pytest.mark.parametrize("room", ["decide", "report", "intool"])
def test_decisions_and_words_know_nothing_of_dagger(room: str) -> None:
    for path in (CI / room).rglob("*.py"):
        assert not {name for name in imported(path) if name.partition(".")[0] == "dagger"}, path
