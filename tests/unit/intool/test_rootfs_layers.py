"""Layers laid over each other, npm packages by path, sizes and the treemap."""

import gzip
import io
import json
import tarfile
from pathlib import Path
from typing import Any

import pytest

from ci.intool.common.failure import Failure
from ci.intool.common.media import LAYERS
from ci.intool.manager.size import by_package, measure
from ci.intool.manager.treemap import treemap
from ci.intool.registry.image import ImageLayer
from ci.intool.rootfs.content import FILES
from ci.intool.rootfs.layer import Layer, merge, read
from ci.intool.rootfs.packages import described, owner, shortened

GZIP, PLAIN = LAYERS["gzip"], "application/vnd.oci.image.layer.v1.tar"


def tar(*members: tuple[str, str | bytes | None], mode: int = 0o644) -> bytes:
    """A tar archive: bytes make a file, text a symbolic link, None a directory."""
    packed = io.BytesIO()
    with tarfile.open(fileobj=packed, mode="w") as archive:
        for path, content in members:
            entry = tarfile.TarInfo(path)
            entry.mode, entry.uid, entry.gid = mode, 1000, 1001
            if isinstance(content, bytes):
                entry.size = len(content)
            elif content is None:
                entry.type = tarfile.DIRTYPE
            else:
                entry.type, entry.linkname = tarfile.SYMTYPE, content
            archive.addfile(entry, io.BytesIO(content) if isinstance(content, bytes) else None)
    return packed.getvalue()


@pytest.fixture
def layer(tmp_path: Path) -> Any:
    def written(*members: tuple[str, str | bytes | None]) -> Layer:
        file = tmp_path / "layer"
        file.write_bytes(gzip.compress(tar(*members)))
        return read(file, GZIP, FILES)

    return written


def test_a_layer_is_read(layer: Any) -> None:
    found = layer(
        ("./app", None), ("/app/a", b"12345"), ("app/./b", "a"), ("app/.wh.gone", b""), ("x/.wh..wh..opq", b"")
    )
    assert {path: (entry.kind, entry.size) for path, entry in found.entries.items()} == {
        "app": ("directory", 0),
        "app/a": ("file", 5),
        "app/b": ("link", 0),
    }
    assert (found.removed, found.emptied, found.size) == ({"app/gone"}, {"x"}, 5)
    assert (found.entries["app/a"].mode, found.entries["app/a"].owner) == (0o644, "1000:1001")
    assert found.entries["app/b"].target == "a"


@pytest.mark.parametrize("text", [b'{"name": "a"}', b"{", b"[]", b'{"name": 1, "version": "1"}', b"", b"\xff"])
def test_a_package_json_that_tells_nothing(layer: Any, text: bytes) -> None:
    assert described(layer(("node_modules/a/package.json", text)).entries["node_modules/a/package.json"]) is None


def test_packages_tell_their_versions(layer: Any) -> None:
    text = json.dumps({"name": "@s/a", "version": "1.2.3"}).encode()
    entries = layer(
        ("app/node_modules/@s/a/package.json", text),
        ("app/node_modules/@s/a/dist/package.json", text),
        ("package.json", text),
    ).entries
    assert [described(entry) for entry in entries.values()] == [("@s/a", "1.2.3"), None, None]


@pytest.mark.parametrize("media_type", [GZIP, PLAIN])
@pytest.mark.parametrize("cut", [0, 700])
def test_a_broken_layer(tmp_path: Path, media_type: str, cut: int) -> None:
    file = tmp_path / "layer"
    whole = tar(("a", bytes(range(256)) * 8))
    body = (gzip.compress(whole) if media_type == GZIP else whole)[:cut]
    file.write_bytes(body[: len(body) // 2] if media_type == GZIP and cut else body)
    with pytest.raises(Failure, match="layer"):
        read(file, media_type, FILES)


def test_a_layer_that_is_not_compressed(tmp_path: Path) -> None:
    (tmp_path / "layer").write_bytes(tar(("a", b"1")))
    assert set(read(tmp_path / "layer", PLAIN, FILES).entries) == {"a"}


LOWER = (("d", None), ("d/a", b"1"), ("d/b", b"22"), ("d/s", None), ("d/s/c", b"333"), ("f", b"4444"))


@pytest.mark.parametrize(
    ("upper", "expected"),
    [
        pytest.param((), {"d", "d/a", "d/b", "d/s", "d/s/c", "f"}, id="nothing"),
        pytest.param((("d/.wh.a", b""),), {"d", "d/b", "d/s", "d/s/c", "f"}, id="whiteout of a file"),
        pytest.param((("d/.wh.s", b""),), {"d", "d/a", "d/b", "f"}, id="whiteout of a directory"),
        pytest.param((("d/.wh..wh..opq", b""), ("d/n", b"")), {"d", "d/n", "f"}, id="opaque directory"),
        pytest.param((("d/n", b""), ("d/.wh..wh..opq", b"")), {"d", "d/n", "f"}, id="opaque, reported later"),
        pytest.param(((".wh..wh..opq", b""),), set(), id="opaque root"),
        pytest.param((("d", "elsewhere"),), {"d", "f"}, id="a link in place of a directory"),
        pytest.param((("d", None),), {"d", "d/a", "d/b", "d/s", "d/s/c", "f"}, id="the same directory"),
        pytest.param(
            (("d/.wh.s", b""), ("d/s", None), ("d/s/n", b"")), {"d", "d/a", "d/b", "d/s", "d/s/n", "f"}, id="new"
        ),
        pytest.param(
            (("f", None), ("f/x", b"")), {"d", "d/a", "d/b", "d/s", "d/s/c", "f", "f/x"}, id="file to directory"
        ),
        pytest.param(((".wh.dd", b""),), {"d", "d/a", "d/b", "d/s", "d/s/c", "f"}, id="whiteout of what is not there"),
    ],
)
def test_layers_hide_what_is_below(layer: Any, upper: tuple[tuple[str, Any], ...], expected: set[str]) -> None:
    assert set(merge([layer(*LOWER), layer(*upper)])) == expected


@pytest.mark.parametrize(
    ("path", "expected"),
    [
        ("app/server.js", None),
        ("app/node_modules/.package-lock.json", None),
        ("app/node_modules/.bin/next", None),
        ("app/node_modules/next/dist/a.js", "next"),
        ("app/node_modules/@next/env/index.js", "@next/env"),
        ("app/node_modules/a/node_modules/@s/b/c.js", "@s/b"),
        ("node_modules/a/x", "a"),
        ("my_node_modules/a/x", None),
        ("app/node_modules/.pnpm/react@19.2.0/node_modules/react/index.js", "react@19.2.0"),
        ("app/node_modules/.pnpm/@next+env@16.0.0/node_modules/@next/env/a.js", "@next/env@16.0.0"),
        ("node_modules/.pnpm/next@16.0.0_react-dom@19.2.0_react@19.2.0/node_modules/next/a", "next@16.0.0"),
        ("node_modules/.pnpm/b@1.0.0-rc.1(a@2.0.0)/node_modules/b/a", "b@1.0.0-rc.1"),
        ("node_modules/.pnpm/a@1.0.0/node_modules/other/x", "other"),
        ("node_modules/.pnpm/a@1.0.0/node_modules/a/node_modules/bundled/x", "bundled"),
        ("node_modules/.bun/react@19.2.0/node_modules/react/index.js", "react@19.2.0"),
    ],
)
def test_owners(path: str, expected: str | None) -> None:
    found = owner(path)
    assert (found.title if found else None) == expected


@pytest.mark.parametrize(
    ("path", "expected"),
    [
        ("/app/node_modules/.pnpm/@s+a@1.0.0_b@2.0.0/node_modules/@s/a/dist/x.js", "@s/a@1.0.0:/dist/x.js"),
        ("/app/node_modules/a/dist/x.js", "/app/node_modules/a/dist/x.js"),
        ("/app/server.js", "/app/server.js"),
    ],
)
def test_paths_for_people(path: str, expected: str) -> None:
    assert shortened(path) == expected


def test_bytes_by_package() -> None:
    sizes = {"node_modules/a/1": 5, "x/node_modules/a/2": 6, "node_modules/b/1": 50, "app.js": 99}
    assert by_package(sizes) == [{"name": "b", "bytes": 50, "files": 1}, {"name": "a", "bytes": 11, "files": 2}]


def test_measure(layer: Any) -> None:
    stack = [
        layer(("bin/x", b"1" * 100), ("bin/y", b"2" * 30)),
        layer(("bin/.wh.y", b""), ("app/node_modules/a/i", b"3" * 7)),
    ]
    described = [
        ImageLayer(name=name, digest=f"sha256:{name}", size=size, media_type=GZIP)
        for name, size in (("base", 60), ("node_modules", 5))
    ]
    found = measure(described, stack, limit=1)
    assert (found["compressed"], found["uncompressed"]) == (65, 107)
    assert [(one["name"], one["uncompressed"], one["hidden"], one["files"]) for one in found["layers"]] == [
        ("base", 130, 30, 2),
        ("node_modules", 7, 0, 1),
    ]
    assert found["files"] == [{"path": "/bin/x", "bytes": 100, "layer": "base"}]
    assert found["packages"] == [{"name": "a", "bytes": 7, "files": 1}]
    assert found["treemap"]["bytes"] == 107


def test_treemap() -> None:
    assert treemap({"a/x": 60, "a/y": 3, "a/z": 2, "b": 35}, small=0.1) == {
        "name": "/",
        "bytes": 100,
        "children": [
            {
                "name": "a",
                "bytes": 65,
                "children": [{"name": "x", "bytes": 60}, {"name": "2 smaller", "bytes": 5}],
            },
            {"name": "b", "bytes": 35},
        ],
    }


def test_a_treemap_of_nothing() -> None:
    assert treemap({}) == {"name": "/", "bytes": 0, "children": []}
