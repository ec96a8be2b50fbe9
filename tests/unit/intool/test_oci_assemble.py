import gzip
import hashlib
import io
import json
import os
import shutil
import subprocess
import sys
import tarfile
from pathlib import Path
from typing import Any

import pytest

from ci.intool.common.failure import Failure
from ci.intool.common.layout import Layout
from ci.intool.common.media import canonical
from ci.intool.oci.assemble import assemble
from ci.intool.oci.spec import parse
from tests.conftest import CHECKOUT
from tests.unit.layouts import CREATED, FILES, base_layout, encoded, payload, spec


def made(home: Path, **over: Any) -> tuple[Layout, dict[str, Any]]:
    """Assemble the usual payload on the usual base below a directory."""
    given = spec(base_layout(home / "base"), payload(home / "payload"), **over)
    report = assemble(parse(given), home / "out")
    return Layout(home / "out"), report


@pytest.fixture
def result(tmp_path: Path) -> tuple[Layout, dict[str, Any]]:
    return made(tmp_path)


def members(layout: Layout, digest: str) -> dict[str, tarfile.TarInfo]:
    with tarfile.open(layout.path(digest)) as archive:
        return {member.name: member for member in archive}


def test_the_layout(result: tuple[Layout, dict[str, Any]]) -> None:
    layout, report = result
    (descriptor,) = json.loads((layout.root / "index.json").read_bytes())["manifests"]
    digest, index = layout.index()
    (image,) = layout.images()
    annotations = {
        "org.opencontainers.image.base.name": "gcr.io/distroless/nodejs22-debian12",
        "org.opencontainers.image.base.digest": f"sha256:{'b' * 64}",
        "org.opencontainers.image.title": "app",
    }
    assert descriptor["digest"] == digest == report["digest"]
    assert index["annotations"] == image.manifest["annotations"] == annotations
    assert [one["platform"] for one in index["manifests"]] == [{"os": "linux", "architecture": "amd64"}]
    assert image.digest == report["platforms"]["linux/amd64"]["digest"]
    assert image.config["config"]["Env"] == ["PATH=/bin", "A=app", "PORT=3000"]
    assert {entry["created"] for entry in image.config["history"]} == {image.config["created"]} == {CREATED}
    assert sorted(path.name for path in layout.root.iterdir()) == ["blobs", "index.json", "oci-layout"]


def test_every_blob_is_named_by_its_content_and_documents_are_canonical(result: tuple[Layout, dict[str, Any]]) -> None:
    layout, _ = result
    blobs = list((layout.root / "blobs" / "sha256").iterdir())
    assert [path.name for path in blobs] == [hashlib.sha256(path.read_bytes()).hexdigest() for path in blobs]
    (image,) = layout.images()
    for digest in (layout.index()[0], image.digest, image.manifest["config"]["digest"]):
        assert layout.path(digest).read_bytes() == canonical(layout.json(digest))


def test_what_is_reported_is_what_is_there(result: tuple[Layout, dict[str, Any]]) -> None:
    layout, report = result
    (image,) = layout.images()
    reported = report["platforms"]["linux/amd64"]
    assert [layer["name"] for layer in reported["layers"]] == ["base", "node_modules", "server", "static", "public"]
    for layer, descriptor, diff_id in zip(
        reported["layers"], image.manifest["layers"], image.config["rootfs"]["diff_ids"], strict=True
    ):
        plain = gzip.decompress(layout.blob(descriptor).read_bytes())
        files = [member for member in tarfile.open(fileobj=io.BytesIO(plain)) if not member.isdir()]  # noqa: SIM115
        assert layer == {
            "name": layer["name"],
            "digest": descriptor["digest"],
            "size": descriptor["size"],
            "diff_id": diff_id,
            "bytes": len(plain),
            "files": len(files),
        }
        assert diff_id == f"sha256:{hashlib.sha256(plain).hexdigest()}"
        assert descriptor["mediaType"] == "application/vnd.oci.image.layer.v1.tar+gzip"
        assert descriptor.keys() == {"mediaType", "digest", "size"}
    assert reported["size"] == sum(layer["size"] for layer in reported["layers"])


def test_all_files_are_in_the_image_once(result: tuple[Layout, dict[str, Any]]) -> None:
    layout, report = result
    own = report["platforms"]["linux/amd64"]["layers"][1:]
    found = [member for layer in own for member in members(layout, layer["digest"]).values()]
    assert sorted(member.name for member in found if not member.isdir()) == sorted(f"app/{name}" for name in FILES)
    assert {member.name for member in found if member.uid} == {"app/public/manifest.json", "app/.next/cache"}
    assert {(member.uid, member.gid) for member in found} == {(0, 0), (65532, 65532)}


def test_only_public_files_have_a_time(result: tuple[Layout, dict[str, Any]]) -> None:
    layout, report = result
    *others, public = report["platforms"]["linux/amd64"]["layers"][1:]
    times = {name: member.mtime for name, member in members(layout, public["digest"]).items()}
    assert times["app/public"] == 0
    assert 315532800 < times["app/public/logo.svg"] < 2**31
    assert times["app/public/logo.svg"] != times["app/public/manifest.json"]
    assert {member.mtime for layer in others for member in members(layout, layer["digest"]).values()} == {0}


def test_the_base_is_taken_over_byte_by_byte(tmp_path: Path) -> None:
    layout, _ = made(tmp_path)
    base = Layout(tmp_path / "base")
    (below,), (image,) = base.images(), layout.images()
    digest = below.manifest["layers"][0]["digest"]
    assert image.manifest["layers"][0]["digest"] == digest
    assert layout.path(digest).read_bytes() == base.path(digest).read_bytes()


def test_order_umask_times_path_and_the_exporters_clock_do_not_matter(tmp_path: Path) -> None:
    _, first = made(tmp_path / "a")
    before = os.umask(0o077)
    try:
        elsewhere = tmp_path / "some where" / "else"
        payload(elsewhere, dict(reversed(FILES.items())))
    finally:
        os.umask(before)
    for path in elsewhere.rglob("*"):
        os.utime(path, (1_000_000_000, 1_000_000_000))
    base = base_layout(tmp_path / "b", clock="1999-01-01T00:00:00Z")
    assert assemble(parse(spec(base, elsewhere)), tmp_path / "out") == first


@pytest.mark.parametrize(
    "over",
    [
        {"created": "2026-01-01T00:00:01Z"},
        {"user": 1},
        {"prefix": "srv"},
        {"level": 1},
        {"annotations": {}},
        {"writable": {}},
        {"config": {"Env": {"PORT": "3000", "A": "app"}}},
    ],
)
def test_what_is_asked_for_matters(tmp_path: Path, over: dict[str, Any]) -> None:
    assert made(tmp_path / "a")[1]["digest"] != made(tmp_path / "b", **over)[1]["digest"]


@pytest.mark.parametrize(
    ("change", "layers"),
    [
        ("server.js", {"server"}),
        ("node_modules/next/index.js", {"node_modules"}),
        (".next/static/chunks/main.js", {"static"}),
        ("public/logo.svg", {"public"}),
    ],
)
def test_a_change_is_a_new_layer_and_no_other(tmp_path: Path, change: str, layers: set[str]) -> None:
    base = base_layout(tmp_path / "base")
    changed = {**FILES, change: FILES[change].upper()}
    one, other = (
        assemble(parse(spec(base, payload(tmp_path / name, files))), tmp_path / f"out-{name}")
        for name, files in (("a", FILES), ("b", changed))
    )
    pairs = zip(*(report["platforms"]["linux/amd64"]["layers"] for report in (one, other)), strict=True)
    assert {ours["name"] for ours, theirs in pairs if ours["digest"] != theirs["digest"]} == layers


def test_layers_without_files_are_left_out(tmp_path: Path) -> None:
    given = spec(base_layout(tmp_path / "base"), payload(tmp_path / "p", {"server.js": ""}), writable={})
    report = assemble(parse(given), tmp_path / "out")
    assert [layer["name"] for layer in report["platforms"]["linux/amd64"]["layers"]] == ["base", "server"]


def test_platforms_in_order_share_the_layers_that_are_equal(tmp_path: Path) -> None:
    native = {"linux/arm64": "arm64", "linux/amd64": "amd64"}
    given = spec(Path(), Path())
    given["platforms"] = {
        platform: {
            "base": str(base_layout(tmp_path / f"base-{machine}", machine)),
            "payload": str(payload(tmp_path / machine, {**FILES, "node_modules/native.node": machine})),
        }
        for platform, machine in native.items()
    }
    report = assemble(parse(given), tmp_path / "out")
    layout = Layout(tmp_path / "out")
    assert [image.platform for image in layout.images()] == list(report["platforms"]) == list(native)
    pairs = zip(*(reported["layers"] for reported in report["platforms"].values()), strict=True)
    assert [ours["name"] for ours, theirs in pairs if ours == theirs] == ["server", "static", "public"]
    assert [image.config["architecture"] for image in layout.images()] == ["arm64", "amd64"]


@pytest.mark.parametrize("mode", ["w", "w:gz"])
@pytest.mark.parametrize("name", [".", ""])
def test_a_base_in_a_tar_file(tmp_path: Path, mode: str, name: str) -> None:
    _, expected = made(tmp_path / "a")
    with tarfile.open(tmp_path / "base.tar", mode) as archive:  # type: ignore[call-overload]
        archive.add(tmp_path / "a" / "base", name)
        archive.addfile(tarfile.TarInfo("../escaped"))
    given = spec(tmp_path / "base.tar", tmp_path / "a" / "payload")
    assert assemble(parse(given), tmp_path / "out") == expected
    assert not (tmp_path / "escaped").exists()


def cut(base: Path) -> Path:
    whole = base.with_suffix(".tar")
    with tarfile.open(whole, "w") as archive:
        archive.add(base, ".")
    whole.write_bytes(whole.read_bytes()[:1500])
    return whole


def no_tar(base: Path) -> Path:
    base.with_suffix(".txt").write_text("words")
    return base.with_suffix(".txt")


def other_diff_id(base: Path) -> Path:
    return rewritten(base, b'"diff_ids": ["sha256:', b'"diff_ids": ["sha256:' + b"0" * 64 + b'"], "x": ["')


def plain_layer(base: Path) -> Path:
    return rewritten(base, b"diff.tar.gzip", b"diff.tar")


def rewritten(base: Path, old: bytes, new: bytes) -> Path:
    """The layout with a text replaced in its documents, their descriptors following."""
    found = 0
    blobs = base / "blobs" / "sha256"
    while path := next((one for one in [*blobs.iterdir(), base / "index.json"] if old in one.read_bytes()), None):
        data = path.read_bytes().replace(old, new)
        found += 1
        if path.name == "index.json":
            path.write_bytes(data)
            break
        name, size = hashlib.sha256(data).hexdigest(), path.stat().st_size
        path.unlink()
        (blobs / name).write_bytes(data)
        old, new = (
            f'"digest": "sha256:{digest}", "size": {length}'.encode()
            for digest, length in ((path.name, size), (name, len(data)))
        )
    assert found > 1
    return base


BAD_BASES = {
    "cut off": (cut, "base image .* cannot be unpacked"),
    "no tar file": (no_tar, "base image .* cannot be unpacked"),
    "absent": (lambda base: base / "absent", "base image .* cannot be unpacked"),
    "another platform": (
        lambda base: shutil.rmtree(base) or base_layout(base, "s390x"),
        "0 images are for linux/amd64; it has images for linux/s390x",
    ),
    "not what its config says": (other_diff_id, "is not the one of its config"),
    "a layer that is not compressed": (plain_layer, "diff.tar, neither gzip nor zstd"),
}


@pytest.mark.parametrize(("damage", "words"), BAD_BASES.values(), ids=BAD_BASES)
def test_a_base_that_is_none(tmp_path: Path, damage: Any, words: str) -> None:
    base = damage(base_layout(tmp_path / "base"))
    with pytest.raises(Failure, match=words):
        assemble(parse(spec(base, payload(tmp_path / "payload"))), tmp_path / "out")


def test_a_place_that_is_taken(tmp_path: Path) -> None:
    (tmp_path / "out").mkdir()
    (tmp_path / "out" / "mine").write_text("")
    with pytest.raises(Failure, match="out already exists and is not empty"):
        made(tmp_path)


def run(*arguments: str | Path, before: str = "") -> subprocess.CompletedProcess[str]:
    code = f"import sys\n{before}\nimport runpy; runpy.run_module('ci.intool.oci', run_name='__main__')"
    return subprocess.run(
        [sys.executable, "-c", code, *map(str, arguments)], cwd=CHECKOUT, capture_output=True, text=True, check=False
    )


def test_the_program(tmp_path: Path) -> None:
    _, expected = made(tmp_path)
    (tmp_path / "spec.json").write_bytes(encoded(spec(tmp_path / "base", tmp_path / "payload")))
    done = run("assemble", tmp_path / "spec.json", tmp_path / "out2", tmp_path / "report.json")
    assert (done.returncode, done.stdout, done.stderr) == (0, "", "")
    assert json.loads((tmp_path / "report.json").read_bytes()) == expected


@pytest.mark.parametrize(
    ("arguments", "words"),
    [
        ((), "the arguments are wrong"),
        (("remove", "a", "b", "c"), "the arguments are wrong"),
        (("assemble", "absent", "b", "c"), "absent cannot be read (No such file or directory)"),
        (("assemble", "README.md", "b", "c"), "README.md is not JSON"),
        (("compare", "ci", "docs", "c"), "image layout ci: oci-layout cannot be read"),
    ],
)
def test_a_failure_of_the_program(arguments: tuple[str, ...], words: str) -> None:
    done = run(*arguments)
    assert done.returncode == 9
    assert done.stderr.startswith(f"next-distroless: {words}")
    assert "\n  fix: " in done.stderr


def test_zstd_needs_a_python_that_has_it(tmp_path: Path) -> None:
    base, files = base_layout(tmp_path / "base"), payload(tmp_path / "payload")
    (tmp_path / "spec.json").write_bytes(encoded(spec(base, files, compression="zstd")))
    without = "sys.modules['compression.zstd'] = sys.modules['backports.zstd'] = sys.modules['backports'] = None"
    done = run("assemble", tmp_path / "spec.json", tmp_path / "out", tmp_path / "report.json", before=without)
    assert done.returncode == 9
    assert "zstd needs Python 3.14 or newer" in done.stderr
