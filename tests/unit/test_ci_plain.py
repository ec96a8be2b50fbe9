"""What runs in the tool container imports nothing but the standard library and its own kind."""

import ast
import sys
from pathlib import Path

import pytest

CI = Path(__file__).parents[2] / "ci"
PLAIN = ("attest", "checks", "leaks", "oci", "pinning", "policy", "registry", "sbom", "scan", "tags")
ZSTD = {"backports", "compression"}
"""zstd: in Python since 3.14, for older ones a package with the same interface."""


def imported(path: Path) -> set[str]:
    """Names of the modules that a file imports, wherever in it."""
    names: set[str] = set()
    for node in ast.walk(ast.parse(path.read_text("utf-8"))):
        if isinstance(node, ast.Import):
            names |= {alias.name for alias in node.names}
        elif isinstance(node, ast.ImportFrom):
            names.add(str(node.module))
    return names


@pytest.mark.parametrize("package", PLAIN)
def test_a_plain_package_needs_nothing_else(package: str) -> None:
    files = sorted((CI / package).glob("*.py"))
    assert files
    allowed = tuple(f"ci.{name}" for name in PLAIN)
    for path in files:
        for name in imported(path):
            root = name.partition(".")[0]
            known = root in sys.stdlib_module_names | ZSTD
            assert known or name.startswith(allowed), f"{path.name} imports {name}"
