"""Untrusted image layouts: documents with changes, blobs that are not files, endless trees."""

import json
import os
import tempfile
from collections.abc import Callable
from pathlib import Path
from typing import Any

import pytest
from hypothesis import example, given
from hypothesis import strategies as st

from ci.intool.common.failure import Failure
from ci.intool.common.layout import Layout
from ci.intool.common.media import INDEX, digest_of
from ci.intool.oci.__main__ import main
from ci.intool.oci.base import image_for, opened
from ci.intool.oci.compare import compare
from ci.intool.oci.explain import explain
from ci.intool.oci.published import published
from ci.intool.oci.rebase import rebase
from ci.intool.oci.rebase_spec import Rebase
from ci.intool.oci.rebase_spec import parse as parse_rebase
from ci.intool.oci.spec import parse as parse_assembly
from ci.intool.registry import parts
from tests.fuzz import layouts
from tests.fuzz.checks import survives
from tests.fuzz.strategies import DIGEST, blobs, deep, encoded, mutants
from tests.fuzz.tars import gzipped
from tests.unit.layouts import spec

DOCUMENTS = ("oci-layout", "index.json", "index", "manifest", "config")


def read(home: Path) -> None:
    """All that is done with a layout, each by itself."""
    survives(lambda: everything(Layout(home)))
    survives(lambda: published(Layout(home)))
    survives(lambda: image_for(opened(home, home / "none"), "linux/amd64"))
    survives(lambda: (parts.manifests(Layout(home)), parts.blobs(Layout(home))))


def everything(layout: Layout) -> None:
    layout.index()
    layout.indexes()
    for image in layout.images():
        for descriptor in image.manifest["layers"]:
            layout.blob(descriptor)


def compared(a: Path, b: Path) -> None:
    found = compare(Layout(a), Layout(b))
    if found["first"]:
        explain(found["first"])


def rebased(home: Path, base: Path, out: Path) -> None:
    bases = {"linux/amd64": base, "linux/arm64": base}
    named = {"name": "nodejs22", "digest": DIGEST}
    rebase(Rebase(image=home, bases=bases, base=named, old={}, created="", force=False), out)


@pytest.fixture(scope="module")
def good(tmp_path_factory: pytest.TempPathFactory) -> Path:
    return layouts.write(tmp_path_factory.mktemp("good"))


def test_the_layout_itself_is_good(good: Path, tmp_path: Path) -> None:
    everything(Layout(good))
    assert published(Layout(good)).base["digest"] == DIGEST
    rebased(good, good, tmp_path / "out")


@given(st.sampled_from(DOCUMENTS), st.data())
def test_a_document_with_changes(good: Path, name: str, data: st.DataObject) -> None:
    with tempfile.TemporaryDirectory() as scratch:
        home = layouts.write(
            Path(scratch, "layout"), lambda one, content: data.draw(mutants(content)) if one == name else content
        )
        read(home)
        survives(lambda: compared(good, home))
        survives(lambda: compared(home, good))
        survives(lambda: rebased(home, good, Path(scratch, "out")))
        survives(lambda: rebased(good, home, Path(scratch, "other")))


@given(st.sampled_from(("oci-layout", "index.json")), blobs(b'{"schemaVersion": 2, "manifests": [{"size": 7}]}'))
@example("index.json", b"\xff\xfe{\0}\0")
@example("index.json", b'{"manifests": ' + b"[" * 100_000)
def test_files_of_noise(name: str, content: bytes) -> None:
    with tempfile.TemporaryDirectory() as home:
        layouts.write(Path(home))
        Path(home, name).write_bytes(content)
        read(Path(home))


def fifo(path: Path, _: Path) -> None:
    path.unlink()
    os.mkfifo(path)


def link(path: Path, elsewhere: Path) -> None:
    path.rename(elsewhere)
    path.symlink_to(elsewhere)


def directory(path: Path, _: Path) -> None:
    path.unlink()
    path.mkdir()


NO_FILES: tuple[Callable[[Path, Path], None], ...] = (fifo, link, directory)


@pytest.mark.parametrize("become", NO_FILES)
@pytest.mark.parametrize("name", ["oci-layout", "index.json", "blobs", "blobs/sha256", "index", "config", "layer"])
def test_what_is_no_file_in_the_layout_is_not_opened(tmp_path: Path, become: Any, name: str) -> None:
    home = layouts.write(tmp_path / "layout")
    (image, _) = Layout(home).images()
    (index,) = Layout(home).indexes()
    digests = {
        "index": index,
        "config": image.manifest["config"]["digest"],
        "layer": image.manifest["layers"][0]["digest"],
    }
    path = Layout(home).path(digests[name]) if name in digests else home / name
    if path.is_dir() and become is not link:
        path.rename(tmp_path / "away")
        path.touch()
    become(path, tmp_path / "elsewhere")
    with pytest.raises(Failure):
        everything(Layout(home))


def test_a_deep_document_is_refused(good: Path, tmp_path: Path) -> None:
    for depth in (100, 300, 600, 900, 2000, 20_000):
        text = json.dumps(deep(0)).replace("[]", "[" * depth + "]" * depth)
        home = layouts.write(tmp_path / str(depth))
        top = json.loads((home / "index.json").read_bytes())
        (home / "index.json").write_text(json.dumps({**top, "x": "X"}).replace('"X"', text))
        read(home)
        survives(lambda home=home: compared(good, home))


@pytest.mark.parametrize("read_all", [everything, published], ids=lambda one: str(one.__name__))
def test_indexes_that_list_each_other_many_times(tmp_path: Path, read_all: Callable[[Layout], Any]) -> None:
    home = layouts.write(tmp_path)
    listed = json.loads((home / "index.json").read_bytes())["manifests"]
    for _ in range(6):
        listed = [layouts.put(home, encoded({"manifests": listed}), INDEX)] * 100
    (home / "index.json").write_bytes(encoded({"manifests": listed[:1]}))
    with pytest.raises(Failure, match="more than 1000 manifests" if read_all is everything else "not one"):
        read_all(Layout(home))
    assert len(parts.manifests(Layout(home))) == 9


@pytest.mark.parametrize("depth", [9, 3000])
def test_indexes_in_indexes(tmp_path: Path, depth: int) -> None:
    home = layouts.write(tmp_path)
    listed = json.loads((home / "index.json").read_bytes())["manifests"]
    for _ in range(depth):
        listed = [layouts.put(home, encoded({"manifests": listed}), INDEX)]
    (home / "index.json").write_bytes(encoded({"manifests": listed}))
    for read_all in (everything, parts.manifests, parts.blobs):
        with pytest.raises(Failure, match="nested deeper"):
            read_all(Layout(home))


def test_a_name_that_is_no_text_is_reported(tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    """Names of files are bytes to Linux and to tar."""

    def change(name: str, content: Any) -> Any:
        if name == "manifest":
            content["layers"][2] = layouts.put(tmp_path / "b", gzipped(tar), content["layers"][2]["mediaType"])
        if name == "config":
            content["rootfs"]["diff_ids"][2] = digest_of(tar)
        return content

    tar = layouts.layer({"app/\udcff.js": b"x"})
    layouts.write(tmp_path / "a")
    layouts.write(tmp_path / "b", change)
    assert main(["compare", str(tmp_path / "a"), str(tmp_path / "b"), str(tmp_path / "report.json")]) == 0
    assert "layer static: app/" in capsys.readouterr().out


@pytest.mark.parametrize("text", [b"[", b'"a"', b'{"image": NaN}', b"\xff", b"[" * 100_000, b'{"image": "\\ud800"}'])
@pytest.mark.parametrize("command", ["assemble", "rebase"])
def test_a_spec_that_is_none(tmp_path: Path, command: str, text: bytes, capsys: pytest.CaptureFixture[str]) -> None:
    (tmp_path / "spec.json").write_bytes(text)
    assert main([command, str(tmp_path / "spec.json"), str(tmp_path / "out"), str(tmp_path / "report.json")]) == 9
    assert capsys.readouterr().err.startswith("next-distroless: ")


REBASE = {
    "image": "/x",
    "bases": {"linux/amd64": "/y", "linux/arm64/v8": "/z"},
    "base": {"name": "nodejs22", "digest": DIGEST},
    "old": {"linux/amd64": "/o"},
    "created": layouts.CREATED,
    "force": False,
}
ASSEMBLY = spec(Path("/base"), Path("/payload"))


@given(mutants(REBASE), mutants(ASSEMBLY))
def test_specs_with_changes(rebased_with: Any, assembled_with: Any) -> None:
    survives(lambda: parse_rebase(rebased_with), Failure)
    found = survives(lambda: parse_assembly(assembled_with), Failure)
    if found:
        assert all(".." not in path.split("/") for path in (found.prefix, found.app, found.dist, *found.writable))


def test_the_specs_themselves_are_good() -> None:
    assert parse_rebase(REBASE).base == REBASE["base"]
    assert parse_assembly(ASSEMBLY).prefix == "app"
