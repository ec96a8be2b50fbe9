"""Images to try assembly and comparison on: a base as an exporter writes it, a payload, and the spec of both."""

import gzip
import hashlib
import io
import json
import tarfile
from collections.abc import Mapping
from pathlib import Path
from typing import Any

DOCKER_LAYER = "application/vnd.docker.image.rootfs.diff.tar.gzip"
MANIFEST = "application/vnd.oci.image.manifest.v1+json"
CREATED = "2026-01-01T00:00:00Z"

FILES = {
    "server.js": "serve()",
    "package.json": "{}",
    ".next/BUILD_ID": "one",
    ".next/server/page.js": "page()",
    ".next/static/chunks/main.js": "main()",
    "node_modules/next/index.js": "next()",
    "public/logo.svg": "<svg/>",
    "public/manifest.json": "{}",
}


def base_layout(home: Path, architecture: str = "amd64", *, clock: str = "2025-05-05T05:05:05.123Z") -> Path:
    """A layout of one image with one layer, which says when it was exported."""
    plain = io.BytesIO()
    with tarfile.open(fileobj=plain, mode="w") as archive:
        for name, content in (("etc/os-release", b"ID=debian"), ("nodejs/bin/node", architecture.encode())):
            info = tarfile.TarInfo(name)
            info.size = len(content)
            archive.addfile(info, io.BytesIO(content))
    packed = gzip.compress(plain.getvalue(), mtime=7)
    config = {
        "architecture": architecture,
        "os": "linux",
        "created": clock,
        "config": {"Env": ["PATH=/bin", "A=base"], "Entrypoint": ["/nodejs/bin/node"], "Cmd": ["x"], "User": "0"},
        "rootfs": {"type": "layers", "diff_ids": [f"sha256:{hashlib.sha256(plain.getvalue()).hexdigest()}"]},
        "history": [{"created": clock, "created_by": "bazel build"}],
        "moby.buildkit.buildinfo.v1": clock,
    }
    manifest = {
        "schemaVersion": 2,
        "mediaType": MANIFEST,
        "config": blob(home, encoded(config), "application/vnd.oci.image.config.v1+json"),
        "layers": [{**blob(home, packed, DOCKER_LAYER), "annotations": {"exporter": clock}}],
    }
    (home / "oci-layout").write_text('{"imageLayoutVersion": "1.0.0"}')
    (home / "index.json").write_bytes(
        encoded({"schemaVersion": 2, "manifests": [blob(home, encoded(manifest), MANIFEST)]})
    )
    return home


def blob(home: Path, data: bytes, media_type: str) -> dict[str, Any]:
    """Write a blob into a layout and return its descriptor."""
    name = hashlib.sha256(data).hexdigest()
    path = home / "blobs" / "sha256" / name
    path.parent.mkdir(parents=True, exist_ok=True)
    path.write_bytes(data)
    return {"mediaType": media_type, "digest": f"sha256:{name}", "size": len(data)}


def encoded(value: object) -> bytes:
    return json.dumps(value).encode()


def payload(home: Path, files: Mapping[str, str | bytes] = FILES) -> Path:
    """A directory with files, and the empty cache of Next.js."""
    for name, content in files.items():
        path = home / name
        path.parent.mkdir(parents=True, exist_ok=True)
        path.write_bytes(content.encode() if isinstance(content, str) else content)
    (home / ".next" / "cache").mkdir(parents=True, exist_ok=True)
    return home


def spec(base: Path, payload: Path, **over: Any) -> dict[str, Any]:
    """A spec for one platform; what is given replaces its fields."""
    return {
        "platforms": {"linux/amd64": {"base": str(base), "payload": str(payload)}},
        "base": {"name": "gcr.io/distroless/nodejs22-debian12", "digest": f"sha256:{'b' * 64}"},
        "prefix": "app",
        "app": ".",
        "dist": ".next",
        "writable": {"public/manifest.json": "file", ".next/cache": "directory"},
        "user": 65532,
        "config": {"User": "65532:65532", "Env": {"A": "app", "PORT": "3000"}, "Cmd": ["server.js"]},
        "created": CREATED,
        "annotations": {"org.opencontainers.image.title": "app"},
        "compression": "gzip",
        "level": 6,
        **over,
    }
