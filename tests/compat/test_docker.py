"""Docker Engine."""

import json
import time
from collections.abc import Iterator

import pytest

from ci.intool.manager.pull import pull
from tests.compat.contract import NATIVE, Contract, running
from tests.compat.published import Published
from tests.compat.runtimes import Docker
from tests.compat.sandbox import sandbox

pytestmark = [pytest.mark.engine, pytest.mark.embedded, pytest.mark.costly]

FIRST_WITH_ZSTD = 23


@pytest.fixture(scope="module")
def runtime(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Docker]:
    with sandbox(tmp_path_factory.mktemp("docker") / "box") as box:
        yield Docker(box)


class TestDocker(Contract):
    """The contract, under Docker."""


def test_layers_in_zstd(runtime: Docker, zstd: Published) -> None:
    version = runtime.call("version", "--format={{.Server.Version}}")
    if int(version.partition(".")[0]) < FIRST_WITH_ZSTD:
        # It would take layers that it has from the image in gzip, whose content is the same.
        runtime.call("image", "prune", "--all", "--force")
        assert "invalid tar header" in runtime.box.refuse(*runtime.client, "pull", zstd.tag)
        return
    with running(runtime, zstd.tag, "zstd"):
        assert runtime.pull(zstd.tag, NATIVE).digest == zstd.digest


def test_the_health_check_of_the_image_is_run(runtime: Docker, published: Published) -> None:
    with running(runtime, published.tag, "healthy", "--health-interval=1s"):
        for _ in range(100):
            health = json.loads(runtime.call("inspect", "--format={{json .State.Health}}", "healthy"))
            if health["Status"] != "starting":
                break
            time.sleep(0.2)
        assert health["Status"] == "healthy", health


def test_an_archive_is_loaded(runtime: Docker, published: Published) -> None:
    archive = runtime.box.home / "image.tar"
    report = pull(published.tag, archive, platform=f"linux/{NATIVE}", kind="docker")
    runtime.box.succeeds(*runtime.client, "rmi", "--force", published.configs[NATIVE])
    assert runtime.call("load", f"--input={archive}").endswith(report["name"])
    assert runtime.call("image", "inspect", "--format={{.Id}}", report["name"]) == published.configs[NATIVE]
