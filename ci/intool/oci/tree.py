"""Payloads: the files of a directory, and the layer that each of them goes to."""

import hashlib
import os
import stat
from collections.abc import Iterator, Mapping
from dataclasses import replace
from pathlib import Path

from ci.intool.common.failure import Failure
from ci.intool.oci.layers import ORDER, layer_of
from ci.intool.oci.tar import Entry, Kind

EPOCH_OF_PUBLIC = 315532800
"""1980-01-01, the first time of public files: the earliest in FAT and zip."""

_WHITEOUT = ".wh."
"""Prefix of a name that deletes a file of a lower layer (OCI image specification 1.1, "layer")."""


def scan(root: Path) -> dict[str, Entry]:
    """All entries below a directory, by path.

    Owners and times are 0, modes are 0644, or 0755 for directories and what anyone may execute. A hard link is a
    file of its own, a symbolic link stays as it is.

    Raises:
        Failure: an entry cannot or must not be in an image, or the directory is empty.
    """
    if not root.is_dir():
        raise Failure(f"there is no payload at {root}", "name a directory with the files of the app")
    found = dict(_walk(root, ""))
    if not found:
        raise Failure(f"the payload at {root} is empty", "name a directory with the files of the app")
    return found


def _walk(directory: Path, base: str) -> Iterator[tuple[str, Entry]]:
    for item in list(os.scandir(directory)):
        path = f"{base}{item.name}"
        _refuse(path, item.name)
        status = item.stat(follow_symlinks=False)
        if stat.S_ISDIR(status.st_mode):
            yield path, Entry(path=path, kind=Kind.DIRECTORY, mode=0o755)
            yield from _walk(directory / item.name, f"{path}/")
        elif stat.S_ISLNK(status.st_mode):
            target = os.readlink(item.path)  # noqa: PTH115  Path would normalise the target
            _refuse(path, target)
            yield path, Entry(path=path, kind=Kind.SYMLINK, mode=0o777, target=target)
        elif stat.S_ISREG(status.st_mode):
            mode = 0o755 if status.st_mode & 0o111 else 0o644
            yield path, Entry(path=path, kind=Kind.FILE, mode=mode, size=status.st_size, source=Path(item.path))
        else:
            raise Failure(
                f"the payload's {path} is a device, a socket or a pipe", "remove it: an image holds files only"
            )


def _refuse(path: str, text: str) -> None:
    """Refuse what cannot be the name of an entry, or the target of its link."""
    if text.startswith(_WHITEOUT):
        raise Failure(
            f"the payload's {path} has a name that means a deletion in a layer",
            f"rename it: no name may start with {_WHITEOUT}",
        )
    try:
        text.encode()
    except UnicodeEncodeError:
        raise Failure(f"the payload's {path!r} has a name or target that is not UTF-8", "rename it") from None


def owned(tree: Mapping[str, Entry], writable: Mapping[str, str], user: int) -> dict[str, Entry]:
    """The tree, with writable paths, and everything below them, owned by the user.

    Raises:
        Failure: a writable path is not there, or is of another kind.
    """
    kinds = {"file": Kind.FILE, "directory": Kind.DIRECTORY}
    for path, kind in writable.items():
        if path not in tree or tree[path].kind is not kinds[kind]:
            raise Failure(f"writable: the payload has no {kind} `{path}`", "name what is in it, not a symbolic link")
    return {
        path: replace(entry, owner=user)
        if any(path == own or path.startswith(f"{own}/") for own in writable)
        else entry
        for path, entry in tree.items()
    }


def layered(tree: Mapping[str, Entry], *, prefix: str, app: str, dist: str) -> dict[str, list[Entry]]:
    """The entries of every layer that is not empty, lowest layer first, sorted by path.

    A layer has entries of all directories above its files, the same ones in every layer; a directory without files
    is where its own path belongs.

    Args:
        tree: the payload.
        prefix: directory of the image that it goes to.
        app: as ``layer_of`` takes it.
        dist: likewise.
    """
    top = _above(f"{prefix}/x")
    placed = {path: replace(entry, path=f"{prefix}/{path}") for path, entry in tree.items()}
    above = {path: [placed[parent] for parent in _above(path)] for path in tree}
    filled = {parent.path for parents in above.values() for parent in parents}
    layers: dict[str, dict[str, Entry]] = {name: {} for name in ORDER}
    for path, entry in placed.items():
        if entry.path not in filled:
            layers[layer_of(path, app, dist)] |= {one.path: one for one in (*above[path], entry)}
    roots = {path: Entry(path=path, kind=Kind.DIRECTORY, mode=0o755) for path in top}
    return {
        name: [entry for _, entry in sorted((roots | own).items(), key=lambda item: item[0].encode())]
        for name, own in layers.items()
        if own
    }


def _above(path: str) -> list[str]:
    parts = path.split("/")
    return ["/".join(parts[:length]) for length in range(1, len(parts))]


def timed(entry: Entry) -> Entry:
    """A public file with a time that follows from its content.

    Next.js answers these files with an ETag of size and time, so a constant time would let a browser keep a file that
    changed and is as long as before.
    """
    if entry.kind is not Kind.FILE:
        return entry
    with entry.source.open("rb") as file:
        content = hashlib.file_digest(file, "sha256")
    return replace(entry, mtime=time_of(content.hexdigest()))


def time_of(digest: str) -> int:
    """The time of a public file by the sha256 of its content, in hex.

    It is 1980-01-01 plus the first 28 bits as seconds, which ends before July 1988.
    """
    return EPOCH_OF_PUBLIC + int(digest[:7], 16)
