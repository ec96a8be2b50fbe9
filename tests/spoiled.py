"""Images that somebody changed by hand: files put into layers that this pipeline made."""

import gzip
import hashlib
import json
import tarfile
from collections.abc import Mapping
from io import BytesIO
from pathlib import Path
from typing import Any

Files = Mapping[str, tuple[bytes, int]]
"""Path in the image to content and mode."""


def spoil(layout: Path, changes: Mapping[int, Files]) -> None:
    """Add files to layers of every platform in a layout, and make all digests fit again.

    Args:
        layout: directory of an image layout with one index.
        changes: position of a layer, from 0 or from the end, to files.
    """
    top = json.loads((layout / "index.json").read_text())
    index = _read(layout, top["manifests"][0])
    for descriptor in index["manifests"]:
        manifest = _read(layout, descriptor)
        config = _read(layout, manifest["config"])
        for position, files in changes.items():
            plain = _added(gzip.decompress(_path(layout, manifest["layers"][position]).read_bytes()), files)
            manifest["layers"][position] |= _written(layout, gzip.compress(plain, mtime=0))
            config["rootfs"]["diff_ids"][position] = f"sha256:{hashlib.sha256(plain).hexdigest()}"
        manifest["config"] |= _written(layout, json.dumps(config).encode())
        descriptor.update(_written(layout, json.dumps(manifest).encode()))
    top["manifests"][0] |= _written(layout, json.dumps(index).encode())
    (layout / "index.json").write_text(json.dumps(top))


def _added(archive: bytes, files: Files) -> bytes:
    written = BytesIO(archive)
    with tarfile.open(fileobj=written, mode="a") as tar:
        for name, (content, mode) in files.items():
            entry = tarfile.TarInfo(name)
            entry.size, entry.mode = len(content), mode
            tar.addfile(entry, BytesIO(content))
    return written.getvalue()


def _read(layout: Path, descriptor: Mapping[str, Any]) -> dict[str, Any]:
    return dict(json.loads(_path(layout, descriptor).read_bytes()))


def _path(layout: Path, descriptor: Mapping[str, Any]) -> Path:
    return layout / "blobs" / str(descriptor["digest"]).replace(":", "/")


def _written(layout: Path, data: bytes) -> dict[str, Any]:
    digest = hashlib.sha256(data).hexdigest()
    (layout / "blobs" / "sha256" / digest).write_bytes(data)
    return {"digest": f"sha256:{digest}", "size": len(data)}
