"""Tar files of a cache: whatever they hold, nothing outside of the directory that they are meant for changes."""

import os
import tarfile
import tempfile
from pathlib import Path
from typing import Any

import pytest
from hypothesis import example, given
from hypothesis import strategies as st

from ci.intool.cache.artifact import Layer
from ci.intool.cache.unpack import unpack
from ci.intool.common.failure import Failure
from tests.fuzz.strategies import DIGEST, blobs
from tests.fuzz.tars import entries, folder, gzipped, tar
from tests.registry.cache_trees import HOSTILE, digest, entry, link, seen, stored

LIMIT = 1 << 20
STEPS = st.lists(st.sampled_from(["..", ".", "a", "b", "d", "e", ""]), min_size=1, max_size=5).map("/".join)


def contained(data: bytes) -> bool:
    """Unpack a tar file among canaries, none of which may change; whether it was taken."""
    with tempfile.TemporaryDirectory() as scratch:
        home, blob = Path(scratch, "home"), Path(scratch, "blob")
        into = home / "into"
        into.mkdir(parents=True)
        for canary in (home / "canary", home / "x", home / "evil"):
            canary.write_text("alive")
        before = _outside(home)
        layer = stored(data, blob)
        try:
            unpack(blob, layer, into, LIMIT)
        except Exception:  # noqa: BLE001  its caller turns whatever it is into a warning
            taken = False
        else:
            taken = True
            _see_that_links_stay(into)
        assert _outside(home) == before
        assert {path.name for path in into.iterdir()} <= {layer.name}
        for folder, _, _ in os.walk(into):
            Path(folder).chmod(0o700)
        return taken


def _outside(home: Path) -> dict[bytes, Any]:
    return {path: what for path, what in seen(home).items() if not path.startswith(b"into")}


def _see_that_links_stay(into: Path) -> None:
    top = os.path.realpath(into)
    for directory, folders, files in os.walk(into):
        for name in (*folders, *files):
            path = os.path.join(directory, name)  # noqa: PTH118
            assert os.path.realpath(path).startswith(f"{top}{os.sep}"), path
            assert not os.lstat(path).st_mode & 0o6000


@given(entries())
@example([folder(), link("deps/l", ".."), entry("deps/l/x", content=b"dead")])
@example([folder(), link("deps/a", "b/.."), link("deps/b", "..")])
def test_nothing_leaves(parts: list[Any]) -> None:
    contained(tar(parts))


@given(st.data(), entries())
def test_nothing_leaves_a_damaged_one(data: st.DataObject, parts: list[Any]) -> None:
    contained(data.draw(blobs(tar(parts))))


@pytest.mark.parametrize("parts", HOSTILE.values(), ids=HOSTILE)
def test_known_attacks_are_refused(parts: list[Any]) -> None:
    assert not contained(tar(parts))


def test_a_good_one_is_taken() -> None:
    assert contained(tar([folder(), folder("deps/a"), entry("deps/a/b", content=b"x"), link("deps/l", "a/b")]))


@given(st.dictionaries(st.sampled_from(["deps/a", "deps/b", "deps/d/e", "deps/d/f"]), STEPS, max_size=4))
@example({"deps/a": "d/e/..", "deps/d/e": ".."})
def test_links_over_links_stay(links: dict[str, str]) -> None:
    contained(tar([folder(), folder("deps/d"), *(link(path, target) for path, target in links.items())]))


def test_what_is_unpacked_is_what_was_signed(tmp_path: Path) -> None:
    blob = tmp_path / "blob"
    data = tar([folder()])
    blob.write_bytes(gzipped(data))
    (tmp_path / "into").mkdir()
    other = Layer(name="deps", digest=DIGEST, size=1, compression="gzip", tar=digest(data + b"x"))
    with pytest.raises(Failure, match="does not match its digest"):
        unpack(blob, other, tmp_path / "into", LIMIT)


def test_a_file_whose_header_claims_a_large_size() -> None:
    member = tarfile.TarInfo("deps")
    member.size = 1 << 62
    assert not contained(tar([(member, b"x")]))
