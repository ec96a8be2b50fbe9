"""Trees and tar files for the tests of the cache: good ones, and such as only an attacker makes."""

import gzip
import hashlib
import io
import os
import stat
import tarfile
import tempfile
from collections.abc import Sequence
from pathlib import Path
from typing import Any

from ci.intool.cache.artifact import Layer


def tree(root: Path) -> Path:
    """Write a tree with all that packing has to keep."""
    (root / "empty").mkdir(parents=True)
    (root / "closed").mkdir()
    (root / "pkg" / "bin").mkdir(parents=True)
    (root / "pkg" / "bin" / "run").write_bytes(b"#!/bin/sh\n")
    (root / "pkg" / "bin" / "run").chmod(0o755)
    (root / "pkg" / "data").write_bytes(bytes(range(256)) * 9000)
    (root / "pkg" / "zero").touch(0o600)
    (root / "naïve 文件 \n.txt").write_text("ü")
    os.mkdir(os.fsencode(root) + b"/not-utf8-\xff")  # noqa: PTH102  a name that is no text
    long = root / ("d" * 200) / ("e" * 200)
    long.mkdir(parents=True)
    (long / ("f" * 250)).write_text("far down")
    (root / "link").symlink_to("pkg/data")
    (root / "pkg" / "up").symlink_to("../link")
    (root / "dangling").symlink_to("pkg/none")
    (root / "folder").symlink_to("pkg/bin/")
    (root / "twin").hardlink_to(root / "pkg" / "data")
    (root / "closed" / "inside").write_text("x")
    (root / "closed").chmod(0o550)
    (root / "shared").mkdir()
    (root / "shared").chmod(0o1777)
    if os.geteuid() == 0:
        os.chown(root / "pkg", 1000, 1001)
        os.chown(root / "pkg" / "zero", 65532, 65532)
        os.chown(root / "link", 1000, 1000, follow_symlinks=False)
    return root


def seen(root: Path) -> dict[bytes, tuple[Any, ...]]:
    """All that is in a tree: path to kind, mode, owner and content; and which files are one."""
    found: dict[bytes, tuple[Any, ...]] = {}
    first: dict[int, bytes] = {}
    for folder, folders, files in os.walk(os.fsencode(root)):
        for path in [os.path.join(folder, name) for name in (b"", *sorted(folders), *sorted(files))]:  # noqa: PTH118
            status = os.lstat(path)
            name = os.path.relpath(path, os.fsencode(root))
            content = b""
            if stat.S_ISLNK(status.st_mode):
                content = os.readlink(path)  # noqa: PTH115
            elif stat.S_ISREG(status.st_mode):
                content = Path(os.fsdecode(path)).read_bytes()
            twin = first.setdefault(status.st_ino, name) if stat.S_ISREG(status.st_mode) else name
            found[name] = (oct(status.st_mode), status.st_uid, status.st_gid, content, twin)
    return found


def entry(name: str, kind: bytes = tarfile.REGTYPE, target: str = "", content: bytes = b"", **more: Any) -> Any:
    """An entry of a tar file, with its content."""
    member = tarfile.TarInfo(name)
    member.type, member.linkname, member.size = kind, target, len(content)
    for key, value in more.items():
        setattr(member, key, value)
    return member, content


def folder(name: str) -> Any:
    return entry(name, tarfile.DIRTYPE, mode=0o755)


def link(name: str, target: str) -> Any:
    return entry(name, tarfile.SYMTYPE, target)


def hard(name: str, target: str) -> Any:
    return entry(name, tarfile.LNKTYPE, target)


def tar(entries: Sequence[Any]) -> bytes:
    packed = io.BytesIO()
    with tarfile.open(fileobj=packed, mode="w") as archive:
        for member, content in entries:
            archive.addfile(member, io.BytesIO(content))
    return packed.getvalue()


EVIL = f"{tempfile.gettempdir()}/next-distroless-evil"
"""A path that does not exist."""

HOSTILE: dict[str, list[Any]] = {
    "path above": [folder("deps"), entry("deps/../../evil", content=b"x")],
    "path above, at the top": [entry("../evil", content=b"x")],
    "absolute path": [folder("deps"), entry(EVIL, content=b"x")],
    "another name": [folder("deps"), folder("other")],
    "a name that only begins alike": [folder("deps"), entry("deps-evil")],
    "no directory above": [folder("deps"), entry("deps/a/b")],
    "dots in a path": [folder("deps"), entry("deps/./a")],
    "two slashes": [folder("deps"), entry("deps//a")],
    "twice": [folder("deps"), entry("deps/a"), entry("deps/a")],
    "link above": [folder("deps"), link("deps/a", "../../etc")],
    "absolute link": [folder("deps"), link("deps/a", "/etc/passwd")],
    "link back in": [folder("deps"), link("deps/a", "../deps/b")],
    "the top a link": [link("deps", "/etc")],
    "file through a link": [folder("deps"), link("deps/a", "."), entry("deps/a/b", content=b"x")],
    "file through a link that leaves": [
        folder("deps"),
        link("deps/a", str(Path(EVIL).parent)),
        entry(f"deps/a/{Path(EVIL).name}"),
    ],
    "file in the place of a link": [folder("deps"), link("deps/a", EVIL), entry("deps/a")],
    "directory in the place of a link": [folder("deps"), link("deps/a", ".."), folder("deps/a"), entry("deps/a/b")],
    "link over a link": [
        *(folder("deps"), folder("deps/a"), folder("deps/a/b")),
        *(link("deps/a/b/l", "../../a"), link("deps/m", "a/b/l/../..")),
    ],
    "links in a circle": [folder("deps"), link("deps/a", "b"), link("deps/b", "a")],
    "hard link to a file of the machine": [folder("deps"), hard("deps/a", "/etc/passwd")],
    "hard link above": [folder("deps"), hard("deps/a", "../../../../../../../../etc/passwd")],
    "hard link to a link": [folder("deps"), link("deps/l", "/etc/passwd"), hard("deps/a", "deps/l")],
    "hard link to nothing": [folder("deps"), hard("deps/a", "deps/b")],
    "device": [folder("deps"), entry("deps/null", tarfile.CHRTYPE, devmajor=1, devminor=3)],
    "disk": [folder("deps"), entry("deps/disk", tarfile.BLKTYPE, devmajor=8, devminor=0)],
    "pipe": [folder("deps"), entry("deps/pipe", tarfile.FIFOTYPE)],
    "sparse file": [
        folder("deps"),
        entry("deps/a", pax_headers={"GNU.sparse.major": "0", "GNU.sparse.size": "1", "GNU.sparse.map": "0,1"}),
    ],
    "unknown kind": [folder("deps"), entry("deps/a", b"Z")],
    "NUL in a name": [folder("deps"), entry("deps/a", pax_headers={"path": "deps/a\0b"})],
    "header that fills the memory": [folder("deps"), entry("deps/a", pax_headers={"comment": "x" * (2 << 20)})],
}
"""What a tar file of `deps` might have, in which nothing is to be believed."""


def stored(data: bytes, into: Path, **said: Any) -> Layer:
    """A gzip file of a tar file, described as its maker likes."""
    packed = gzip.compress(data, 1)
    into.write_bytes(packed)
    honest = {"name": "deps", "digest": digest(packed), "size": len(packed), "compression": "gzip", "tar": digest(data)}
    return Layer(**{**honest, **said})


def digest(data: bytes) -> str:
    return f"sha256:{hashlib.sha256(data).hexdigest()}"
