"""The real programs; tests fail, never skip, without them."""

import shutil
from pathlib import Path

import pytest

from ci.intool.scan.unpack import unpack
from offline.advisories import artifact


def required(*names: str) -> None:
    """Fail where a program is missing."""
    for name in names:
        if not shutil.which(name):
            pytest.fail(f'no {name} on PATH: run `make test`, or eval "$(make -s env)" first')


@pytest.fixture(scope="session")
def trivy_cache(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """Trivy's cache with the database of the list of advisories, taken out of its OCI artifact as the pipeline does."""
    required("trivy", "advisories")
    home = tmp_path_factory.mktemp("trivy")
    layout = artifact.assemble(home, Path(str(shutil.which("advisories"))).parent)
    unpack(str(layout), str(home / "cache"))
    return home / "cache"
