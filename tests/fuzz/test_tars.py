"""Layers that are damaged tar files, or valid ones with unexpected entries."""

import sys
import tarfile
import tempfile
from collections.abc import Callable
from pathlib import Path
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from ci.intool.common.compress import compressor
from ci.intool.common.media import LAYERS
from ci.intool.common.tarball import measured
from ci.intool.manager.size import by_package
from ci.intool.manager.treemap import treemap
from ci.intool.oci.chunk import static_chunk
from ci.intool.oci.contents import LayerFile, differing
from ci.intool.rootfs import layer
from ci.intool.rootfs.content import FILES
from tests.fuzz.checks import survives
from tests.fuzz.strategies import blobs
from tests.fuzz.tars import entries, folder, gzipped, tar

FORMS = (tarfile.USTAR_FORMAT, tarfile.GNU_FORMAT, tarfile.PAX_FORMAT)
PLAIN = "application/vnd.oci.image.layer.v1.tar"
GOOD = tar([folder()])


def zstd(data: bytes) -> bytes:
    packer = compressor("zstd", 1)
    return packer.compress(data) + packer.flush()


PACKED: dict[str, tuple[Callable[[bytes], bytes], str]] = {
    "gzip": (gzipped, LAYERS["gzip"]),
    "zstd": (zstd, LAYERS["zstd"]),
    "": (bytes, PLAIN),
}


def read(packed: bytes, kind: str) -> None:
    """All that is done with a layer."""
    with tempfile.TemporaryDirectory() as scratch:
        path, good = Path(scratch, "layer"), Path(scratch, "good")
        path.write_bytes(packed)
        good.write_bytes(PACKED[kind][0](GOOD))
        survives(lambda: measured(path, kind))
        survives(lambda: static_chunk(LayerFile(path, kind), LayerFile(path, kind)))
        survives(lambda: differing(LayerFile(path, kind), LayerFile(good, kind)))
        survives(lambda: differing(LayerFile(path, kind), LayerFile(path, kind)))
        found = survives(lambda: layer.read(path, PACKED[kind][1], FILES))
        if found:
            sizes = {name: one.size for name, (one, _) in layer.merge([found, found]).items()}
            treemap(sizes)
            by_package(sizes)


@given(entries(), st.sampled_from(FORMS), st.sampled_from(list(PACKED)))
def test_unexpected_entries(parts: list[Any], form: int, kind: str) -> None:
    read(PACKED[kind][0](written(parts, form)), kind)


@given(st.data(), entries(), st.sampled_from(FORMS), st.sampled_from(list(PACKED)))
def test_damaged_tar_files(data: st.DataObject, parts: list[Any], form: int, kind: str) -> None:
    read(PACKED[kind][0](data.draw(blobs(written(parts, form)))), kind)


@given(st.data(), st.sampled_from(list(PACKED)))
def test_damaged_compression(data: st.DataObject, kind: str) -> None:
    read(data.draw(blobs(PACKED[kind][0](GOOD))), kind)


def written(parts: list[Any], form: int) -> bytes:
    """A tar file; what the format cannot hold is left out."""
    able = []
    for part in parts:
        try:
            tar([part], form)
        except ValueError:
            continue
        able.append(part)
    return tar(able, form)


def chained(kind: bytes, count: int) -> bytes:
    """Extended headers, each of which is for the next one."""
    member = tarfile.TarInfo("x")
    member.type, member.size = kind, 512
    return member.tobuf(tarfile.GNU_FORMAT) + bytes(512) if count == 1 else chained(kind, 1) * count


@pytest.mark.parametrize("kind", [tarfile.GNUTYPE_LONGNAME, tarfile.GNUTYPE_LONGLINK, tarfile.XHDTYPE, tarfile.XGLTYPE])
def test_headers_for_headers(kind: bytes) -> None:
    read(gzipped(chained(kind, 2 * sys.getrecursionlimit()) + GOOD), "gzip")


def test_a_path_as_deep_as_a_path_can_be() -> None:
    member = tarfile.TarInfo("a/" * 2040 + "b")
    member.size = 1
    with tempfile.TemporaryDirectory() as scratch:
        path = Path(scratch, "layer")
        path.write_bytes(tar([(member, b"x")]))
        (name,) = layer.read(path, PLAIN, FILES).entries
        tree = treemap({name: 1})
    depth = 0
    while tree.get("children"):
        (tree,) = tree["children"]
        depth += 1
    assert (depth, tree["bytes"]) == (65, 1)
