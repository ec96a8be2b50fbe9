"""Facts of a file's content, collected while its layer is read as a stream."""

import hashlib
import re
import tempfile
from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from typing import IO, Any, Protocol

from ci.intool.oci.tree import EPOCH_OF_PUBLIC
from ci.intool.rootfs.elf import MAGIC, read

CHUNK = 1 << 20
KEPT_LIMIT = 16 << 20
"""Bytes of a file that are kept at most."""

SHELL_LIMIT = 16 << 20
"""Bytes of the largest program that is searched for the texts of a shell: all shells are smaller."""

SHELLS = {
    "busybox": b"BusyBox v",
    "bash": b"BASH_VERSION",
    "zsh": b"ZSH_VERSION",
    "ksh": b"KSH_VERSION",
    "dash": b"PS4=+ ",
}
"""Shell to a text that its program contains."""

MANIFESTS = re.compile(r"(?:.*/)?package\.json")
"""Files that describe npm packages and the app."""

SYSTEM = re.compile(r"var/lib/dpkg/status|var/lib/dpkg/status\.d/(?!.*\.md5sums)[^/]+|(?:etc|usr/lib)/os-release")
"""Files that describe the distribution and its packages."""

_ACCOUNTS = re.compile(r"etc/(?:passwd|group|shadow)|.*\.(?:pem|key)")
_BUILD = re.compile(
    r"(?:.*/)?(?:(?:build|app-build|prerender|server-reference)-manifest\.json|preview-props\.json|[^/]*\.nft\.json)"
)
_NODE = re.compile(r"(?:.*/)?bin/node(?:js)?")
_NODE_SOURCES = re.compile(rb"/node-v(\d+\.\d+\.\d+[-.\w]*)\.tar\.gz")
"""In the address of its sources, which each Node.js holds (``process.release.sourceUrl``)."""

_NODE_SOURCES_LENGTH = 100
"""Bytes at the end of a piece in which such an address may begin."""

_IN_MEMORY = 8 << 20
"""Bytes up to which machine code is not written to a file to move in it."""

_SCRIPT = re.compile(r"(?!(.*/)?node_modules/).*\.[cm]?js")
_BUILT_AT = re.compile(
    rb"""(?:["'`]|file://)("""
    rb"/(?:home/runner|github/workspace|__w|codebuild)/[\w@./-]*"
    rb"|/(?:src|home|Users|root|builds|workspace)/[\w@./-]*(?:/node_modules/|\.[cm]?[jt]sx?\b)[\w@./-]*)"
)
"""Directories of hosted builders, and sources in directories where people and builders work; a route may begin with
the name of such a directory, too."""


@dataclass(frozen=True, kw_only=True)
class Collect:
    """Which facts of files' content are collected.

    Attributes:
        texts: paths of the files whose content is kept.
        digests: whether every file gets a digest; else those whose time follows from their content, and Node.js.
        programs: whether it is looked for machine code, shells, Node.js, and a builder's paths in scripts.
    """

    texts: tuple[re.Pattern[str], ...]
    digests: bool
    programs: bool


GATES = Collect(texts=(MANIFESTS, SYSTEM, _ACCOUNTS, _BUILD), digests=False, programs=True)
"""For the hardening checks and the SBOMs."""

FILES = Collect(texts=(MANIFESTS,), digests=True, programs=False)
"""For sizes and differences of images."""


class _Collector(Protocol):
    """Takes the content of one file, piece by piece."""

    def feed(self, piece: bytes) -> None:
        """Take the next piece."""

    def fields(self) -> Mapping[str, Any]:
        """The facts that were found; keys are those of ``Entry``."""


def collected(collect: Collect, path: str, size: int, mtime: float, file: IO[bytes]) -> dict[str, Any]:
    """The fields of an entry that follow from its content; keys are those of ``Entry``.

    Args:
        collect: which facts are collected.
        path: of the file in the image.
        size: of the file in bytes.
        mtime: seconds of Unix time.
        file: its content, read once from start to end; not read if no fact of it is collected.
    """
    piece = file.read(CHUNK)
    with tempfile.SpooledTemporaryFile(_IN_MEMORY) as scratch:
        code = _MachineCode(size, scratch) if collect.programs and piece.startswith(MAGIC) else None
        collectors = list(_collectors(collect, path, mtime, code))
        while piece and collectors:
            for one in collectors:
                one.feed(piece)
            piece = file.read(CHUNK)
        return {key: value for one in collectors for key, value in one.fields().items()}


def _collectors(collect: Collect, path: str, mtime: float, code: _Collector | None) -> Iterator[_Collector]:
    node = collect.programs and _NODE.fullmatch(path)
    if collect.digests or node or EPOCH_OF_PUBLIC <= mtime < EPOCH_OF_PUBLIC + 16**7:
        yield _Digest()
    if node:
        yield _NodeVersion()
    if code:
        yield code
        return
    if collect.programs and _SCRIPT.fullmatch(path):
        yield _BuilderPaths()
    if any(kind.fullmatch(path) for kind in collect.texts):
        yield _Text()


class _Digest:
    def __init__(self) -> None:
        self._sha256 = hashlib.sha256()

    def feed(self, piece: bytes) -> None:
        self._sha256.update(piece)

    def fields(self) -> Mapping[str, Any]:
        return {"digest": self._sha256.hexdigest()}


class _NodeVersion:
    def __init__(self) -> None:
        self._version, self._end = "", b""

    def feed(self, piece: bytes) -> None:
        if not self._version:
            found = _NODE_SOURCES.search(self._end + piece)
            self._version = found[1].decode() if found else ""
            self._end = piece[-_NODE_SOURCES_LENGTH:]

    def fields(self) -> Mapping[str, Any]:
        return {"node": self._version}


class _MachineCode:
    """Machine code, written to a seekable file, since its parts refer to each other."""

    def __init__(self, size: int, scratch: IO[bytes]) -> None:
        self._whole = scratch
        self._searched, self._shell = size <= SHELL_LIMIT, ""

    def feed(self, piece: bytes) -> None:
        self._whole.write(piece)
        if self._searched and not self._shell:
            self._shell = next((name for name, word in SHELLS.items() if word in piece), "")

    def fields(self) -> Mapping[str, Any]:
        return {"elf": read(self._whole), "shell": self._shell}


class _BuilderPaths:
    def __init__(self) -> None:
        self._found: set[str] = set()

    def feed(self, piece: bytes) -> None:
        self._found |= {match[1].decode() for match in _BUILT_AT.finditer(piece)}

    def fields(self) -> Mapping[str, Any]:
        return {"built_at": tuple(sorted(self._found))}


class _Text:
    def __init__(self) -> None:
        self._kept = bytearray()

    def feed(self, piece: bytes) -> None:
        self._kept += piece[: KEPT_LIMIT - len(self._kept)]

    def fields(self) -> Mapping[str, Any]:
        return {"text": bytes(self._kept)}
