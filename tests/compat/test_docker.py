"""Docker Engine."""

import json
import time
from collections.abc import Iterator
from pathlib import Path

import pytest

from ci.registry.pull import pull
from tests.compat.contract import NATIVE, Contract, running
from tests.compat.engines import Docker
from tests.compat.published import Published
from tests.compat.sandbox import sandbox

FIRST_WITH_ZSTD = 23


@pytest.fixture(scope="module")
def engine(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Docker]:
    with sandbox(tmp_path_factory.mktemp("docker") / "box") as box:
        yield Docker(box)


class TestDocker(Contract):
    """The contract, under Docker."""


def test_layers_in_zstd(engine: Docker, zstd: Published) -> None:
    version = engine.call("version", "--format={{.Server.Version}}")
    if int(version.partition(".")[0]) < FIRST_WITH_ZSTD:
        assert "invalid tar header" in engine.box.refuse(*engine.client, "pull", zstd.tag)
        return
    with running(engine, zstd.tag, "zstd"):
        assert engine.pull(zstd.tag, NATIVE).digest == zstd.digest


def test_the_health_check_of_the_image_is_run(engine: Docker, published: Published) -> None:
    with running(engine, published.tag, "healthy", "--health-interval=1s"):
        for _ in range(100):
            health = json.loads(engine.call("inspect", "--format={{json .State.Health}}", "healthy"))
            if health["Status"] != "starting":
                break
            time.sleep(0.2)
        assert health["Status"] == "healthy", health


def test_an_archive_is_loaded_and_runs(engine: Docker, published: Published, tmp_path: Path) -> None:
    report = pull(published.tag, tmp_path / "image.tar", platform=f"linux/{NATIVE}", kind="docker")
    engine.call("rmi", "--force", published.configs[NATIVE])
    assert engine.call("load", f"--input={tmp_path}/image.tar").endswith(report["name"])
    assert engine.call("image", "inspect", "--format={{.Id}}", report["name"]) == published.configs[NATIVE]
