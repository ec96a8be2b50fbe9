"""containerd."""

from collections.abc import Iterator
from pathlib import Path

import pytest

from ci.registry.pull import pull
from tests.compat.contract import NATIVE, Contract, running
from tests.compat.engines import Containerd
from tests.compat.published import Published
from tests.compat.sandbox import sandbox


@pytest.fixture(scope="module")
def engine(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Containerd]:
    with sandbox(tmp_path_factory.mktemp("containerd") / "box") as box:
        yield Containerd(box)


class TestContainerd(Contract):
    """The contract, under containerd."""


def test_layers_in_zstd(engine: Containerd, zstd: Published) -> None:
    with running(engine, zstd.tag, "zstd"):
        assert engine.pull(zstd.tag, NATIVE).digest == zstd.digest


def test_an_archive_of_all_platforms_is_imported(engine: Containerd, published: Published, tmp_path: Path) -> None:
    pull(published.tag, tmp_path / "image.tar")
    engine.call(
        "archive", "images", "import", "--all-platforms", "--no-unpack", "--base-name=shop", tmp_path / "image.tar"
    )
    assert published.digest in engine.call("archive", "images", "list")
