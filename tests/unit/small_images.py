"""Image layouts of a few small files, written without the pipeline."""

import gzip
import io
import tarfile
from collections.abc import Mapping
from pathlib import Path
from typing import Any

from ci.intool.common.media import digest_of
from tests.unit.layouts import DOCKER_LAYER, MANIFEST, blob, encoded

Layer = Mapping[str, str | bytes]
"""Path to content; one that begins with ``->`` is the target of a symbolic link, with ``=>`` of a hard one."""


def tar(files: Layer) -> bytes:
    """A tar file."""
    plain = io.BytesIO()
    with tarfile.open(fileobj=plain, mode="w") as archive:
        for name, content in files.items():
            info = tarfile.TarInfo(name)
            data = content if isinstance(content, bytes) else content.encode(errors="surrogateescape")
            kind = {b"->": tarfile.SYMTYPE, b"=>": tarfile.LNKTYPE}.get(data[:2])
            if kind:
                info.type, info.linkname = kind, data[2:].decode()
                archive.addfile(info)
            else:
                info.size = len(data)
                archive.addfile(info, io.BytesIO(data))
    return plain.getvalue()


def layout(
    home: Path,
    *layers: Layer | bytes,
    config: Mapping[str, Any] | None = None,
    manifest: Mapping[str, Any] | None = None,
    index: Mapping[str, Any] | None = None,
    media_type: str = DOCKER_LAYER,
) -> Path:
    """An image for linux/amd64.

    Args:
        home: directory that is made.
        layers: files of each, or the blob itself.
        config: fields to set in the configuration; manifest and index likewise.
        media_type: of the layers.
    """
    home.mkdir()
    plain = [one if isinstance(one, bytes) else tar(one) for one in layers]
    packed = [one if isinstance(one, bytes) else gzip.compress(tar(one), mtime=0) for one in layers]
    settled = {
        "architecture": "amd64",
        "os": "linux",
        "config": {"Env": ["A=b"]},
        "rootfs": {"type": "layers", "diff_ids": [digest_of(one) for one in plain]},
        **(config or {}),
    }
    described = {
        "schemaVersion": 2,
        "mediaType": MANIFEST,
        "config": blob(home, encoded(settled), "application/vnd.oci.image.config.v1+json"),
        "layers": [blob(home, layer, media_type) for layer in packed],
        **(manifest or {}),
    }
    listed = {"schemaVersion": 2, "manifests": [blob(home, encoded(described), MANIFEST)], **(index or {})}
    (home / "oci-layout").write_text('{"imageLayoutVersion": "1.0.0"}')
    (home / "index.json").write_bytes(encoded(listed))
    return home
