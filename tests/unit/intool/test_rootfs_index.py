"""The index of a layout equals what reading its layers gives, and each layer is read once for it."""

import json
import shutil
from pathlib import Path
from typing import Any

import pytest

from ci.intool.checks.check import check
from ci.intool.common import tarball
from ci.intool.common.failure import Failure
from ci.intool.common.layout import Layout
from ci.intool.common.media import LAYERS
from ci.intool.common.tarball import reading
from ci.intool.rootfs import layer as rootfs_layer
from ci.intool.rootfs.entry import Entry
from ci.intool.rootfs.index import blobs, index, layers
from ci.intool.sbom.check import check as check_sbom
from ci.intool.sbom.make import make
from tests.results import result
from tests.unit.hardened import Made, write
from tests.unit.layouts import DOCKER_LAYER
from tests.unit.sbom_images import CREATED, LOCKED, NAME, image, scanned
from tests.unit.small_images import layout, tar

TODAY = "2026-02-01"
PLAIN_LAYER = "application/vnd.oci.image.layer.v1.tar"


def test_it_has_all_that_the_layers_have(tmp_path: Path) -> None:
    home = image(tmp_path / "image", {"app/.wh.package.json": "", "etc/.wh..wh..opq": "", "a\udcff": "=>b", "b": ""})
    index(str(home), str(tmp_path / "index"))
    opened = Layout(home)
    assert layers(opened, str(tmp_path / "index")) == layers(opened)


def test_the_checks_find_the_same(tmp_path: Path) -> None:
    made = Made()
    made.server["app/up"] = made.server["app/README.md"] = next(iter(made.server.values()))
    home = tmp_path / "layout"
    home.mkdir()
    arguments = write(made, home)
    index(arguments["layout"], str(tmp_path / "index"))
    assert check(**arguments, index=str(tmp_path / "index")) == check(**arguments)


def test_sboms_are_the_same_bytes(tmp_path: Path) -> None:
    home, given = image(tmp_path / "image"), str(tmp_path / "index")
    index(str(home), given)
    of_layers = make(str(home), str(tmp_path / "one"), NAME, CREATED, LOCKED)["documents"]
    of_index = make(str(home), str(tmp_path / "two"), NAME, CREATED, LOCKED, index=given)["documents"]
    for one, two in zip(of_layers, of_index, strict=True):
        assert Path(one["path"]).read_bytes() == Path(two["path"]).read_bytes()
    reports = scanned(tmp_path / "trivy.json")
    assert result(check_sbom(str(home), of_index, LOCKED, [], TODAY, reports=reports, index=given)).passed


def test_each_layer_is_decompressed_once(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    arguments = write(Made(), tmp_path)
    blobs = {one["digest"] for one in _descriptors(tmp_path)}
    read: list[str] = []

    def counted(path: Path, kind: str) -> Any:
        read.append(f"sha256:{path.name}")
        return tarball.reading(path, kind)

    monkeypatch.setattr(rootfs_layer, "reading", counted)
    given = str(tmp_path / "index")
    index(arguments["layout"], given)
    check(**arguments, index=given)
    made = make(arguments["layout"], str(tmp_path / "sbom"), NAME, CREATED, [], index=given)
    report = scanned(tmp_path / "trivy.json")["linux/amd64"]
    reports = dict.fromkeys(("linux/amd64", "linux/arm64"), report)
    check_sbom(arguments["layout"], made["documents"], [], [], TODAY, reports=reports, index=given)
    assert sorted(read) == sorted(blobs)


@pytest.mark.parametrize("media_type", [DOCKER_LAYER, PLAIN_LAYER])
def test_layers_that_were_read_apart_are_not_read_again(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch, media_type: str
) -> None:
    files: list[dict[str, str]] = [{"a": "b", "etc/passwd": "root:x:0:0"}, {"c": "d"}]
    given = [tar(one) if media_type == PLAIN_LAYER else one for one in files]
    home = layout(tmp_path / "image", *given, media_type=media_type)
    lowest, _ = _descriptors(home)
    (tmp_path / "apart").mkdir()
    blob = Layout(home).blob(lowest)
    shutil.copy(blob, tmp_path / "apart" / blob.name)
    known, whole, merged = (str(tmp_path / name) for name in ("known", "whole", "merged"))
    blobs(str(tmp_path / "apart"), known)
    reported = index(str(home), whole)
    read: list[str] = []
    monkeypatch.setattr(rootfs_layer, "reading", lambda path, kind: (read.append(path.name), reading(path, kind))[1])
    assert index(str(home), merged, [known]) == reported
    assert Path(merged).read_bytes() == Path(whole).read_bytes()
    assert (blob.name in read) is (media_type == PLAIN_LAYER)


def test_a_layer_of_another_compression_than_the_image_says_is_read_with_the_image(tmp_path: Path) -> None:
    home = layout(tmp_path / "image", {"a": "b"}, media_type=LAYERS["zstd"])
    (tmp_path / "apart").mkdir()
    blob = Layout(home).blob(_descriptors(home)[0])
    shutil.copy(blob, tmp_path / "apart" / blob.name)
    blobs(str(tmp_path / "apart"), str(tmp_path / "known"))
    with pytest.raises(Failure):
        index(str(home), str(tmp_path / "index"), [str(tmp_path / "known")])


def test_a_layer_that_is_not_what_its_name_says_is_refused(tmp_path: Path) -> None:
    home = layout(tmp_path / "image", {"a": "b"}, {"c": "d"})
    (tmp_path / "apart").mkdir()
    one, other = (Layout(home).blob(descriptor) for descriptor in _descriptors(home))
    shutil.copy(one, tmp_path / "apart" / other.name)
    with pytest.raises(Failure, match="does not match its digest"):
        blobs(str(tmp_path / "apart"), str(tmp_path / "known"))


def test_a_layer_that_was_altered_after_it_was_read_apart_is_refused(tmp_path: Path) -> None:
    home = layout(tmp_path / "image", {"a": "b"})
    (tmp_path / "apart").mkdir()
    blob = Layout(home).blob(_descriptors(home)[0])
    shutil.copy(blob, tmp_path / "apart" / blob.name)
    blobs(str(tmp_path / "apart"), str(tmp_path / "known"))
    blob.write_bytes(blob.read_bytes()[:-1] + b"x")
    with pytest.raises(Failure, match="does not match its digest"):
        index(str(home), str(tmp_path / "index"), [str(tmp_path / "known")])


def _descriptors(home: Path) -> list[dict[str, Any]]:
    return [one for image in Layout(home).images() for one in image.manifest["layers"]]


@pytest.mark.parametrize(
    ("content", "reported"),
    [
        (None, "cannot be read"),
        ("{", "cannot be read"),
        ("[]", "cannot be read"),
        ('{"sha256:a": {"entries": [{"nothing": 1}]}}', "cannot be read"),
        ("{}", "has no layer sha256:"),
    ],
)
def test_an_index_that_is_none_is_a_failure(tmp_path: Path, content: str | None, reported: str) -> None:
    home, given = layout(tmp_path / "image", {"a": "b"}), tmp_path / "index"
    if content is not None:
        given.write_text(content)
    with pytest.raises(Failure, match=reported):
        layers(Layout(home), str(given))


def test_what_is_collected_of_a_file_is_in_the_index(tmp_path: Path) -> None:
    home = layout(tmp_path / "image", {"app/server.js": "require('/home/runner/x.ts')", "etc/passwd": "root:x:0:0"})
    report = index(str(home), str(tmp_path / "index"))
    assert report == {"layers": 1, "entries": 2}
    ((digest, written),) = json.loads((tmp_path / "index").read_text()).items()
    assert digest.startswith("sha256:")
    assert {one["path"] for one in written["entries"]} == {"app/server.js", "etc/passwd"}
    (found,) = layers(Layout(home), str(tmp_path / "index")).values()
    assert found.entries["app/server.js"].built_at == ("/home/runner/x.ts",)
    assert found.entries["etc/passwd"] == Entry(path="etc/passwd", size=10, text=b"root:x:0:0")
