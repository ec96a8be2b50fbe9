"""One entry of a layer: a file, directory or link, with facts of its content. Pure."""

import tarfile
from collections.abc import Iterator
from dataclasses import dataclass

from ci.intool.rootfs.elf import Elf


@dataclass(frozen=True, slots=True, kw_only=True)
class Entry:
    """A file, directory or link.

    Which facts of the content are there depends on ``ci.intool.rootfs.content.Collect``.

    Attributes:
        path: in the image, without a leading slash.
        kind: ``file``, ``directory``, ``link`` (symbolic or hard) or ``other``.
        type: flag of its tar header.
        size: bytes; 0 for all but files.
        mode: permission bits.
        uid: number of its user.
        gid: number of its group.
        mtime: seconds of Unix time.
        target: of a link, as it is written.
        capable: whether it has file capabilities.
        digest: SHA-256 of a file's content in hexadecimal; empty if it was not collected.
        text: content of a file that is kept; empty for all others.
        elf: where it is machine code.
        shell: name of the shell that it is by its content; empty for none.
        node: version of Node.js, if the file is one; empty if the program does not contain it; None for any other file.
        built_at: paths of a builder's machine that a script names.
        layer: number of its layer, lowest first.
    """

    path: str
    kind: str = "file"
    type: bytes = tarfile.REGTYPE
    size: int = 0
    mode: int = 0o644
    uid: int = 0
    gid: int = 0
    mtime: float = 0
    target: str = ""
    capable: bool = False
    digest: str = ""
    text: bytes = b""
    elf: Elf | None = None
    shell: str = ""
    node: str | None = None
    built_at: tuple[str, ...] = ()
    layer: int = 0

    @property
    def name(self) -> str:
        """The last part of its path."""
        return self.path.rpartition("/")[2]

    @property
    def owner(self) -> str:
        """Its user and group: ``uid:gid``."""
        return f"{self.uid}:{self.gid}"

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
