"""Few bytes that unpack to many: no reader follows them beyond its limit."""

import tarfile
from collections.abc import Callable
from pathlib import Path
from typing import Any

import pytest

from ci.intool.cache.artifact import Layer
from ci.intool.cache.unpack import unpack
from ci.intool.common import archive
from ci.intool.common.failure import Failure
from ci.intool.common.tarball import measured, reading
from ci.intool.oci.base import opened
from tests.fuzz.strategies import DIGEST
from tests.fuzz.tars import bomb, folder, gzipped, tar

LIMIT = 1 << 20
GIGABYTE = 1 << 30


@pytest.fixture(scope="module")
def zeros(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """A gigabyte of zeros in a megabyte."""
    path = tmp_path_factory.mktemp("bomb") / "layer"
    path.write_bytes(bomb(GIGABYTE))
    assert path.stat().st_size < 2 * LIMIT
    return path


def entries(path: Path, _: Path) -> Any:
    with reading(path, "gzip", LIMIT) as layer:
        return list(layer)


def contents(path: Path, _: Path) -> Any:
    with reading(path, "gzip", LIMIT) as layer:
        return [layer.extractfile(member) for member in layer]


def unpacked(path: Path, into: Path) -> Any:
    layer = Layer(name="zeros", digest=DIGEST, size=1, compression="gzip", tar=DIGEST)
    return unpack(path, layer, into, LIMIT)


READERS: dict[str, Callable[[Path, Path], Any]] = {
    "measured": lambda path, _: measured(path, "gzip", LIMIT),
    "entries": entries,
    "contents": contents,
    "base image": lambda path, into: opened(path, into / "base", LIMIT),
    "unpacked": unpacked,
}


@pytest.mark.parametrize("read", READERS.values(), ids=READERS)
def test_a_bomb_does_not_go_off(zeros: Path, tmp_path: Path, read: Callable[[Path, Path], Any]) -> None:
    with pytest.raises(Failure, match=str(LIMIT)):
        read(zeros, tmp_path)
    assert sum(file.stat().st_size for file in tmp_path.rglob("*") if file.is_file()) <= LIMIT


def test_what_follows_the_end_of_a_tar_file_counts(tmp_path: Path) -> None:
    path = tmp_path / "layer"
    path.write_bytes(gzipped(tar([folder()]) + bytes(2 * LIMIT)))
    with pytest.raises(Failure, match=f"larger than {LIMIT} bytes"):
        measured(path, "gzip", LIMIT)


def test_a_layer_at_its_limit_is_read(tmp_path: Path) -> None:
    path, data = tmp_path / "layer", tar([folder()])
    path.write_bytes(gzipped(data))
    assert measured(path, "gzip", len(data)).bytes == len(data)
    with pytest.raises(Failure, match="larger"):
        measured(path, "gzip", len(data) - 1)


@pytest.mark.parametrize("kind", [tarfile.XHDTYPE, tarfile.XGLTYPE, tarfile.GNUTYPE_LONGNAME])
def test_a_header_does_not_fill_the_memory(tmp_path: Path, kind: bytes) -> None:
    member = tarfile.TarInfo("x")
    member.type, member.size = kind, archive.HEADER + 1
    path = tmp_path / "layer"
    path.write_bytes(gzipped(member.tobuf(tarfile.GNU_FORMAT) + bytes(archive.HEADER + 1024)))
    with pytest.raises(Failure, match="a header declares"):
        measured(path, "gzip")


def test_a_file_is_not_larger_than_its_bytes(tmp_path: Path) -> None:
    member = tarfile.TarInfo("sparse")
    member.pax_headers = {"GNU.sparse.major": "0", "GNU.sparse.size": str(1 << 50), "GNU.sparse.map": f"{1 << 50},0"}
    path = tmp_path / "layer"
    path.write_bytes(gzipped(tar([(member, b"")])))
    with pytest.raises(Failure, match="sparse"):
        measured(path, "gzip")


def test_entries_are_counted(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    path = tmp_path / "layer"
    path.write_bytes(gzipped(tar([folder(f"d{number}") for number in range(30)])))
    monkeypatch.setattr(archive, "ENTRIES", 20)
    with pytest.raises(Failure, match="20 entries"):
        measured(path, "gzip")
