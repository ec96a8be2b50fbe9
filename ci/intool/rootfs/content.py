"""What is read of a file's content: streams, of which only what a check asks for is kept."""

import hashlib
import re
import tempfile
from collections.abc import Iterator
from typing import IO, Any

from ci.intool.oci.tree import EPOCH_OF_PUBLIC
from ci.intool.rootfs.elf import MAGIC, read
from ci.intool.rootfs.packages import owner

CHUNK = 1 << 20
KEPT_LIMIT = 16 << 20
"""Bytes of a file that are kept at most."""

SHELL_LIMIT = 16 << 20
"""Bytes of the largest program that is searched for a shell's words: all shells are smaller."""

SHELLS = {
    "busybox": b"BusyBox v",
    "bash": b"BASH_VERSION",
    "zsh": b"ZSH_VERSION",
    "ksh": b"KSH_VERSION",
    "dash": b"PS4=+ ",
}
"""Shell to a text that its program holds."""

_KEPT = re.compile(
    r"etc/(passwd|group|shadow)"
    r"|(.*/)?((build|app-build|prerender|server-reference)-manifest\.json|preview-props\.json|[^/]*\.nft\.json)"
    r"|.*\.(pem|key)"
)
_SCRIPT = re.compile(r"(?!(.*/)?node_modules/).*\.[cm]?js")
_BUILT_AT = re.compile(
    rb"""(?:["'`]|file://)("""
    rb"/(?:home/runner|github/workspace|__w|codebuild)/[\w@./-]*"
    rb"|/(?:src|home|Users|root|builds|workspace)/[\w@./-]*(?:/node_modules/|\.[cm]?[jt]sx?\b)[\w@./-]*)"
)
"""Directories of hosted builders, and sources in directories where people and builders work; a route may begin with
the name of such a directory, too."""


def examine(path: str, size: int, mtime: float, file: IO[bytes]) -> dict[str, Any]:
    """The fields of a node that follow from its content; keys are those of ``Node``."""
    head = file.read(CHUNK)
    if head.startswith(MAGIC):
        return _machine_code(head, size, file)
    found: dict[str, Any] = {}
    if _KEPT.fullmatch(path) or is_package(path):
        head += file.read(KEPT_LIMIT - len(head))
        found["text"] = head
    public, script = EPOCH_OF_PUBLIC <= mtime < EPOCH_OF_PUBLIC + 16**7, _SCRIPT.fullmatch(path)
    if public or script:
        content, built_at = hashlib.sha256(), set[str]()
        for piece in _pieces(head, file):
            content.update(piece)
            built_at |= {match[1].decode() for match in _BUILT_AT.finditer(piece)} if script else set()
        found |= {"content": content.hexdigest()} if public else {}
        found |= {"built_at": tuple(sorted(built_at))} if script else {}
    return found


def is_package(path: str) -> bool:
    """Whether a file is the package.json of an npm package."""
    package = owner(path) if path.endswith("/package.json") else None
    return bool(package) and path == f"{package.root}/package.json"  # type: ignore[union-attr]


def _machine_code(head: bytes, size: int, file: IO[bytes]) -> dict[str, Any]:
    """ELF files point back and forth, so they are put where one can move in them."""
    shell = ""
    with tempfile.TemporaryFile() as whole:
        for piece in _pieces(head, file):
            whole.write(piece)
            if size <= SHELL_LIMIT and not shell:
                shell = next((name for name, word in SHELLS.items() if word in piece), "")
        return {"elf": read(whole), "shell": shell}


def _pieces(head: bytes, file: IO[bytes]) -> Iterator[bytes]:
    while head:
        yield head
        head = file.read(CHUNK)
