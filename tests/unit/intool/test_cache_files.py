"""Trees are packed and unpacked; a tar file that is not to be trusted writes nothing elsewhere."""

import os
import tarfile
from pathlib import Path

import pytest

from ci.intool.cache import unpack as cache_unpack
from ci.intool.cache.pack import pack
from ci.intool.cache.unpack import unpack
from ci.intool.common.failure import Failure
from tests.registry import cache_trees
from tests.registry.cache_trees import HOSTILE, entry, folder, link, seen, stored, tar

LIMIT = 1 << 30


def taken(blob: Path, layer: cache_trees.Layer, into: Path, limit: int = LIMIT) -> int:
    """Unpack, and set the modes of directories."""
    into.mkdir()
    size, modes = unpack(blob, layer, into, limit)
    for name, mode in reversed(modes.items()):
        (into / name).chmod(mode)
    return size


def test_a_tree_comes_back_as_it_was(tmp_path: Path) -> None:
    source = cache_trees.tree(tmp_path / "source")
    layer = pack(source, "deps", tmp_path / "blob")
    assert (tmp_path / "blob").stat().st_size == layer.size
    assert cache_trees.digest((tmp_path / "blob").read_bytes()) == layer.digest
    size = taken(tmp_path / "blob", layer, tmp_path / "out")
    assert seen(tmp_path / "out" / "deps") == seen(source)
    assert size > 256 * 9000
    assert len(seen(source)) > 15


def test_a_file_comes_back_as_it_was(tmp_path: Path) -> None:
    (tmp_path / "file").write_bytes(b"one" * 1000)
    (tmp_path / "file").chmod(0o640)
    layer = pack(tmp_path / "file", "store", tmp_path / "blob")
    taken(tmp_path / "blob", layer, tmp_path / "out")
    assert (tmp_path / "out" / "store").read_bytes() == b"one" * 1000
    assert (tmp_path / "out" / "store").stat().st_mode & 0o7777 == 0o640


def test_the_same_tree_at_another_time_makes_the_same_bytes(tmp_path: Path) -> None:
    first = pack(cache_trees.tree(tmp_path / "source"), "deps", tmp_path / "blob")
    for file in (tmp_path / "source").iterdir():
        os.utime(file, (5, 5), follow_symlinks=False)
    assert pack(tmp_path / "source", "deps", tmp_path / "again").tar == first.tar


def test_a_hard_link_to_the_outside_is_a_file(tmp_path: Path) -> None:
    (tmp_path / "store").write_text("content")
    (tmp_path / "source").mkdir()
    (tmp_path / "source" / "a").hardlink_to(tmp_path / "store")
    layer = pack(tmp_path / "source", "deps", tmp_path / "blob")
    taken(tmp_path / "blob", layer, tmp_path / "out")
    assert (tmp_path / "out" / "deps" / "a").read_text() == "content"


def test_what_is_no_file_is_left_out(tmp_path: Path) -> None:
    (tmp_path / "source").mkdir()
    os.mkfifo(tmp_path / "source" / "pipe")
    layer = pack(tmp_path / "source", "deps", tmp_path / "blob")
    taken(tmp_path / "blob", layer, tmp_path / "out")
    assert list((tmp_path / "out").rglob("*")) == [tmp_path / "out" / "deps"]


def test_a_program_does_not_come_back_with_rights_of_others(tmp_path: Path) -> None:
    layer = stored(tar([folder("deps"), entry("deps/su", mode=0o6755)]), tmp_path / "blob")
    taken(tmp_path / "blob", layer, tmp_path / "out")
    assert (tmp_path / "out" / "deps" / "su").stat().st_mode & 0o7777 == 0o755


@pytest.mark.parametrize("target", ["/etc/passwd", "../outside", "../source/file", "loop"])
def test_a_link_that_would_be_refused_is_not_packed(tmp_path: Path, target: str) -> None:
    (tmp_path / "source").mkdir()
    (tmp_path / "source" / "file").touch()
    (tmp_path / "source" / "loop").symlink_to(target)
    with pytest.raises(Failure, match=f"the link deps/loop -> {target} leads out"):
        pack(tmp_path / "source", "deps", tmp_path / "blob")


@pytest.mark.parametrize("name", ["", ".", "..", "a/b", "-a", "x" * 101, "a\n"])
def test_a_name_that_is_none(tmp_path: Path, name: str) -> None:
    with pytest.raises(Failure, match="is not a name for a part of a cache"):
        pack(tmp_path, name, tmp_path / "blob")


@pytest.mark.parametrize("what", HOSTILE)
def test_a_hostile_tar_file_is_refused(tmp_path: Path, what: str) -> None:
    layer = stored(tar(HOSTILE[what]), tmp_path / "blob")
    before = set(tmp_path.parent.iterdir())
    with pytest.raises((Failure, FileExistsError, ValueError)):
        taken(tmp_path / "blob", layer, tmp_path / "out")
    assert set(tmp_path.parent.iterdir()) == before
    assert {file.name for file in tmp_path.iterdir()} == {"blob", "out"}
    assert not os.path.lexists(cache_trees.EVIL)


def test_links_that_stay_are_not_refused(tmp_path: Path) -> None:
    good = [folder("deps"), folder("deps/a"), link("deps/a/l", "../b/../a/./f"), link("deps/b", "a"), entry("deps/a/f")]
    layer = stored(tar(good), tmp_path / "blob")
    taken(tmp_path / "blob", layer, tmp_path / "out")
    assert (tmp_path / "out" / "deps" / "a" / "l").resolve() == tmp_path / "out" / "deps" / "a" / "f"


def test_a_bomb_is_stopped_before_it_has_burst(tmp_path: Path) -> None:
    layer = stored(tar([folder("deps"), entry("deps/a", content=bytes(50 << 20))]), tmp_path / "blob")
    assert layer.size < 1 << 20
    with pytest.raises(Failure, match="larger than 4194304 bytes"):
        taken(tmp_path / "blob", layer, tmp_path / "out", limit=4 << 20)
    assert (tmp_path / "out" / "deps" / "a").stat().st_size <= 4 << 20


def test_a_bomb_behind_the_end_is_stopped(tmp_path: Path) -> None:
    layer = stored(tar([folder("deps")]) + bytes(50 << 20), tmp_path / "blob")
    with pytest.raises(Failure, match="larger than"):
        taken(tmp_path / "blob", layer, tmp_path / "out", limit=4 << 20)


def test_a_tar_file_with_too_many_entries(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(cache_unpack, "ENTRIES", 3)
    layer = stored(tar([folder("deps"), *(entry(f"deps/{n}") for n in range(3))]), tmp_path / "blob")
    with pytest.raises(Failure, match="deps/2"):
        taken(tmp_path / "blob", layer, tmp_path / "out")


def test_content_that_is_not_what_the_layer_says(tmp_path: Path) -> None:
    layer = stored(tar([folder("deps")]), tmp_path / "blob", tar=cache_trees.digest(b"other"))
    with pytest.raises(Failure, match="does not match its digest"):
        taken(tmp_path / "blob", layer, tmp_path / "out")


@pytest.mark.parametrize("keep", [0.0, 0.3, 0.9, 0.999])
def test_a_stream_that_is_cut_off(tmp_path: Path, keep: float) -> None:
    layer = pack(cache_trees.tree(tmp_path / "source"), "deps", tmp_path / "blob")
    whole = (tmp_path / "blob").read_bytes()
    (tmp_path / "blob").write_bytes(whole[: int(len(whole) * keep)])
    with pytest.raises((Failure, EOFError, OSError, tarfile.TarError)):
        taken(tmp_path / "blob", layer, tmp_path / "out")


def test_a_tar_file_that_is_cut_off(tmp_path: Path) -> None:
    whole = tar([folder("deps"), entry("deps/a", content=b"x" * 5000)])
    layer = stored(whole[:3000], tmp_path / "blob")
    with pytest.raises(Failure, match="a file is cut off"):
        taken(tmp_path / "blob", layer, tmp_path / "out")
