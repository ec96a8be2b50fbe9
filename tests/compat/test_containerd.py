"""containerd."""

from collections.abc import Iterator

import pytest

from ci.intool.manager.pull import pull
from tests.compat.contract import NATIVE, Contract, running
from tests.compat.published import Published
from tests.compat.runtimes import Containerd
from tests.compat.sandbox import sandbox

pytestmark = [pytest.mark.engine, pytest.mark.embedded, pytest.mark.costly]


@pytest.fixture(scope="module")
def runtime(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Containerd]:
    with sandbox(tmp_path_factory.mktemp("containerd") / "box") as box:
        yield Containerd(box)


class TestContainerd(Contract):
    """The contract, under containerd."""


def test_layers_in_zstd(runtime: Containerd, zstd: Published) -> None:
    with running(runtime, zstd.tag, "zstd"):
        assert runtime.pull(zstd.tag, NATIVE).digest == zstd.digest


def test_an_archive_of_all_platforms_is_imported(runtime: Containerd, published: Published) -> None:
    archive = runtime.box.home / "image.tar"
    pull(published.tag, archive)
    runtime.call("archive", "images", "import", "--all-platforms", "--no-unpack", "--base-name=shop", archive)
    assert published.digest in runtime.call("archive", "images", "list")
