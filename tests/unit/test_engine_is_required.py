"""An engine test without an engine is a failure, never a skip."""

import os
import subprocess
import sys
from pathlib import Path

CHECKOUT = Path(__file__).parents[2]


def test_engine_tests_fail_without_an_engine() -> None:
    done = subprocess.run(
        [
            sys.executable,
            "-m",
            "pytest",
            "-q",
            "-p",
            "no:cacheprovider",
            "tests/engine/test_errors.py",
            "-k",
            "no_lock",
        ],
        cwd=CHECKOUT,
        env={**os.environ, "PATH": "/nonexistent"},
        capture_output=True,
        text=True,
        timeout=60,
        check=False,
    )
    assert done.returncode == 1
    assert "no dagger on PATH: run `make test`" in done.stdout
    assert "skipped" not in done.stdout
