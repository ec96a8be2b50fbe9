"""FS-03 to FS-05 and FS-07: modes, owners and kinds of files."""

import posixpath
from collections.abc import Iterator

from ci.intool.checks.definition import Fault, check
from ci.intool.checks.image import CheckedImage
from ci.intool.rootfs.entry import within

SPECIAL, STICKY, OTHERS_WRITE, GROUP_WRITES = 0o6000, 0o1000, 0o002, 0o020
SHARED = frozenset({"tmp", "var/tmp"})
"""Directories that all may write to, since the sticky bit keeps each to its own files."""


@check("FS-03")
def privileged(image: CheckedImage) -> Iterator[Fault]:
    """No file has setuid, setgid or capabilities; on directories these bits mean something else."""
    for node in image.files:
        if node.kind == "file" and node.mode & SPECIAL:
            yield node.path, f"has mode {node.mode:04o}"
        if node.capable:
            yield node.path, "has file capabilities"


@check("FS-04")
def writable_by_all(image: CheckedImage) -> Iterator[Fault]:
    """No file is writable for all, and no directory except those of temporary files."""
    for node in image.files:
        shared = node.path in SHARED and node.mode & STICKY
        if node.mode & OTHERS_WRITE and not node.symbolic and not shared:
            yield node.path, f"has mode {node.mode:04o}"


@check("FS-05")
def owners(image: CheckedImage) -> Iterator[Fault]:
    """All belongs to root, except declared writable paths, which belong to the user."""
    user = image.expected.user
    declared = [posixpath.normpath(f"{image.expected.root}/{path}") for path in image.expected.writable]
    for path in declared:
        node = image.files.get(path)
        if not node or node.uid != user:
            yield path, "is declared writable, and is not the user's" if node else "is declared writable, and missing"
    for node in image.own:
        if any(within(node.path, path) for path in declared):
            continue
        if node.uid or node.gid:
            yield node.path, f"belongs to {node.owner}, not to root"
        elif node.mode & GROUP_WRITES and not node.symbolic:
            yield node.path, f"can be written by its group (mode {node.mode:04o})"


@check("FS-07")
def nodes(image: CheckedImage) -> Iterator[Fault]:
    """There are only files, directories and links."""
    for node in image.files:
        if node.kind == "other":
            yield node.path, "is a device, a pipe or a socket"
