"""A layer's bytes depend on its tree and on nothing else."""

import gzip
import hashlib
import io
import tarfile
from pathlib import Path

from offline.images import layer
from offline.images.tree import Kind, Node, Tree, directory, file, symlink

TREE: Tree = {
    "usr/bin/zz": Node(kind=Kind.FILE, mode=0o4755, data=b"program"),
    "usr/bin/aa": Node(kind=Kind.HARDLINK, mode=0o755, target="usr/bin/zz"),
    "bin": symlink("usr/bin"),
    "tmp": directory(0o1777),
    "home/node": directory(owner=1000, group=1000),
    "etc/passwd": file("root:x:0:0:root:/root:/bin/bash\n"),
    f"usr/share/{'long/' * 60}name": file(b"x"),
}


def written(tree: Tree) -> tuple[bytes, str, str, int]:
    """The bytes of a tree's layer, with what ``write`` says about them."""
    out = io.BytesIO()
    digest, diff_id, size = layer.write(tree, out)
    return out.getvalue(), digest, diff_id, size


def test_order_of_the_tree_does_not_matter() -> None:
    assert written(TREE) == written(dict(reversed(TREE.items())))


def test_one_byte_matters() -> None:
    assert written(TREE)[1] != written(TREE | {"etc/passwd": file("root\n")})[1]


def test_digest_diff_id_and_size_are_those_of_the_bytes() -> None:
    data, digest, diff_id, size = written(TREE)
    assert digest == f"sha256:{hashlib.sha256(data).hexdigest()}"
    assert diff_id == f"sha256:{hashlib.sha256(gzip.decompress(data)).hexdigest()}"
    assert size == len(data)


def test_gzip_header_has_no_time_and_no_name() -> None:
    header = written(TREE)[0][:10]
    assert header[3:8] == bytes(5)


def test_archive_keeps_modes_owners_and_links() -> None:
    with tarfile.open(fileobj=io.BytesIO(written(TREE)[0])) as archive:
        found = {member.name: member for member in archive}
        assert archive.extractfile("usr/bin/aa").read() == b"program"  # type: ignore[union-attr]
    assert found["usr/bin/zz"].mode == 0o4755
    assert found["tmp"].mode == 0o1777
    assert (found["home/node"].uid, found["home/node"].gid) == (1000, 1000)
    assert found["bin"].linkname == "usr/bin"
    assert {member.mtime for member in found.values()} == {layer.MTIME}
    assert {member.uname for member in found.values()} == {""}


def test_parents_precede_and_hard_links_follow() -> None:
    with tarfile.open(fileobj=io.BytesIO(written(TREE)[0])) as archive:
        names = archive.getnames()
    assert names.index("usr") < names.index("usr/bin") < names.index("usr/bin/zz") < names.index("usr/bin/aa")
    assert names[-1] == "usr/bin/aa"
    assert len(names) == len(set(names))


def test_store_makes_a_layer_once_and_remembers_what_is_carried(tmp_path: Path) -> None:
    made: list[int] = []

    def make() -> Tree:
        made.append(1)
        return TREE

    first = layer.LayerStore(tmp_path).get("k", make, comment="c", carried={"etc/group": "g", "etc/passwd": "old"})
    again = layer.LayerStore(tmp_path).get("k", make, comment="c", carried={})
    assert (first, len(made)) == (again, 1)
    assert first.carried == {"etc/group": "g", "etc/passwd": "root:x:0:0:root:/root:/bin/bash\n"}
    assert layer.LayerStore(tmp_path).path(first.digest).stat().st_size == first.size


def test_store_makes_a_layer_again_whose_file_is_gone(tmp_path: Path) -> None:
    store = layer.LayerStore(tmp_path)
    first = store.get("k", lambda: TREE, comment="c", carried={})
    store.path(first.digest).unlink()
    assert store.get("k", lambda: TREE, comment="c", carried={}) == first
    assert store.path(first.digest).exists()
