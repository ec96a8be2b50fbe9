import hashlib
import os
import socket
from pathlib import Path

import pytest

from ci.intool.common.failure import Failure
from ci.intool.oci.tar import Entry, Kind
from ci.intool.oci.tree import layered, owned, scan, timed
from tests.unit.layouts import payload


def test_kinds_and_modes(tmp_path: Path) -> None:
    for name, mode in (("plain", 0o640), ("private", 0o600), ("run", 0o710), ("sticky", 0o4755)):
        (tmp_path / name).write_text(name)
        (tmp_path / name).chmod(mode)
    (tmp_path / "closed").mkdir(0o700)
    (tmp_path / "link").symlink_to("./nowhere//x")
    os.link(tmp_path / "plain", tmp_path / "same")
    found = {
        path: (entry.kind.name, oct(entry.mode), entry.size, entry.target) for path, entry in scan(tmp_path).items()
    }
    assert found == {
        "plain": ("FILE", "0o644", 5, ""),
        "private": ("FILE", "0o644", 7, ""),
        "run": ("FILE", "0o755", 3, ""),
        "sticky": ("FILE", "0o755", 6, ""),
        "closed": ("DIRECTORY", "0o755", 0, ""),
        "link": ("SYMLINK", "0o777", 0, "./nowhere//x"),
        "same": ("FILE", "0o644", 5, ""),
    }


def fifo(home: Path) -> None:
    os.mkfifo(home / "pipe")


def listening(home: Path) -> None:
    with socket.socket(socket.AF_UNIX) as server:
        server.bind(str(home / "s"))


REFUSED = {
    "a pipe": (fifo, "pipe is a device, a socket or a pipe"),
    "a socket": (listening, "s is a device, a socket or a pipe"),
    "a whiteout": (lambda home: (home / ".wh.a").write_text(""), r"\.wh\.a has a name that means a deletion"),
    "a name that is no text": (lambda home: Path(os.fsdecode(bytes(home) + b"/\xff")).write_text(""), "not UTF-8"),
    "a target that is no text": (lambda home: (home / "l").symlink_to(os.fsdecode(b"\xff")), "'l' has .* not UTF-8"),
    "nothing": (lambda _: None, "is empty"),
    "a file": (lambda home: home.rmdir() or home.write_text(""), "there is no payload"),
}


@pytest.mark.parametrize(("make", "words"), REFUSED.values(), ids=REFUSED)
def test_what_no_image_can_hold_is_refused(tmp_path: Path, make: object, words: str) -> None:
    home = tmp_path / "p"
    home.mkdir()
    make(home)  # type: ignore[operator]
    with pytest.raises(Failure, match=words):
        scan(home)


def test_writable_paths_and_all_below_belong_to_the_user(tmp_path: Path) -> None:
    files = {"public/m.json": "", "public/m.json2": "", "data/a/b": "", "data2/a": ""}
    tree = owned(scan(payload(tmp_path, files)), {"public/m.json": "file", "data": "directory"}, 7)
    assert {path for path, entry in tree.items() if entry.owner == 7} == {"public/m.json", "data", "data/a", "data/a/b"}
    assert {entry.owner for entry in tree.values()} == {0, 7}


@pytest.mark.parametrize(("path", "kind"), [("absent", "file"), ("server.js", "directory"), ("link", "file")])
def test_writable_paths_must_be_there(tmp_path: Path, path: str, kind: str) -> None:
    tree = scan(payload(tmp_path, {"server.js": ""})) | {"link": Entry(path="link", kind=Kind.SYMLINK, mode=0o777)}
    with pytest.raises(Failure, match=f"the payload has no {kind} `{path}`"):
        owned(tree, {path: kind}, 7)


def test_layers_hold_their_files_and_the_directories_above() -> None:
    kinds = {
        "server.js": Kind.FILE,
        "server.js-note": Kind.FILE,
        ".next": Kind.DIRECTORY,
        ".next/cache": Kind.DIRECTORY,
        ".next/static": Kind.DIRECTORY,
        ".next/static/a.js": Kind.FILE,
        "node_modules": Kind.DIRECTORY,
        "node_modules/b": Kind.DIRECTORY,
        "node_modules/b/i.js": Kind.FILE,
        "node_modules/b-c": Kind.SYMLINK,
        "public": Kind.DIRECTORY,
    }
    tree = {path: Entry(path=path, kind=kind, mode=0o755) for path, kind in reversed(kinds.items())}
    layers = layered(tree, prefix="srv/app", app=".", dist=".next")
    assert {name: [entry.path for entry in entries] for name, entries in layers.items()} == {
        "node_modules": [
            *("srv", "srv/app", "srv/app/node_modules", "srv/app/node_modules/b"),
            *("srv/app/node_modules/b-c", "srv/app/node_modules/b/i.js"),
        ],
        "server": [
            "srv",
            "srv/app",
            "srv/app/.next",
            "srv/app/.next/cache",
            "srv/app/server.js",
            "srv/app/server.js-note",
        ],
        "static": ["srv", "srv/app", "srv/app/.next", "srv/app/.next/static", "srv/app/.next/static/a.js"],
        "public": ["srv", "srv/app", "srv/app/public"],
    }
    assert list(layers) == ["node_modules", "server", "static", "public"]


def test_a_directory_is_the_same_in_every_layer() -> None:
    tree = {
        "d": Entry(path="d", kind=Kind.DIRECTORY, mode=0o755, owner=7),
        "d/node_modules": Entry(path="d/node_modules", kind=Kind.DIRECTORY, mode=0o755, owner=7),
        "d/node_modules/a": Entry(path="d/node_modules/a", kind=Kind.FILE, mode=0o644, owner=7),
        "d/b": Entry(path="d/b", kind=Kind.FILE, mode=0o644, owner=7),
    }
    layers = layered(tree, prefix="app", app=".", dist=".next")
    assert [next(one for one in entries if one.path == "app/d") for entries in layers.values()] == [
        Entry(path="app/d", kind=Kind.DIRECTORY, mode=0o755, owner=7)
    ] * 2


def test_the_time_of_a_public_file_follows_from_its_content(tmp_path: Path) -> None:
    times = {}
    for content in (b"one", b"two", b""):
        (tmp_path / "f").write_bytes(content)
        os.utime(tmp_path / "f", (1, 1))
        times[content] = timed(Entry(path="f", kind=Kind.FILE, mode=0o644, source=tmp_path / "f")).mtime
    assert times == {content: 315532800 + (int(hashlib.sha256(content).hexdigest(), 16) >> 228) for content in times}
    assert len(set(times.values())) == 3
    assert timed(Entry(path="d", kind=Kind.DIRECTORY, mode=0o755)).mtime == 0
