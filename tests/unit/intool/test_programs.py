"""Every package of the tool container that is a program: each of its operations is there."""

import inspect
from importlib import import_module
from pathlib import Path

import pytest

from ci.intool.common.command import function

INTOOL = Path(__file__).parents[3] / "ci/intool"
PACKAGES = [path.parent.name for path in sorted(INTOOL.glob("*/__main__.py")) if path.parent.name != "oci"]


@pytest.mark.parametrize("package", PACKAGES)
def test_every_operation_is_a_function_of_its_module(package: str) -> None:
    name = f"ci.intool.{package}"
    operations = import_module(f"{name}.__main__").OPERATIONS
    assert operations
    for operation in operations:
        assert inspect.isfunction(function(name, operations, operation))
