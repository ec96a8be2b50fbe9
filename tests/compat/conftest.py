"""The image under test: published by the pipeline, once for each compression of layers."""

import shutil
from collections.abc import Callable
from pathlib import Path
from typing import TypeAlias

import pytest

from tests.compat.published import Published, read
from tests.compat.sandbox import PROGRAMS
from tests.conftest import CHECKOUT, REGISTRY, Called

Call: TypeAlias = Callable[..., Called]
PIPELINE = CHECKOUT / "examples" / "moontv-mini" / "next-distroless.yaml"
LAYER = "application/vnd.oci.image.layer.v1.tar"


@pytest.fixture(scope="session", autouse=True)
def programs() -> None:
    """Fail, never skip, where a program is missing."""
    for program in ("containerd", "docker", "dockerd", "nsenter", "podman", "setpriv", "skopeo", "tini", "unshare"):
        if not shutil.which(program, path=PROGRAMS):
            pytest.fail(f"no {program} in {PROGRAMS}: run `make test`")


@pytest.fixture(scope="session")
def published(call: Call) -> Published:
    image = _publish(call, "compat", PIPELINE)
    assert image.layer_types == {f"{LAYER}+gzip"}
    return image


@pytest.fixture(scope="session")
def zstd(call: Call, tmp_path_factory: pytest.TempPathFactory) -> Published:
    """The same with the app's layers in zstd (RFC 8878)."""
    pipeline = tmp_path_factory.mktemp("zstd") / "moontv.yaml"
    pipeline.write_text(f"{PIPELINE.read_text()}\nrelease: {{ compression: zstd }}\n")
    image = _publish(call, "compat-zstd", pipeline)
    assert f"{LAYER}+zstd" in image.layer_types
    return image


def _publish(call: Call, repository: str, pipeline: Path) -> Published:
    tag = f"{REGISTRY}/{repository}:test"
    called = call("--pipeline-file", pipeline, "--address", tag, "publish")
    assert called.code == 0, called.error
    image = read(tag)
    assert called.stdout.splitlines()[0].endswith(f"@{image.digest}")
    return image
