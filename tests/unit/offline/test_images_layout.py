"""The OCI layout: shape, inheritance of start-up values, and the list of stand-ins."""

import hashlib
import json
from dataclasses import replace
from pathlib import Path
from typing import Any

import pytest

from offline.images import layout, standins
from offline.images.catalogue import Image
from offline.images.layer import Layer, LayerStore
from offline.images.rootfs import PATH
from offline.images.tree import file

BASE = Image(
    name="example.org/base",
    tags=("1", "1.0"),
    title="Base",
    env={"A": "base", "B": "base"},
    entrypoint=("/bin/base",),
    cmd=("x",),
    user="0",
    workdir="/",
    suite="bookworm",
    python="3.11",
    directory=Path(),
)
CHILD = replace(
    BASE,
    name="example.org/child",
    title="Child",
    env={"B": "child"},
    entrypoint=("/bin/child",),
    cmd=(),
    user="65532",
    workdir="",
    ports=("6379/tcp",),
    below=BASE,
)


@pytest.fixture
def store(tmp_path: Path) -> tuple[Path, Layer]:
    """A directory of blobs with one layer."""
    layer = LayerStore(tmp_path).get("k", lambda: {"a": file("a")}, comment="made", carried={})
    return tmp_path / "blobs", layer


def written(store: tuple[Path, Layer], to: Path) -> str:
    """The digest of the child's layout, written to a directory."""
    blobs, layer = store
    return layout.write(CHILD, "KEY", {"linux/amd64": [layer], "linux/arm64": [layer, layer]}, blobs, to)


def test_every_blob_is_what_its_name_says_and_every_descriptor_fits(store: tuple[Path, Layer], tmp_path: Path) -> None:
    digest = written(store, tmp_path / "out")
    place = tmp_path / "out" / "blobs" / "sha256"
    for blob in place.iterdir():
        assert hashlib.sha256(blob.read_bytes()).hexdigest() == blob.name

    def read(descriptor: dict[str, Any]) -> Any:
        data = (place / descriptor["digest"].removeprefix("sha256:")).read_bytes()
        assert len(data) == descriptor["size"]
        return json.loads(data)

    top = json.loads((tmp_path / "out" / "index.json").read_bytes())
    assert json.loads((tmp_path / "out" / "oci-layout").read_bytes()) == {"imageLayoutVersion": "1.0.0"}
    assert [m["annotations"]["org.opencontainers.image.ref.name"] for m in top["manifests"]] == ["1", "1.0"]
    assert {m["digest"] for m in top["manifests"]} == {digest}
    index = read(top["manifests"][0])
    assert [m["platform"] for m in index["manifests"]] == [
        {"architecture": "amd64", "os": "linux"},
        {"architecture": "arm64", "os": "linux"},
    ]
    for descriptor, count in zip(index["manifests"], (1, 2), strict=True):
        manifest = read(descriptor)
        config = read(manifest["config"])
        assert len(manifest["layers"]) == len(config["rootfs"]["diff_ids"]) == len(config["history"]) == count
        assert config["architecture"] == descriptor["platform"]["architecture"]
        assert config["created"] == config["history"][0]["created"] == layout.CREATED


def test_the_same_layers_give_the_same_digest_elsewhere(store: tuple[Path, Layer], tmp_path: Path) -> None:
    assert written(store, tmp_path / "one") == written(store, tmp_path / "two")


def test_start_up_values_are_inherited_like_those_of_a_base() -> None:
    config = layout.config_of(CHILD, "KEY", "amd64", [])["config"]
    assert config == {
        "User": "65532",
        "WorkingDir": "/",
        "Entrypoint": ["/bin/child"],
        "ExposedPorts": {"6379/tcp": {}},
        "Env": [f"PATH={PATH}", "A=base", "B=child"],
        "Labels": {
            "org.opencontainers.image.title": "Child",
            "dev.next-distroless.stand-in": "true",
            "dev.next-distroless.recipe": "KEY",
        },
    }


def test_list_of_stand_ins_is_sorted_toml(store: tuple[Path, Layer], tmp_path: Path) -> None:
    digest = written(store, tmp_path / "out")
    assert standins.pins([tmp_path / "out"]) == (
        f'[images]\n"example.org/child:1" = "{digest}"\n"example.org/child:1.0" = "{digest}"\n'
    )
    assert standins.pins([]) == "[images]\n"
