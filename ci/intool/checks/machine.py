"""FS-14: machine code, and where the loader finds the libraries that it needs (ld.so(8))."""

import posixpath
import re
from collections.abc import Iterator

from ci.intool.checks.definition import Fault, check
from ci.intool.checks.image import CheckedImage
from ci.intool.rootfs.entry import Entry, within
from ci.intool.rootfs.packages import owner

_SYSTEM = re.compile(r"(usr/(local/)?)?lib(32|64)?(/[\w]+-linux-[\w]+)?")
"""Directories that the loader searches."""

_ORIGIN = re.compile(r"\$(ORIGIN|\{ORIGIN\})")


@check("FS-14")
def machine_code(image: CheckedImage) -> Iterator[Fault]:
    """Machine code is for the image's platform and C library, with all its libraries; served files are not checked."""
    code = [node for node in image.files if node.elf and not any(within(node.path, place) for place in image.served)]
    system = {node.name for node in image.files if node.kind != "directory" and _SYSTEM.fullmatch(_home(node.path))}
    platform = "/".join(image.platform.split("/")[:2])
    musl = any(name.startswith("ld-musl-") for name in system)
    for node in code:
        elf = node.elf
        if not elf:
            continue
        if elf.problem:
            yield node.path, f"is damaged: {elf.problem}"
        elif elf.platform != platform:
            yield node.path, f"is machine code for {elf.platform}, not {platform}"
        elif elf.musl != musl and (elf.musl or "libc.so.6" in elf.needed):
            yield node.path, f"needs {'musl' if elf.musl else 'glibc'}, which the image does not have"
        elif elf.interpreter and not image.files.resolve(elf.interpreter):
            yield node.path, f"is started by {elf.interpreter}, which is not there"
        else:
            for library in elf.needed:
                if library not in system and not _carried(image, code, node, library):
                    yield node.path, f"needs {library}, which is not there"


def _carried(image: CheckedImage, code: list[Entry], node: Entry, library: str) -> bool:
    """Whether a library is on the file's own path, beside it, or in its package, which may load it first."""
    origin = f"/{_home(node.path)}"
    for place in node.elf.runpath if node.elf else ():
        if image.files.resolve(f"{_ORIGIN.sub(origin, place)}/{library}"):
            return True
    package = owner(node.path)
    near = (
        other
        for other in code
        if _home(other.path) == _home(node.path) or (package and within(other.path, package.root))
    )
    return any(library in (other.name, other.elf.soname if other.elf else "") for other in near)


def _home(path: str) -> str:
    return posixpath.dirname(path)
