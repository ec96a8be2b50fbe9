"""What the tests of the JavaScript programs share."""

import json
import shutil
import subprocess
from collections.abc import Callable
from pathlib import Path
from typing import Any

import pytest

PROGRAMS = Path(__file__).parents[2] / "ci" / "programs"


@pytest.fixture(scope="session")
def node() -> str:
    """The host's Node.js."""
    found = shutil.which("node")
    assert found, "these tests run the pipeline's programs with the host's `node`"
    return found


@pytest.fixture
def program(node: str, tmp_path: Path) -> Callable[..., subprocess.CompletedProcess[str]]:
    """Runs one of the pipeline's programs in the test's own directory, as ``ci.engine.containers.program`` does."""

    def run(name: str, *arguments: Any) -> subprocess.CompletedProcess[str]:
        words = [a if isinstance(a, str) else json.dumps(a) for a in arguments]
        return subprocess.run(
            [node, str(PROGRAMS / f"{name}.cjs"), *words], cwd=tmp_path, capture_output=True, text=True, check=False
        )

    return run
