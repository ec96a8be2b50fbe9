"""A stranger's look at an image whose parts are missing or different."""

import shutil
from collections.abc import Callable
from pathlib import Path
from typing import Any

import pytest

from ci.intool.common.failure import Failure
from ci.intool.registry.client import Repository, digest_of
from ci.intool.registry.push import push
from ci.intool.registry.verify import verify
from tests.registry import layouts
from tests.registry.conftest import Registry
from tests.registry.faults import Proxy


@pytest.fixture
def image(proxy: Proxy, tmp_path: Path) -> str:
    """Reference of an image."""
    layouts.write(tmp_path / "layout", sizes=(1000,))
    return str(push(tmp_path / "layout", f"{proxy.address}/app")["ref"])


def parts(reference: str) -> tuple[Repository, dict[str, Any], dict[str, Any]]:
    """Repository, index and manifest."""
    name, _, digest = reference.partition("@")
    repository = Repository(name)
    index = repository.manifest(digest).content
    return repository, index, repository.manifest(index["manifests"][0]["digest"]).content


def links(registry: Registry, kind: str, digest: str) -> Path:
    return registry.storage / "docker/registry/v2/repositories/app" / kind / digest.replace(":", "/")


def test_complete(image: str) -> None:
    _, index, manifest = parts(image)
    assert verify(image)["platforms"] == [
        {
            "platform": "linux/amd64",
            "digest": index["manifests"][0]["digest"],
            "size": manifest["layers"][0]["size"],
            "layers": 1,
        }
    ]


@pytest.mark.parametrize("which", ["layer", "config", "manifest", "index"])
def test_missing(registry: Registry, image: str, which: str) -> None:
    _, index, manifest = parts(image)
    kind, digest = {
        "layer": ("_layers", manifest["layers"][0]["digest"]),
        "config": ("_layers", manifest["config"]["digest"]),
        "manifest": ("_manifests/revisions", index["manifests"][0]["digest"]),
        "index": ("_manifests/revisions", image.partition("@")[2]),
    }[which]
    shutil.rmtree(links(registry, kind, digest))
    with pytest.raises(Failure, match=f"{digest}( is missing|: it is not there)"):
        verify(image)


def with_index(reference: str, change: Callable[[dict[str, Any], dict[str, Any]], None]) -> str:
    """Push the same image with a changed index, or manifest; returns the reference."""
    repository, index, manifest = parts(reference)
    change(index, manifest)
    body = layouts.encoded(manifest)
    repository.put_manifest(body, layouts.MANIFEST)
    index["manifests"][0]["digest"] = digest_of(body)
    index["manifests"][0].setdefault("size", len(body))
    if index["manifests"][0]["size"] != 1:
        index["manifests"][0]["size"] = len(body)
    return repository.at(repository.put_manifest(layouts.encoded(index), layouts.INDEX))


def wrong_layer(_: dict[str, Any], manifest: dict[str, Any]) -> None:
    manifest["layers"][0]["size"] += 1


def wrong_config(_: dict[str, Any], manifest: dict[str, Any]) -> None:
    manifest["config"]["size"] += 1


def wrong_manifest(index: dict[str, Any], _: dict[str, Any]) -> None:
    index["manifests"][0]["size"] = 1


def wrong_platform(index: dict[str, Any], _: dict[str, Any]) -> None:
    index["manifests"][0]["platform"]["architecture"] = "arm64"


@pytest.mark.parametrize(
    ("change", "message"),
    [
        (wrong_layer, r"has \d+ bytes instead of \d+"),
        (wrong_config, r"has \d+ bytes instead of \d+"),
        (wrong_manifest, r"has \d+ bytes instead of 1$"),
        (wrong_platform, "is listed for linux/arm64, but its config has linux/amd64"),
    ],
)
def test_different(image: str, change: Callable[[dict[str, Any], dict[str, Any]], None], message: str) -> None:
    with pytest.raises(Failure, match=message):
        verify(with_index(image, change))


def test_other_bytes(registry: Registry, image: str) -> None:
    _, _, manifest = parts(image)
    digest = manifest["config"]["digest"]
    data = registry.storage / "docker/registry/v2/blobs/sha256" / digest[7:9] / digest[7:] / "data"
    data.write_bytes(data.read_bytes().replace(b"linux", b"other"))
    with pytest.raises(Failure, match=f"{digest}.* does not match its digest"):
        verify(image)
