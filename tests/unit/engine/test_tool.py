"""The code of a tool container."""

import subprocess
import sys

import pytest

from ci.engine.tool import importing, modules


def test_only_modules_are_imported() -> None:
    paths = ["ci/__init__.py", "ci/intool/a/__init__.py", "ci/intool/a/b.py", "ci/intool/a/c.toml"]
    assert importing(paths) == "import ci, ci.intool.a, ci.intool.a.b"


@pytest.mark.parametrize("package", ["rootfs", "scan"])
def test_importing_a_package_has_no_effect(package: str) -> None:
    done = subprocess.run(
        [sys.executable, "-c", importing(modules(package))], capture_output=True, text=True, check=True
    )
    assert (done.stdout, done.stderr) == ("", "")
