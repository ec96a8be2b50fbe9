"""Podman."""

import json
from collections.abc import Iterator
from pathlib import Path

import pytest

from ci.registry.pull import pull
from tests.compat.contract import NATIVE, Contract, running
from tests.compat.engines import Podman
from tests.compat.published import Published, regctl
from tests.compat.sandbox import sandbox


@pytest.fixture(scope="module")
def engine(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Podman]:
    with sandbox(tmp_path_factory.mktemp("podman") / "box") as box:
        yield Podman(box)


class TestPodman(Contract):
    """The contract, under Podman."""


def test_layers_in_zstd(engine: Podman, zstd: Published) -> None:
    with running(engine, zstd.tag, "zstd"):
        assert engine.pull(zstd.tag, NATIVE).digest == zstd.digest


def test_the_health_check_of_an_oci_image_is_to_be_named(engine: Podman, published: Published) -> None:
    """Podman reads health checks of Docker's image format only; the image's own command works where it is given."""
    with running(engine, published.tag, "unhealthy"):
        assert "no defined healthcheck" in engine.box.refuse(*engine.client, "healthcheck", "run", "unhealthy")
    config = json.loads(regctl("image", "config", f"--platform=linux/{NATIVE}", published.tag))
    more = (f"--health-cmd={json.dumps(config['config']['Healthcheck']['Test'])}", "--health-interval=disable")
    with running(engine, published.tag, "healthy", *more):
        engine.call("healthcheck", "run", "healthy")


@pytest.mark.parametrize("kind", ["docker", "oci"])
def test_an_archive_is_loaded(engine: Podman, published: Published, tmp_path: Path, kind: str) -> None:
    pull(published.tag, tmp_path / "image.tar", platform=f"linux/{NATIVE}", kind=kind)
    engine.call("rmi", "--all", "--force")
    engine.call("load", f"--input={tmp_path}/image.tar")
    assert engine.call("images", "--quiet", "--no-trunc") == published.configs[NATIVE]
