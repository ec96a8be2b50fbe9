"""Differences between the files of two layers."""

import hashlib
import tarfile
from collections.abc import Iterator, Mapping
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path
from typing import IO, Any

from ci.intool.common.failure import Failure
from ci.intool.common.tarball import reading
from ci.intool.oci.runs import first_run

_FIELDS = ("mode", "uid", "gid", "uname", "gname", "mtime", "size")
_KINDS = {
    tarfile.REGTYPE: "file",
    tarfile.AREGTYPE: "file",
    tarfile.DIRTYPE: "directory",
    tarfile.SYMTYPE: "symbolic link",
    tarfile.LNKTYPE: "hard link",
    tarfile.CHRTYPE: "character device",
    tarfile.BLKTYPE: "block device",
    tarfile.FIFOTYPE: "pipe",
}
_IN_FIELDS = frozenset({"path", "linkpath", "size", "uid", "gid", "uname", "gname", "mtime", "hdrcharset"})
"""Keys of pax headers that fields of an entry have."""


@dataclass(frozen=True)
class LayerFile:
    """A layer's blob.

    Attributes:
        path: of the file.
        compression: ``gzip`` or ``zstd``.
    """

    path: Path
    compression: str


@dataclass(frozen=True)
class _Seen:
    kind: tuple[str, str]
    metadata: Mapping[str, Any]
    content: str


def differing(a: LayerFile, b: LayerFile) -> tuple[dict[str, Any], int]:
    """Compare the files of two layers whose tar files are not the same bytes.

    Returns:
        The first difference by path, and how many paths differ. The difference has a ``kind``:

        - ``added`` or ``removed``: only ``b``, or only ``a``, has ``path``.
        - ``metadata``: the ``field`` of ``path`` is ``a`` and ``b``.
        - ``content``: the file at ``path`` differs; with the run as ``first_run`` gives it.
        - ``order``: the same entries in another order; ``path`` is the first of ``a`` that has another place.
        - ``format``: the same entries in the same order, written otherwise.

    Raises:
        Failure: a layer is damaged.
    """
    ours, theirs = _inventory(a), _inventory(b)
    paths = sorted(ours.keys() | theirs.keys())
    found = [one for path in paths if (one := _difference(path, ours.get(path), theirs.get(path)))]
    if not found:
        moved = (path for path, other in zip(ours, theirs, strict=True) if path != other)
        path = next(moved, "")
        return ({"kind": "order", "path": path} if path else {"kind": "format"}), 0
    first = found[0]
    if first["kind"] == "content":
        with _content(a, first["path"]) as left, _content(b, first["path"]) as right:
            first |= first_run(left, right)
    return first, len(found)


def _difference(path: str, a: _Seen | None, b: _Seen | None) -> dict[str, Any] | None:
    if a is None or b is None:
        return {"kind": "added" if a is None else "removed", "path": path}
    if a.kind != b.kind:
        field = "type" if a.kind[0] != b.kind[0] else "target"
        one, other = (side.kind[field == "target"] for side in (a, b))
        return {"kind": "metadata", "path": path, "field": field, "a": one, "b": other}
    if a.content != b.content:
        return {"kind": "content", "path": path}
    for field in sorted(a.metadata.keys() | b.metadata.keys()):
        values = {"a": a.metadata.get(field), "b": b.metadata.get(field)}
        if values["a"] != values["b"]:
            return {"kind": "metadata", "path": path, "field": field, **values}
    return None


def _inventory(layer: LayerFile) -> dict[str, _Seen]:
    seen = {}
    with reading(layer.path, layer.compression) as archive:
        for member in archive:
            kind = _KINDS.get(member.type, repr(member.type))
            extra = {key: value for key, value in member.pax_headers.items() if key not in _IN_FIELDS}
            file = archive.extractfile(member) if member.isreg() else None
            seen[member.name] = _Seen(
                (kind, member.linkname),
                {field: getattr(member, field) for field in _FIELDS} | extra,
                hashlib.file_digest(file, "sha256").hexdigest() if file else "",  # type: ignore[arg-type]
            )
    return seen


@contextmanager
def _content(layer: LayerFile, path: str) -> Iterator[IO[bytes]]:
    with reading(layer.path, layer.compression) as archive:
        for member in archive:
            file = archive.extractfile(member) if member.name == path else None
            if file:
                yield file
                return
    raise Failure(
        f"layer {layer.path.name} has no {path} any more", "compare again, with nothing writing to the layout"
    )
