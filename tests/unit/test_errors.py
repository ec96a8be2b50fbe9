"""Each process has one base of errors: what happened, what to do, and its exit code."""

import subprocess
import sys
from pathlib import Path

import pytest

from ci import errors
from ci.errors import PipelineError
from ci.intool.common.failure import Failure, print_failure
from offline.errors import OfflineError
from offline.images.errors import ImageError

ROOT = Path(__file__).parents[2]
PAGE = (ROOT / "docs" / "reference" / "errors.md").read_text("utf-8")
KINDS = [one for one in vars(errors).values() if isinstance(one, type) and issubclass(one, PipelineError)]


@pytest.mark.parametrize(
    ("kind", "code"), [*((kind, 1) for kind in KINDS), (Failure, 9), (OfflineError, 1), (ImageError, 1)]
)
def test_all_have_the_same_shape(kind: type[PipelineError | Failure | OfflineError], code: int) -> None:
    error = kind("it broke", "repair it")
    assert (error.what, error.fix, error.exit_code) == ("it broke", "repair it", code)
    assert str(error).startswith("it broke")


@pytest.mark.parametrize("kind", [kind for kind in KINDS if kind is not PipelineError])
def test_the_reference_has_every_kind(kind: type[PipelineError]) -> None:
    assert f"| [{kind.__name__}](#" in PAGE
    assert f"── {kind.__name__} " in (errors.__doc__ or "")


def test_a_program_prints_its_failure(capsys: pytest.CaptureFixture[str]) -> None:
    assert print_failure(Failure("it broke", "repair it")) == Failure.exit_code
    assert capsys.readouterr().err == "next-distroless: it broke\n  fix: repair it\n"


@pytest.mark.parametrize(
    ("package", "code"), [("ci.intool.registry", Failure.exit_code), ("ci.intool.oci", Failure.exit_code)]
)
def test_a_program_without_arguments_says_which(package: str, code: int) -> None:
    done = subprocess.run([sys.executable, "-m", package], cwd=ROOT, capture_output=True, text=True, check=False)
    assert done.returncode == code
    assert "fix: use" in done.stderr


def test_the_javascript_programs_exit_likewise() -> None:
    assert f"process.exit({Failure.exit_code})" in (ROOT / "ci" / "programs" / "fail.cjs").read_text("utf-8")
