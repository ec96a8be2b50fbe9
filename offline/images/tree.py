"""A file tree as a value: what a layer will hold, before it is written."""

import tarfile
from collections.abc import Iterator
from dataclasses import dataclass
from enum import Enum

MERGED = ("bin", "sbin", "lib", "lib32", "lib64", "libx32")
"""Directories that Debian 12 has below /usr, with links at the root (usr-merge)."""


class Kind(Enum):
    """What a path is."""

    DIRECTORY = tarfile.DIRTYPE
    FILE = tarfile.REGTYPE
    SYMLINK = tarfile.SYMTYPE
    HARDLINK = tarfile.LNKTYPE


@dataclass(frozen=True, kw_only=True)
class Node:
    """One path of a tree.

    Attributes:
        kind: what it is.
        mode: permissions, with setuid, setgid and sticky bits.
        owner: number of user and group.
        data: content of a file.
        target: where a symbolic link points, or the path that a hard link shares its file with.
    """

    kind: Kind
    mode: int
    owner: tuple[int, int] = (0, 0)
    data: bytes = b""
    target: str = ""


Tree = dict[str, Node]
"""Paths without a leading slash, each with what is there."""


def file(content: str | bytes, mode: int = 0o644, *, group: int = 0) -> Node:
    """A regular file of root."""
    data = content.encode() if isinstance(content, str) else content
    return Node(kind=Kind.FILE, mode=mode, owner=(0, group), data=data)


def directory(mode: int = 0o755, *, owner: int = 0, group: int = 0) -> Node:
    """A directory."""
    return Node(kind=Kind.DIRECTORY, mode=mode, owner=(owner, group))


def symlink(target: str) -> Node:
    """A symbolic link."""
    return Node(kind=Kind.SYMLINK, mode=0o777, target=target)


def merged(path: str) -> str:
    """Where a path of a Debian package lies on a system with merged /usr.

    Args:
        path: as the package has it, such as ``./bin/ls`` or ``/lib``.

    Returns:
        Without leading slash, such as ``usr/bin/ls``; empty for the root.
    """
    plain = path.removeprefix(".").strip("/")
    return f"usr/{plain}" if plain.partition("/")[0] in MERGED else plain


def members(archive: tarfile.TarFile) -> Iterator[tuple[str, Node]]:
    """Read a tar archive from its beginning to its end.

    Args:
        archive: the archive, opened.

    Yields:
        Names as the archive has them, and what they are; devices and sockets are left out.
    """
    for member in archive:
        try:
            kind = Kind(member.type)
        except ValueError:
            continue
        content = archive.extractfile(member) if kind is Kind.FILE else None
        yield (
            member.name,
            Node(
                kind=kind,
                mode=member.mode & 0o7777,
                owner=(member.uid, member.gid),
                data=content.read() if content else b"",
                target=member.linkname,
            ),
        )


def text(tree: Tree, path: str) -> str:
    """The content of a text file of a tree; empty where it is not there."""
    return tree[path].data.decode() if path in tree else ""
