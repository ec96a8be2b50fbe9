"""Podman."""

import json
from collections.abc import Iterator

import pytest

from ci.intool.manager.pull import pull
from tests.compat.contract import NATIVE, Contract, running
from tests.compat.published import Published, regctl
from tests.compat.runtimes import Podman
from tests.compat.sandbox import sandbox

pytestmark = [pytest.mark.engine, pytest.mark.embedded, pytest.mark.costly]


@pytest.fixture(scope="module")
def runtime(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Podman]:
    with sandbox(tmp_path_factory.mktemp("podman") / "box") as box:
        yield Podman(box)


class TestPodman(Contract):
    """The contract, under Podman."""


def test_layers_in_zstd(runtime: Podman, zstd: Published) -> None:
    # It would take what it has from the image in gzip, whose configuration is the same.
    runtime.call("rmi", "--all", "--force")
    with running(runtime, zstd.tag, "zstd"):
        assert runtime.pull(zstd.tag, NATIVE).digest == zstd.digest


def test_the_health_check_of_an_oci_image_is_to_be_named(runtime: Podman, published: Published) -> None:
    """Podman reads health checks of Docker's image format only; the image's own command works where it is given."""
    with running(runtime, published.tag, "unhealthy"):
        assert "no defined healthcheck" in runtime.box.refuse(*runtime.client, "healthcheck", "run", "unhealthy")
    config = json.loads(regctl("image", "config", f"--platform=linux/{NATIVE}", published.tag))
    more = (f"--health-cmd={json.dumps(config['config']['Healthcheck']['Test'][1:])}", "--health-interval=disable")
    with running(runtime, published.tag, "healthy", *more):
        runtime.call("healthcheck", "run", "healthy")


@pytest.mark.parametrize("kind", ["docker", "oci"])
def test_an_archive_is_loaded(runtime: Podman, published: Published, kind: str) -> None:
    archive = runtime.box.home / "image.tar"
    pull(published.tag, archive, platform=f"linux/{NATIVE}", kind=kind)
    runtime.call("rmi", "--all", "--force")
    runtime.call("load", f"--input={archive}")
    assert runtime.call("images", "--quiet", "--no-trunc") == published.configs[NATIVE]
