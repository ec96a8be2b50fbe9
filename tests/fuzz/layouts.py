"""A layout of two platforms as this pipeline writes it, each of whose documents may be changed on the way."""

import gzip
import hashlib
import io
import tarfile
from collections.abc import Callable, Mapping
from pathlib import Path
from typing import Any

from ci.intool.common.media import CONFIG, INDEX, LAYERS, MANIFEST
from ci.intool.oci.config import MARK
from tests.fuzz.strategies import DIGEST, encoded

BASE = {f"org.opencontainers.image.base.{key}": text for key, text in (("name", "nodejs22"), ("digest", DIGEST))}
CREATED = "2026-01-01T00:00:00Z"

Change = Callable[[str, Any], Any]
"""Gets the name of a document and its content, and returns what is written."""


def layer(files: Mapping[str, bytes]) -> bytes:
    """A tar file."""
    packed = io.BytesIO()
    with tarfile.open(fileobj=packed, mode="w") as archive:
        for name, content in files.items():
            member = tarfile.TarInfo(name)
            member.size = len(content)
            archive.addfile(member, io.BytesIO(content))
    return packed.getvalue()


TARS = {
    "base": layer({"etc/os-release": b"ID=debian"}),
    "server": layer({"app/server.js": b"x", "app/.next/routes-manifest.json": b'{"basePath": "/shop"}'}),
    "static": layer({"app/.next/static/chunks/main.js": b"x"}),
}


def write(home: Path, change: Change = lambda _, document: document) -> Path:
    """Write the layout; digests and sizes are those of what the changes left, unless they change these."""
    home.mkdir(parents=True, exist_ok=True)
    images = [_image(home, architecture, change) for architecture in ("amd64", "arm64")]
    index = {"schemaVersion": 2, "mediaType": INDEX, "manifests": images, "annotations": BASE}
    (home / "oci-layout").write_bytes(encoded(change("oci-layout", {"imageLayoutVersion": "1.0.0"})))
    top = {"schemaVersion": 2, "manifests": [put(home, encoded(change("index", index)), INDEX)]}
    (home / "index.json").write_bytes(encoded(change("index.json", top)))
    return home


def put(home: Path, data: bytes, media_type: str) -> dict[str, Any]:
    """Write a blob, and return its descriptor."""
    name = hashlib.sha256(data).hexdigest()
    path = home / "blobs/sha256" / name
    path.parent.mkdir(parents=True, exist_ok=True)
    path.write_bytes(data)
    return {"mediaType": media_type, "digest": f"sha256:{name}", "size": len(data)}


def _image(home: Path, architecture: str, change: Change) -> dict[str, Any]:
    config = {
        "architecture": architecture,
        "os": "linux",
        "created": CREATED,
        "config": {"Env": ["PATH=/bin"], "Cmd": ["server.js"], "Labels": {"a": "b"}, "ExposedPorts": {"3000/tcp": {}}},
        "rootfs": {
            "type": "layers",
            "diff_ids": [f"sha256:{hashlib.sha256(tar).hexdigest()}" for tar in TARS.values()],
        },
        "history": [{"created_by": "bazel" if name == "base" else f"{MARK}{name}"} for name in TARS],
    }
    manifest = {
        "schemaVersion": 2,
        "mediaType": MANIFEST,
        "config": put(home, encoded(change("config", config)), CONFIG),
        "layers": [put(home, gzip.compress(tar, 1, mtime=0), LAYERS["gzip"]) for tar in TARS.values()],
        "annotations": BASE,
    }
    described = put(home, encoded(change("manifest", manifest)), MANIFEST)
    return {**described, "platform": {"os": "linux", "architecture": architecture}}
