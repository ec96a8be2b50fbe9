"""What is read of a checkout's `.git`: objects and settings that git did not write."""

import hashlib
import re
import tempfile
import zlib
from pathlib import Path

import pytest
from hypothesis import example, given
from hypothesis import strategies as st

from ci.decide.project import commit
from ci.decide.project.commit import commit_time, remote
from tests.fuzz.checks import bounded
from tests.fuzz.strategies import TEXTS, blobs

BODY = b"tree 1\nauthor A <a@b> 1 +0000\ncommitter A <a@b> 1767225600 +0000\n\nwords\n"
CONFIG = b'[core]\n\tbare = false\n[remote "origin"]\n\turl = https://user:secret@git.example/a/b.git\n\tfetch = x\n'
TIME = re.compile(r"(\d{4}-\d\d-\d\dT\d\d:\d\d:\d\dZ)?")


def loose(body: bytes) -> tuple[str, bytes]:
    """Name and file of an object."""
    data = b"commit %d\0%s" % (len(body), body)
    return hashlib.sha1(data, usedforsecurity=False).hexdigest(), zlib.compress(data)


def packed(body: bytes) -> bytes:
    """A pack whose first object is this commit."""
    size, head = len(body), bytearray()
    byte, size = commit.COMMIT << 4 | size & 15, size >> 4
    while size:
        head.append(byte | 0x80)
        byte, size = size & 0x7F, size >> 7
    return b"PACK\0\0\0\2\0\0\0\1" + bytes([*head, byte]) + zlib.compress(body)


def put(objects: Path, name: str, data: bytes, pack: bytes) -> None:
    (objects / name[:2]).mkdir()
    (objects / name[:2] / name[2:]).write_bytes(data)
    (objects / "pack").mkdir()
    (objects / "pack/pack-1.pack").write_bytes(pack)


def test_a_commit_is_read(tmp_path: Path) -> None:
    name, data = loose(BODY)
    put(tmp_path, name, data, b"")
    assert commit_time(tmp_path, name) == "2026-01-01T00:00:00Z"
    (tmp_path / name[:2] / name[2:]).unlink()
    (tmp_path / "pack/pack-1.pack").write_bytes(packed(BODY))
    assert commit_time(tmp_path, name) == "2026-01-01T00:00:00Z"


@given(blobs(BODY))
@example(BODY.replace(b"1767225600", b"9" * 5000))
@example(BODY.replace(b"1767225600", b"9" * 18))
@example(BODY.replace(b"1767225600", b"253402300800"))
def test_commits_with_changes(body: bytes) -> None:
    name, data = loose(body)
    with tempfile.TemporaryDirectory() as home:
        put(Path(home), name, data, packed(body))
        assert TIME.fullmatch(commit_time(Path(home), name))


@given(blobs(loose(BODY)[1]), blobs(packed(BODY)))
def test_damaged_objects(data: bytes, pack: bytes) -> None:
    name, _ = loose(BODY)
    with tempfile.TemporaryDirectory() as home:
        put(Path(home), name, data, pack)
        assert TIME.fullmatch(commit_time(Path(home), name))


@given(st.sampled_from(TEXTS) | st.text(max_size=60))
def test_names_of_commits(name: str) -> None:
    with tempfile.TemporaryDirectory() as home:
        assert commit_time(Path(home), name) == ""


@pytest.mark.parametrize("packs", [True, False])
def test_a_commit_does_not_fill_the_memory(tmp_path: Path, packs: bool) -> None:  # noqa: FBT001
    """Its name fits, so only its size keeps it from being read."""
    body = BODY + bytes(commit.LIMIT)
    name, data = loose(body)
    put(tmp_path, name, b"" if packs else data, packed(body) if packs else b"")
    assert commit_time(tmp_path, name) == ""


@given(blobs(CONFIG))
@example(b"\xff" + CONFIG)
def test_settings(config: bytes) -> None:
    with tempfile.TemporaryDirectory() as home:
        path = Path(home, "config")
        path.write_bytes(config)
        remote(path).encode()


def test_settings_without_a_login(tmp_path: Path) -> None:
    (tmp_path / "config").write_bytes(CONFIG)
    assert remote(tmp_path / "config") == "https://git.example/a/b.git"


@pytest.mark.parametrize("piece", ["\n", " ", "url", '[remote "origin"]\n', "://a@"])
def test_long_settings(tmp_path: Path, piece: str) -> None:
    (tmp_path / "config").write_text('[remote "origin"]\n' + piece * (200_000 // len(piece)))
    with bounded():
        remote(tmp_path / "config")
