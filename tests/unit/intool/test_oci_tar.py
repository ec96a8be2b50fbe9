import hashlib
import io
import subprocess
import tarfile
from pathlib import Path

import pytest

from ci.intool.common.failure import Failure
from ci.intool.oci.tar import Entry, Kind, header, stream


def entry(path: str, **over: object) -> Entry:
    return Entry(**{"path": path, "kind": Kind.DIRECTORY, "mode": 0o755, **over})  # type: ignore[arg-type]


def read(*entries: Entry) -> list[tarfile.TarInfo]:
    with tarfile.open(fileobj=io.BytesIO(b"".join(stream(entries)))) as archive:
        return archive.getmembers()


NAMES = {
    "short": ("app/a", 512),
    "name of 99 and a slash": ("a" * 99, 512),
    "name of 100 and a slash": ("a" * 100, 3 * 512),
    "prefix of 155": ("p" * 155 + "/" + "a" * 99, 512),
    "prefix of 156": ("p" * 156 + "/" + "a" * 99, 3 * 512),
    "many parts": ("/".join(["node_modules"] * 18), 512),
    "too many parts": ("/".join(["node_modules"] * 30), 3 * 512),
    "not ASCII": ("app/größe/文件", 3 * 512),
    "line break": ("app/a\nb", 512),
}


@pytest.mark.parametrize(("name", "length"), NAMES.values(), ids=NAMES)
def test_names_are_read_back_and_extended_headers_are_there_only_where_needed(name: str, length: int) -> None:
    (member,) = read(entry(name))
    assert (member.name, member.isdir()) == (name, True)
    assert len(header(entry(name))) == length


@pytest.mark.parametrize("target", ["../a", "/abs/./olute//", "t" * 100, "t" * 101, "größe"])
def test_links_keep_their_targets(target: str) -> None:
    (member,) = read(entry("link", kind=Kind.SYMLINK, mode=0o777, target=target))
    assert (member.issym(), member.linkname, member.mode) == (True, target, 0o777)


@pytest.mark.parametrize("number", [0, 65532, 8**7 - 1, 8**7, 2**31 - 1])
def test_owners_of_any_size(number: int) -> None:
    (member,) = read(entry("a", owner=number))
    assert (member.uid, member.gid, member.uname, member.gname) == (number, number, "", "")


def test_a_size_above_eight_gibibytes_goes_into_the_extended_header() -> None:
    size = 8**11
    head = header(entry("big", kind=Kind.FILE, size=size))
    assert tarfile.TarInfo.frombuf(head[:512], "utf-8", "strict").type == b"x"
    assert f"size={size}\n".encode() in head


def test_contents_of_all_lengths_around_a_block(tmp_path: Path) -> None:
    entries = []
    for size in (0, 1, 511, 512, 513, (1 << 20) + 1):
        (tmp_path / str(size)).write_bytes(b"x" * size)
        entries.append(entry(str(size), kind=Kind.FILE, size=size, source=tmp_path / str(size)))
    data = b"".join(stream(entries))
    with tarfile.open(fileobj=io.BytesIO(data)) as archive:
        contents = {member.name: archive.extractfile(member).read() for member in archive}  # type: ignore[union-attr]
    assert contents == {str(one.size): b"x" * one.size for one in entries}
    assert len(data) % 512 == 0


def test_the_program_tar_reads_it(tmp_path: Path) -> None:
    (tmp_path / "file").write_text("x")
    names = ["app", "app/größe", "app/" + "a" * 200, "q" * 90 + "/" + "b" * 90]
    data = b"".join(stream([*map(entry, names), entry("z", kind=Kind.FILE, size=1, source=tmp_path / "file")]))
    listed = subprocess.run(["tar", "--quoting-style=literal", "-tf", "-"], input=data, capture_output=True, check=True)
    assert listed.stdout.decode().split("\n")[:-1] == [*(f"{name}/" for name in names), "z"]
    assert listed.stderr == b""


@pytest.mark.parametrize("claimed", [2, 4])
def test_a_file_that_changes_while_it_is_read_is_a_failure(tmp_path: Path, claimed: int) -> None:
    (tmp_path / "a").write_text("abc")
    with pytest.raises(Failure, match="changed while it was packed"):
        list(stream([entry("a", kind=Kind.FILE, size=claimed, source=tmp_path / "a")]))


def test_the_bytes_are_those_of_every_release(tmp_path: Path) -> None:
    (tmp_path / "a").write_text("content")
    entries = [
        entry("app"),
        entry("app/a", kind=Kind.FILE, mode=0o644, owner=65532, mtime=315532800, size=7, source=tmp_path / "a"),
        entry("app/l", kind=Kind.SYMLINK, mode=0o777, target="a"),
        entry("app/ü"),
    ]
    digest = hashlib.sha256(b"".join(stream(entries))).hexdigest()
    assert digest == "0008f372dc0e4e80e0db2f6ebd44410dea8b67dcef5cb3af835f21f6058ab63c"
