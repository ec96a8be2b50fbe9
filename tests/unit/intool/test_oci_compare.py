import gzip
import hashlib
import io
import json
import subprocess
import sys
import tarfile
from collections.abc import Callable, Mapping
from pathlib import Path
from typing import Any

import pytest

from ci.intool.common.failure import Failure
from ci.intool.common.layout import Layout
from ci.intool.oci.assemble import assemble
from ci.intool.oci.compare import compare
from ci.intool.oci.explain import explain
from ci.intool.oci.spec import parse
from tests.conftest import CHECKOUT
from tests.unit.layouts import FILES, base_layout, blob, encoded, payload, spec

INDEX, MANIFEST, CONFIG, LAYER = (
    f"application/vnd.oci.image.{kind}"
    for kind in ("index.v1+json", "manifest.v1+json", "config.v1+json", "layer.v1.tar+gzip")
)
NAMES = ["base", "node_modules", "server", "static", "public"]
Files = Mapping[str, str | bytes]


def made(home: Path, files: Files = FILES, **over: Any) -> Layout:
    given = spec(base_layout(home / "base"), payload(home / "payload", files), **over)
    assemble(parse(given), home / "out")
    return Layout(home / "out")


def without(name: str) -> Files:
    return {path: content for path, content in FILES.items() if path != name}


ASSEMBLED: dict[str, tuple[dict[str, Any], dict[str, Any], int]] = {
    "text": (
        {"files": {**FILES, ".next/BUILD_ID": "two"}},
        {
            "part": "layer",
            "layer": "server",
            "kind": "content",
            "path": "app/.next/BUILD_ID",
            "start": 0,
            "end": 3,
            "encoding": "text",
            "a": "one",
            "b": "two",
        },
        1,
    ),
    "bytes": (
        {"files": {**FILES, "server.js": b"serve\0\1"}},
        {
            "part": "layer",
            "layer": "server",
            "kind": "content",
            "path": "app/server.js",
            "start": 5,
            "end": 7,
            "encoding": "hex",
            "a": "73657276652829",
            "b": "73657276650001",
        },
        1,
    ),
    "a public file, whose time follows": (
        {"files": {**FILES, "public/logo.svg": "<SVG/>"}},
        {
            "part": "layer",
            "layer": "public",
            "kind": "content",
            "path": "app/public/logo.svg",
            "start": 1,
            "end": 4,
            "encoding": "text",
            "a": "<svg/>",
            "b": "<SVG/>",
        },
        1,
    ),
    "files of several layers": (
        {"files": {**FILES, "node_modules/next/index.js": "next(1)", "server.js": "", "package.json": ""}},
        {
            "part": "layer",
            "layer": "node_modules",
            "kind": "content",
            "path": "app/node_modules/next/index.js",
            "start": 5,
            "end": 7,
            "encoding": "text",
            "a": "next()",
            "b": "next(1)",
        },
        3,
    ),
    "added": (
        {"files": {**FILES, "a.js": ""}},
        {"part": "layer", "layer": "server", "kind": "added", "path": "app/a.js"},
        1,
    ),
    "removed": (
        {"files": without("package.json")},
        {"part": "layer", "layer": "server", "kind": "removed", "path": "app/package.json"},
        1,
    ),
    "owner": (
        {"writable": {".next/cache": "directory"}},
        {
            "part": "layer",
            "layer": "public",
            "kind": "metadata",
            "path": "app/public/manifest.json",
            "field": "gid",
            "a": 65532,
            "b": 0,
        },
        1,
    ),
    "a layer less": (
        {"files": without(".next/static/chunks/main.js")},
        {"part": "layers", "a": NAMES, "b": [name for name in NAMES if name != "static"]},
        0,
    ),
    "environment": (
        {"config": {"Env": {"A": "app", "PORT": "3001"}, "Cmd": ["server.js"], "User": "65532:65532"}},
        {"part": "config", "path": "config.config.Env[2]", "a": "PORT=3000", "b": "PORT=3001"},
        0,
    ),
    "time": (
        {"created": "2026-01-01T00:00:01Z"},
        {"part": "config", "path": "config.created", "a": "2026-01-01T00:00:00Z", "b": "2026-01-01T00:00:01Z"},
        0,
    ),
    "annotation": (
        {"annotations": {"org.opencontainers.image.title": "other"}},
        {
            "part": "annotations",
            "path": 'annotations["org.opencontainers.image.title"]',
            "a": "app",
            "b": "other",
        },
        0,
    ),
    "compression": ({"level": 1}, {"part": "compression", "layers": NAMES[1:]}, 0),
    "compression and a value": (
        {"level": 1, "annotations": {}},
        {"part": "annotations", "path": 'annotations["org.opencontainers.image.title"]', "a": "app"},
        0,
    ),
}


@pytest.mark.parametrize(("over", "first", "files"), ASSEMBLED.values(), ids=ASSEMBLED)
def test_the_first_difference(tmp_path: Path, over: dict[str, Any], first: dict[str, Any], files: int) -> None:
    a, b = made(tmp_path / "a"), made(tmp_path / "b", **over)
    assert compare(a, b) == {
        "equal": False,
        "a": a.index()[0],
        "b": b.index()[0],
        "first": {**first, "platform": "linux/amd64"},
        "files": files,
    }


def test_equal_images(tmp_path: Path) -> None:
    a, b = made(tmp_path / "a"), made(tmp_path / "b")
    digest = a.index()[0]
    assert compare(a, b) == {"equal": True, "a": digest, "b": digest, "first": None, "files": 0}


def test_layers_that_platforms_share_are_counted_once_and_the_platform_that_differs_is_named(tmp_path: Path) -> None:
    layouts = []
    for side, text in (("a", "one"), ("b", "two")):
        given = spec(Path(), Path())
        given["platforms"] = {
            f"linux/{machine}": {
                "base": str(base_layout(tmp_path / side / f"base-{machine}", machine)),
                "payload": str(payload(tmp_path / side / machine, {**FILES, "server.js": text, "native": machine})),
            }
            for machine in ("amd64", "arm64")
        }
        assemble(parse(given), tmp_path / side / "out")
        layouts.append(Layout(tmp_path / side / "out"))
    result = compare(*layouts)
    assert (result["first"]["platform"], result["first"]["path"], result["files"]) == (
        "linux/amd64",
        "app/server.js",
        2,
    )


def test_other_platforms(tmp_path: Path) -> None:
    other = spec(base_layout(tmp_path / "base", "arm64"), payload(tmp_path / "payload"))
    other["platforms"] = {"linux/arm64": other["platforms"].pop("linux/amd64")}
    assemble(parse(other), tmp_path / "out")
    first = compare(made(tmp_path / "a"), Layout(tmp_path / "out"))["first"]
    assert first == {"part": "platforms", "a": ["linux/amd64"], "b": ["linux/arm64"]}


Members = list[tuple[tarfile.TarInfo, bytes]]


def rebuilt(home: Path, change: Callable[[Members], object], archive_format: int = tarfile.PAX_FORMAT) -> Layout:
    """The usual image with its server layer packed again by Python after a change."""
    layout = made(home)
    (image,) = layout.images()
    with tarfile.open(layout.path(image.manifest["layers"][2]["digest"])) as archive:
        members = [(member, archive.extractfile(member).read() if member.isreg() else b"") for member in archive]  # type: ignore[union-attr]
    change(members)
    plain = io.BytesIO()
    with tarfile.open(fileobj=plain, mode="w", format=archive_format) as archive:
        for member, content in members:
            archive.addfile(member, io.BytesIO(content))
    data = plain.getvalue()
    image.manifest["layers"][2] = blob(layout.root, gzip.compress(data), LAYER)
    image.config["rootfs"]["diff_ids"][2] = f"sha256:{hashlib.sha256(data).hexdigest()}"
    image.manifest["config"] = blob(layout.root, encoded(image.config), CONFIG)
    return indexed(layout, blob(layout.root, encoded(image.manifest), MANIFEST))


def indexed(layout: Layout, *manifests: dict[str, Any]) -> Layout:
    _, index = layout.index()
    platform = index["manifests"][0]["platform"]
    index["manifests"] = [{"platform": platform, **manifest} for manifest in manifests]
    (layout.root / "index.json").write_bytes(encoded({"manifests": [blob(layout.root, encoded(index), INDEX)]}))
    return Layout(layout.root)


def setting(**fields: Any) -> Callable[[Members], object]:
    """Change the entry of server.js."""
    return lambda members: [
        setattr(member, key, value)
        for member, _ in members
        if member.name == "app/server.js"
        for key, value in fields.items()
    ]


def to_link(members: Members) -> None:
    setting(type=tarfile.SYMTYPE, linkname="a", size=0)(members)


REBUILT: dict[str, tuple[Callable[[Members], object], dict[str, Any], int]] = {
    "mode": (setting(mode=0o755), {"kind": "metadata", "field": "mode", "a": 0o644, "b": 0o755}, 1),
    "time": (setting(mtime=5), {"kind": "metadata", "field": "mtime", "a": 0, "b": 5}, 1),
    "user": (setting(uid=5), {"kind": "metadata", "field": "uid", "a": 0, "b": 5}, 1),
    "name of the user": (setting(uname="me"), {"kind": "metadata", "field": "uname", "a": "", "b": "me"}, 1),
    "type": (to_link, {"kind": "metadata", "field": "type", "a": "file", "b": "symbolic link"}, 1),
    "extended attribute": (
        setting(pax_headers={"SCHILY.xattr.user.a": "1"}),
        {"kind": "metadata", "field": "SCHILY.xattr.user.a", "a": None, "b": "1"},
        1,
    ),
    "order": (lambda members: members.append(members.pop(-2)), {"kind": "order"}, 0),
}


@pytest.mark.parametrize(("change", "first", "files"), REBUILT.values(), ids=REBUILT)
def test_a_difference_of_entries(
    tmp_path: Path, change: Callable[[Members], object], first: dict[str, Any], files: int
) -> None:
    result = compare(made(tmp_path / "a"), rebuilt(tmp_path / "b", change))
    reported = {"part": "layer", "layer": "server", "path": "app/server.js", "platform": "linux/amd64", **first}
    assert (result["first"], result["files"]) == ({**reported, "path": result["first"]["path"]}, files)
    assert result["first"]["path"] in ("app/server.js", "app/package.json")


def test_the_target_of_a_link(tmp_path: Path) -> None:
    a, b = (rebuilt(tmp_path / name, setting(type=tarfile.SYMTYPE, linkname=name, size=0)) for name in ("a", "b"))
    first = compare(a, b)["first"]
    assert {key: first[key] for key in ("kind", "field", "a", "b")} == {
        "kind": "metadata",
        "field": "target",
        "a": "a",
        "b": "b",
    }


def test_another_tar_program(tmp_path: Path) -> None:
    again = rebuilt(tmp_path / "b", lambda _: None, tarfile.GNU_FORMAT)
    first = compare(made(tmp_path / "a"), again)["first"]
    assert first == {"part": "layer", "layer": "server", "kind": "format", "platform": "linux/amd64"}


def test_other_json_of_equal_values(tmp_path: Path) -> None:
    layout = made(tmp_path / "b")
    (image,) = layout.images()
    b = indexed(layout, blob(layout.root, encoded(image.manifest), MANIFEST))
    assert compare(made(tmp_path / "a"), b)["first"] == {"part": "encoding", "platform": "linux/amd64"}


def test_an_attestation_that_only_one_side_has(tmp_path: Path) -> None:
    layout = made(tmp_path / "b")
    (descriptor,) = layout.index()[1]["manifests"]
    extra = {**blob(layout.root, b"{}", "text/plain"), "platform": {"os": "unknown", "architecture": "unknown"}}
    first = compare(made(tmp_path / "a"), indexed(layout, descriptor, extra))["first"]
    assert first == {"part": "index", "path": "index.manifests[1]", "b": extra}


def test_a_damaged_layer(tmp_path: Path) -> None:
    layout = made(tmp_path / "b", {**FILES, "server.js": ""})
    (image,) = layout.images()
    damaged = layout.path(image.manifest["layers"][2]["digest"]).read_bytes()[:-9]
    image.manifest["layers"][2] = blob(layout.root, damaged, LAYER)
    b = indexed(layout, blob(layout.root, encoded(image.manifest), MANIFEST))
    with pytest.raises(Failure, match=r"layer \w{64} is not a gzip tar file"):
        compare(made(tmp_path / "a"), b)


EXPLAINED = [
    ({"part": "platforms", "a": ["linux/amd64"], "b": []}, "the platforms are linux/amd64 in A and none in B"),
    (
        {"part": "layers", "platform": "linux/amd64", "a": ["base", "server"], "b": ["base"]},
        "linux/amd64: the layers are base, server in A and base in B",
    ),
    ({"part": "layer", "layer": "server", "kind": "added", "path": "app/a"}, "layer server: app/a is only in B"),
    ({"part": "layer", "layer": "server", "kind": "removed", "path": "app/a"}, "layer server: app/a is only in A"),
    (
        {"part": "layer", "layer": "base", "kind": "metadata", "path": "a", "field": "mode", "a": 0o644, "b": 0o755},
        "layer base: a: mode is 0644 in A and 0755 in B",
    ),
    (
        {"part": "layer", "layer": "base", "kind": "metadata", "path": "a", "field": "uname", "a": "", "b": "me"},
        'layer base: a: uname is "" in A and "me" in B',
    ),
    (
        {
            "part": "layer",
            "layer": "server",
            "kind": "content",
            "path": "app/a",
            "start": 5,
            "end": 7,
            "encoding": "text",
            "a": "größ\n",
            "b": "b",
        },
        'layer server: app/a: bytes 5 to 7 differ first:\n  A: "größ\\n"\n  B: "b"',
    ),
    (
        {
            "part": "layer",
            "layer": "server",
            "kind": "content",
            "path": "app/a",
            "start": 0,
            "end": 1,
            "encoding": "hex",
            "a": "00",
            "b": "ff",
        },
        "layer server: app/a: bytes 0 to 1 differ first:\n  A: 0x00\n  B: 0xff",
    ),
    (
        {"part": "layer", "layer": "server", "kind": "order", "path": "app/a"},
        "layer server: the same entries in another order, from app/a on",
    ),
    (
        {"part": "layer", "layer": "server", "kind": "format"},
        "layer server: the same entries, written by another tar program",
    ),
    ({"part": "config", "path": "config.created", "a": "1", "b": "2"}, 'config.created is "1" in A and "2" in B'),
    ({"part": "annotations", "path": "annotations.a", "b": "ü"}, 'annotations.a is absent in A and "ü" in B'),
    (
        {"part": "compression", "layers": ["server", "static"]},
        "only the compression differs, of the layers server, static: they hold the same files",
    ),
    ({"part": "encoding"}, "the same values, written as other JSON"),
]


@pytest.mark.parametrize(("difference", "words"), EXPLAINED)
def test_a_difference_in_words(difference: dict[str, Any], words: str) -> None:
    assert explain(difference) == words


@pytest.mark.parametrize(
    ("over", "words"),
    [
        ({}, "equal: sha256:"),
        ({"created": "2027-01-01T00:00:00Z"}, 'linux/amd64: config.created is "2026-01-01T00:00:00Z" in A and '),
    ],
)
def test_the_program(tmp_path: Path, over: dict[str, Any], words: str) -> None:
    a, b = made(tmp_path / "a"), made(tmp_path / "b", **over)
    report = tmp_path / "report.json"
    arguments = [sys.executable, "-m", "ci.intool.oci", "compare", a.root, b.root, report]
    done = subprocess.run([str(one) for one in arguments], cwd=CHECKOUT, capture_output=True, text=True, check=True)
    assert done.stdout.startswith(words)
    assert json.loads(report.read_bytes()) == compare(a, b)
