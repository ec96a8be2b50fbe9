"""Small image layouts, written by hand."""

import gzip
import hashlib
import io
import json
import random
import tarfile
from collections.abc import Sequence
from pathlib import Path
from typing import Any

from ci.intool.registry.client import Repository

INDEX = "application/vnd.oci.image.index.v1+json"
MANIFEST = "application/vnd.oci.image.manifest.v1+json"
CONFIG = "application/vnd.oci.image.config.v1+json"
LAYER = "application/vnd.oci.image.layer.v1.tar+gzip"


def write(
    root: Path,
    *,
    version: str = "",
    seed: int = 0,
    sizes: Sequence[int] = (40_000, 10_000),
    platforms: Sequence[str] = ("linux/amd64",),
    annotated: bool = True,
) -> str:
    """Write a layout of one index with layers of random bytes; returns the index's digest.

    The version stands in the index's annotations, or only in the label of the configs.
    """
    (root / "blobs" / "sha256").mkdir(parents=True)
    (root / "oci-layout").write_text('{"imageLayoutVersion":"1.0.0"}')
    listed = []
    for platform in platforms:
        system, architecture = platform.split("/")
        layers = [_layer(f"{seed}-{platform}-{number}", size) for number, size in enumerate(sizes)]
        config = {
            "os": system,
            "architecture": architecture,
            "config": {"Labels": {"org.opencontainers.image.version": version}},
            "rootfs": {"type": "layers", "diff_ids": [_digest(gzip.decompress(layer)) for layer in layers]},
        }
        manifest = {
            "schemaVersion": 2,
            "mediaType": MANIFEST,
            "config": _put(root, CONFIG, encoded(config)),
            "layers": [_put(root, LAYER, layer) for layer in layers],
        }
        described = _put(root, MANIFEST, encoded(manifest))
        listed.append({**described, "platform": {"os": system, "architecture": architecture}})
    index: dict[str, Any] = {"schemaVersion": 2, "mediaType": INDEX, "manifests": listed}
    if version and annotated:
        index["annotations"] = {"org.opencontainers.image.version": version}
    # Spaces that no library would write: a client that writes the JSON anew changes the digest.
    top = _put(root, INDEX, json.dumps(index, indent=3).encode())
    (root / "index.json").write_bytes(encoded({"schemaVersion": 2, "mediaType": INDEX, "manifests": [top]}))
    return str(top["digest"])


def total(root: Path) -> int:
    """Bytes of all blobs."""
    return sum(file.stat().st_size for file in (root / "blobs" / "sha256").iterdir())


def _layer(seed: str, size: int) -> bytes:
    packed = io.BytesIO()
    with tarfile.open(fileobj=packed, mode="w") as archive:
        entry = tarfile.TarInfo("random")
        entry.size = size
        archive.addfile(entry, io.BytesIO(random.Random(seed).randbytes(size)))  # noqa: S311  the same bytes each time
    return gzip.compress(packed.getvalue(), 1, mtime=0)


def _put(root: Path, media_type: str, body: bytes) -> dict[str, Any]:
    digest = _digest(body)
    (root / "blobs" / digest.replace(":", "/")).write_bytes(body)
    return {"mediaType": media_type, "digest": digest, "size": len(body)}


def _digest(body: bytes) -> str:
    return f"sha256:{hashlib.sha256(body).hexdigest()}"


def encoded(value: object) -> bytes:
    """Compact JSON."""
    return json.dumps(value, separators=(",", ":")).encode()


def signed(repository: Repository, image: str) -> str:
    """Put a manifest that refers to an image of a repository; returns its digest."""
    top = repository.manifest(image)
    inner = repository.manifest(top.content["manifests"][0]["digest"])
    content = {
        "schemaVersion": 2,
        "mediaType": MANIFEST,
        "artifactType": "application/vnd.example.signature",
        "config": inner.content["config"],
        "layers": [],
        "subject": {"mediaType": top.media_type, "digest": image, "size": len(top.body)},
    }
    return repository.put_manifest(encoded(content), MANIFEST)
