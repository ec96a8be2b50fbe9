"""What is known of one entry of a layer. Pure."""

import tarfile
from collections.abc import Iterator
from dataclasses import dataclass

from ci.intool.rootfs.contents import Entry
from ci.intool.rootfs.elf import Elf


@dataclass(frozen=True, slots=True, kw_only=True)
class Node(Entry):
    """A file, directory or link, with what checks ask of it; its ``content`` is only known of files with a time.

    Attributes:
        path: in the image, without a leading slash.
        type: flag of its tar header.
        uid: number of its user.
        gid: number of its group.
        mtime: seconds of Unix time.
        capable: whether it has file capabilities.
        text: content, where a check reads it.
        elf: where it is machine code.
        shell: name of the shell that it is by its content; empty for none.
        built_at: paths of a builder's machine that a script names.
        layer: number of its layer, lowest first.
    """

    path: str
    type: bytes = tarfile.REGTYPE
    uid: int = 0
    gid: int = 0
    mtime: float = 0
    capable: bool = False
    text: bytes = b""
    elf: Elf | None = None
    shell: str = ""
    built_at: tuple[str, ...] = ()
    layer: int = 0

    @property
    def name(self) -> str:
        """The last part of its path."""
        return self.path.rpartition("/")[2]

    @property
    def symbolic(self) -> bool:
        """Whether it is a symbolic link."""
        return self.type == tarfile.SYMTYPE

    @property
    def program(self) -> bool:
        """Whether it can be started by its name."""
        return self.kind == "link" or (self.kind == "file" and bool(self.mode & 0o111))


def above(path: str) -> Iterator[str]:
    """The directories around a path, innermost first, without the root."""
    while "/" in path:
        path = path.rpartition("/")[0]
        yield path


def within(path: str, directory: str) -> bool:
    """Whether a path is a directory or below it."""
    return path == directory or path.startswith(f"{directory}/")
