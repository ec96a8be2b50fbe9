"""Archives of image layouts (OCI image specification 1.1, "image layout"): packed reproducibly, and checked."""

import hashlib
import json
import tarfile
from pathlib import Path
from typing import Any

from ci.intool.common.failure import Failure
from ci.intool.common.form import check_manifest
from ci.intool.common.json_reader import parsed
from ci.intool.common.layout import DOCUMENT_LIMIT
from ci.intool.common.media import INDEXES, MANIFESTS, canonical

FIX = "pull it again; if that gives the same, push the image again"


def pack(layout: Path, archive: Path) -> None:
    """Put a layout in a tar archive: sorted, without times and owners, and without the time at which it was copied.

    Args:
        layout: a directory; its `index.json` is written anew.
        archive: the file to write.
    """
    index = json.loads((layout / "index.json").read_bytes())
    for descriptor in index["manifests"]:
        descriptor.get("annotations", {}).pop("org.opencontainers.image.created", None)
    (layout / "index.json").write_bytes(canonical(index))
    with tarfile.open(archive, "w", format=tarfile.PAX_FORMAT) as tar:
        for path in sorted(layout.rglob("*")):
            tar.add(path, str(path.relative_to(layout)), recursive=False, filter=_plain)


def _plain(member: tarfile.TarInfo) -> tarfile.TarInfo:
    member.uid = member.gid = member.mtime = 0
    member.uname = member.gname = ""
    member.mode = 0o755 if member.isdir() else 0o644
    return member


def check(archive: Path) -> tuple[list[str], dict[str, int]]:
    """Check that an archive is complete: everything that its index leads to is there and matches its digest.

    Returns:
        Digests that `index.json` lists, and digest to bytes of every blob.

    Raises:
        Failure: something is missing or has other content.
    """
    with tarfile.open(archive, "r:") as tar:
        files = {member.name.removeprefix("./"): member for member in tar if member.isfile()}
        if "index.json" not in files:
            raise Failure(f"{archive.name} has no index.json", FIX)
        top = _listed(tar, files["index.json"], archive.name).get("manifests", [])
        seen: dict[str, int] = {}
        waiting = list(top)
        while waiting:
            descriptor = waiting.pop()
            digest = descriptor["digest"]
            if digest not in seen:
                waiting += _next(tar, files.get(f"blobs/{digest.replace(':', '/')}"), descriptor, archive.name)
                seen[digest] = descriptor["size"]
    return [descriptor["digest"] for descriptor in top], seen


def _next(
    tar: tarfile.TarFile, member: tarfile.TarInfo | None, descriptor: dict[str, Any], name: str
) -> list[dict[str, Any]]:
    """Check one blob; returns the blobs that it needs, if it is a manifest."""
    algorithm, _, expected = descriptor["digest"].partition(":")
    if member is None:
        raise Failure(f"{name} does not contain {descriptor['digest']}", FIX)
    file = tar.extractfile(member)
    found = hashlib.file_digest(file, algorithm).hexdigest()  # type: ignore[arg-type]
    if (found, member.size) != (expected, descriptor["size"]):
        raise Failure(f"{name} has content that does not match {descriptor['digest']}", FIX)
    if descriptor["mediaType"] not in INDEXES | MANIFESTS:
        return []
    content = _listed(tar, member, name)
    return [*content.get("manifests", ()), *content.get("layers", ()), *filter(None, [content.get("config")])]


def _listed(tar: tarfile.TarFile, member: tarfile.TarInfo, name: str) -> dict[str, Any]:
    """A manifest or an index, the form of what it lists checked."""
    file = tar.extractfile(member)
    content = parsed(file.read(DOCUMENT_LIMIT) if file else b"", f"{member.name} of {name}", FIX)
    check_manifest(content)
    return dict(content.value)
