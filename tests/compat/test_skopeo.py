"""skopeo."""

import hashlib
import json
from collections.abc import Iterator

import pytest

from tests.compat.published import Published
from tests.compat.sandbox import Sandbox, sandbox

pytestmark = [pytest.mark.engine, pytest.mark.embedded, pytest.mark.costly]


@pytest.fixture(scope="module")
def box(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Sandbox]:
    with sandbox(tmp_path_factory.mktemp("skopeo") / "box") as box:
        yield box


def test_the_index_as_it_is(box: Sandbox, published: Published) -> None:
    raw = box.run("skopeo", "inspect", "--raw", "--tls-verify=false", f"docker://{published.tag}")
    assert raw.encode() == published.index
    assert f"sha256:{hashlib.sha256(raw.encode()).hexdigest()}" == published.digest


@pytest.mark.parametrize("architecture", ["amd64", "arm64"])
def test_both_platforms_resolve(box: Sandbox, published: Published, architecture: str) -> None:
    inspect = ("skopeo", f"--override-arch={architecture}", "inspect", "--tls-verify=false")
    config = box.run(*inspect, "--config", "--raw", f"docker://{published.tag}")
    assert f"sha256:{hashlib.sha256(config.encode()).hexdigest()}" == published.configs[architecture]
    facts = json.loads(box.run(*inspect, f"docker://{published.tag}"))
    assert (facts["Architecture"], facts["Os"]) == (architecture, "linux")


@pytest.mark.parametrize("compression", ["published", "zstd"])
def test_a_copy_to_an_image_layout_is_the_same(box: Sandbox, request: pytest.FixtureRequest, compression: str) -> None:
    image: Published = request.getfixturevalue(compression)
    layout = box.home / compression
    box.run("skopeo", "copy", "--all", "--src-tls-verify=false", f"docker://{image.tag}", f"oci:{layout}:it")
    [top] = json.loads((layout / "index.json").read_text())["manifests"]
    assert top["digest"] == image.digest


@pytest.mark.parametrize("architecture", ["amd64", "arm64"])
def test_a_copy_to_a_docker_archive_has_the_config(box: Sandbox, published: Published, architecture: str) -> None:
    archive = box.home / f"{architecture}.tar"
    copy = ("skopeo", f"--override-arch={architecture}", "copy", "--src-tls-verify=false", f"docker://{published.tag}")
    box.run(*copy, f"docker-archive:{archive}:example/app:1")
    config = box.run("skopeo", "inspect", "--config", "--raw", f"docker-archive:{archive}")
    assert f"sha256:{hashlib.sha256(config.encode()).hexdigest()}" == published.configs[architecture]
