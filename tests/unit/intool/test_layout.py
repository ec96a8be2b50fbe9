import json
from collections.abc import Callable
from pathlib import Path
from typing import Any

import pytest

from ci.intool.common.failure import Failure
from ci.intool.common.layout import Layout
from tests.unit.layouts import DOCKER_LAYER, MANIFEST, base_layout, blob, encoded

INDEX = "application/vnd.oci.image.index.v1+json"
CONFIG = "application/vnd.oci.image.config.v1+json"


def everything(home: Path) -> object:
    layout = Layout(home)
    layout.index()
    return [[layout.blob(layer) for layer in image.manifest["layers"]] for image in layout.images()]


def top(home: Path, **over: Any) -> None:
    (home / "index.json").write_bytes(encoded({"schemaVersion": 2, **over}))


def listed(home: Path) -> list[dict[str, Any]]:
    return list(json.loads((home / "index.json").read_bytes())["manifests"])


def with_manifest(home: Path, change: Callable[[dict[str, Any]], object]) -> None:
    """Write the manifest again with a change, so that only the change is wrong."""
    (descriptor,) = listed(home)
    manifest = json.loads((home / "blobs/sha256" / descriptor["digest"][7:]).read_bytes())
    change(manifest)
    top(home, manifests=[blob(home, encoded(manifest), MANIFEST)])


def with_config(home: Path, **over: Any) -> None:
    def change(manifest: dict[str, Any]) -> None:
        config = json.loads((home / "blobs/sha256" / manifest["config"]["digest"][7:]).read_bytes())
        manifest["config"] = blob(home, encoded({**config, **over}), CONFIG)

    with_manifest(home, change)


def in_layer(**over: Any) -> Callable[[Path], None]:
    return lambda home: with_manifest(home, lambda manifest: manifest["layers"][0].update(over))


def layer_path(home: Path) -> Path:
    return next(Layout(home).path(image.manifest["layers"][0]["digest"]) for image in Layout(home).images())


def nested(home: Path, depth: int) -> None:
    for _ in range(depth):
        top(home, manifests=[blob(home, encoded({"manifests": listed(home)}), INDEX)])


def flip(path: Path) -> None:
    data = bytearray(path.read_bytes())
    data[len(data) // 2] ^= 1
    path.write_bytes(data)


BROKEN: dict[str, tuple[Callable[[Path], object], str]] = {
    "no marker": (lambda home: (home / "oci-layout").unlink(), "oci-layout cannot be read"),
    "another version": (
        lambda home: (home / "oci-layout").write_text('{"imageLayoutVersion": "2"}'),
        "does not have imageLayoutVersion 1.0.0",
    ),
    "no index": (lambda home: (home / "index.json").unlink(), "index.json cannot be read"),
    "a directory for an index": (
        lambda home: (home / "index.json").unlink() or (home / "index.json").mkdir(),
        "cannot be",
    ),
    "not JSON": (lambda home: (home / "index.json").write_text("{"), "index.json is not JSON"),
    "not UTF-8": (lambda home: (home / "index.json").write_bytes(b'"\xff"'), "index.json is not JSON"),
    "too deep for a parser": (lambda home: (home / "index.json").write_text("[" * 200_000), "index.json is not JSON"),
    "half a pair": (lambda home: (home / "index.json").write_text('{"a": "\\ud800"}'), "index.json is not JSON"),
    "no number": (lambda home: (home / "index.json").write_text('{"a": NaN}'), "index.json is not JSON"),
    "a list": (lambda home: (home / "index.json").write_text("[]"), "index.json is not a JSON object"),
    "too large": (lambda home: (home / "index.json").write_bytes(b" " * ((4 << 20) + 1)), "is larger than"),
    "no manifests": (top, "index.json: manifests is missing"),
    "manifests of text": (lambda home: top(home, manifests=["x"]), r"manifests\[0\] is not an object"),
    "a digest that leaves the layout": (
        in_layer(digest="sha256:../../../etc/passwd"),
        r"layers\[0\]\.digest is '.*', which is not a digest",
    ),
    "an unknown algorithm": (in_layer(digest="md5:" + "a" * 32), r"layers\[0\]\.digest is '.*', which is not a digest"),
    "capital digits": (in_layer(digest="sha256:" + "A" * 64), r"layers\[0\]\.digest is '.*', which is not a digest"),
    "a digest and more": (
        in_layer(digest="sha256:" + "a" * 64 + "\n"),
        r"layers\[0\]\.digest is '.*', which is not a digest",
    ),
    "no digest": (in_layer(digest=None), r"layers\[0\]\.digest is missing"),
    "a size of text": (in_layer(size="7"), r"layers\[0\]\.size is not a whole number"),
    "a size of truth": (in_layer(size=True), r"layers\[0\]\.size is not a whole number"),
    "a size below zero": (in_layer(size=-1), "size is -1, which is not a size"),
    "an absurd size": (in_layer(size=1 << 70), "which is not a size"),
    "another size": (in_layer(size=3), "bytes instead of 3"),
    "a missing blob": (lambda home: layer_path(home).unlink(), "is missing"),
    "a link for a blob": (
        lambda home: (path := layer_path(home)).rename(home / "x") and path.symlink_to(home / "x"),
        "is missing",
    ),
    "an altered layer": (lambda home: flip(layer_path(home)), "does not match its digest"),
    "an altered manifest": (
        lambda home: flip(home / "blobs/sha256" / listed(home)[0]["digest"][7:]),
        "does not match its digest",
    ),
    "no layers": (lambda home: with_manifest(home, lambda manifest: manifest.pop("layers")), "layers is missing"),
    "no config": (lambda home: with_manifest(home, lambda m: m.pop("config")), "config.mediaType is missing"),
    "no rootfs": (lambda home: with_config(home, rootfs=None), "does not name the 1 layers of the manifest"),
    "a layer too many": (
        lambda home: with_config(home, rootfs={"diff_ids": ["sha256:" + "a" * 64] * 2}),
        "does not name the 1 layers of the manifest",
    ),
    "a history of texts": (
        lambda home: with_config(home, history=["x"]),
        r"history\[0\] is not an object",
    ),
    "a config of text": (lambda home: with_config(home, config="x"), ": config is not an object"),
    "an Env of numbers": (lambda home: with_config(home, config={"Env": [1]}), r"config\.Env\[0\] is not a text"),
    "Labels in a list": (lambda home: with_config(home, config={"Labels": ["a"]}), r"config\.Labels is not an object"),
    "too many indexes": (lambda home: nested(home, 9), "is nested deeper than 8 indexes"),
}


@pytest.mark.parametrize(("damage", "words"), BROKEN.values(), ids=BROKEN)
def test_what_is_broken_is_reported(tmp_path: Path, damage: Callable[[Path], object], words: str) -> None:
    base_layout(tmp_path)
    damage(tmp_path)
    with pytest.raises(Failure, match=words) as reported:
        everything(tmp_path)
    assert reported.value.what.startswith(f"image layout {tmp_path}: ")


def test_a_layout_is_read(tmp_path: Path) -> None:
    layout = Layout(base_layout(tmp_path, "arm64"))
    (image,) = layout.images()
    assert image.platform == "linux/arm64"
    assert image.config["architecture"] == "arm64"
    assert [one["mediaType"] for one in image.manifest["layers"]] == [DOCKER_LAYER]
    assert image.manifest == layout.json(image.digest)
    assert layout.index()[1]["manifests"][0]["digest"] == image.digest
    assert len(everything(tmp_path)) == 1  # type: ignore[arg-type]


@pytest.mark.parametrize("depth", [1, 2, 7])
def test_nested_indexes_are_followed(tmp_path: Path, depth: int) -> None:
    (image,) = Layout(base_layout(tmp_path)).images()
    nested(tmp_path, depth)
    layout = Layout(tmp_path)
    assert [one.digest for one in layout.images()] == [image.digest]
    assert layout.index()[0] == listed(tmp_path)[0]["digest"]


@pytest.mark.parametrize(
    ("reported", "name"),
    [
        ({"os": "linux", "architecture": "arm", "variant": "v7"}, "linux/arm/v7"),
        ({"os": "linux", "architecture": "arm64", "variant": "v8"}, "linux/arm64"),
        ("nonsense", "linux/amd64"),
    ],
)
def test_platforms_are_named(tmp_path: Path, reported: Any, name: str) -> None:
    base_layout(tmp_path)
    top(tmp_path, manifests=[{**listed(tmp_path)[0], "platform": reported}])
    assert [image.platform for image in Layout(tmp_path).images()] == [name]


def test_what_is_no_image_is_left_out(tmp_path: Path) -> None:
    base_layout(tmp_path)
    (image,) = listed(tmp_path)
    unknown = {"os": "unknown", "architecture": "unknown"}
    artifact = blob(tmp_path, b"{}", "application/vnd.oci.empty.v1+json")
    signature = blob(tmp_path, encoded({"config": artifact, "layers": []}), MANIFEST)
    text = blob(tmp_path, b"words", "text/plain")
    top(tmp_path, manifests=[{**image, "platform": unknown}, signature, text, image])
    assert [one.digest for one in Layout(tmp_path).images()] == [image["digest"]]
