"""The image under test: published by the pipeline, once for each compression."""

import os
from collections.abc import Callable
from pathlib import Path

import pytest

from tests.compat.published import Published, read
from tests.conftest import CHECKOUT, REGISTRY, Called

DEV = os.environ.get("COMPAT_DEV")


@pytest.fixture(scope="session")
def published(request: pytest.FixtureRequest) -> Published:
    if DEV:
        return read(f"{DEV}:gz")
    return _publish(request, "compat", CHECKOUT / "pipelines" / "moontv.yaml")


@pytest.fixture(scope="session")
def zstd(request: pytest.FixtureRequest, tmp_path_factory: pytest.TempPathFactory) -> Published:
    """The same with layers in zstd (RFC 8878)."""
    if DEV:
        return read(f"{DEV}-zstd:zstd")
    pipeline = tmp_path_factory.mktemp("zstd") / "moontv.yaml"
    given = (CHECKOUT / "pipelines" / "moontv.yaml").read_text()
    pipeline.write_text(f"{given}\nrelease: {{ compression: zstd }}\n")
    return _publish(request, "compat-zstd", pipeline)


def _publish(request: pytest.FixtureRequest, repository: str, pipeline: Path) -> Published:
    call: Callable[..., Called] = request.getfixturevalue("call")
    tag = f"{REGISTRY}/{repository}:test"
    called = call("--pipeline", pipeline, "--address", tag, "publish")
    assert called.code == 0, called.error
    image = read(tag)
    assert called.stdout.splitlines()[0].endswith(f"@{image.digest}")
    return image
