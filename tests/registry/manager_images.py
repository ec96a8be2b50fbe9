"""Small images for the image manager, pushed to a registry piece by piece."""

import gzip
import hashlib
import io
import json
import tarfile
from collections.abc import Mapping, Sequence
from pathlib import Path
from typing import Any

from ci.intool.registry.client import Repository
from tests.conftest import command

OCI = "application/vnd.oci.image."
INDEX, MANIFEST = f"{OCI}index.v1+json", f"{OCI}manifest.v1+json"

Layers = Sequence[tuple[str, Mapping[str, bytes]]]
"""Name and files of each layer, lowest first."""

BASE: Layers = [("base", {"etc/os-release": b"base", "bin/tool": b"b" * 5000, "opt/unused": b"u" * 700})]


class Maker:
    """Pushes to one repository."""

    def __init__(self, name: str, scratch: Path) -> None:
        self.repository = Repository(name)
        self.scratch = scratch

    def blob(self, body: bytes, media_type: str) -> dict[str, Any]:
        digest = f"sha256:{hashlib.sha256(body).hexdigest()}"
        file = self.scratch / digest.replace(":", "-")
        file.write_bytes(body)
        self.repository.upload(file, digest)
        return {"mediaType": media_type, "digest": digest, "size": len(body)}

    def image(self, layers: Layers, platform: str = "linux/amd64", created: str = "", **run: Any) -> dict[str, Any]:
        """Push an image by digest; returns its descriptor."""
        tars = [tarred(files) for _, files in layers]
        system, architecture = platform.split("/")
        config = {
            "os": system,
            "architecture": architecture,
            "created": created,
            "config": run,
            "rootfs": {"type": "layers", "diff_ids": [f"sha256:{hashlib.sha256(one).hexdigest()}" for one in tars]},
            "history": [
                {"created_by": "COPY base" if name == "base" else f"next-distroless: {name}"} for name, _ in layers
            ],
        }
        manifest = {
            "schemaVersion": 2,
            "mediaType": MANIFEST,
            "config": self.blob(json.dumps(config).encode(), f"{OCI}config.v1+json"),
            "layers": [self.blob(gzip.compress(one, mtime=0), f"{OCI}layer.v1.tar+gzip") for one in tars],
        }
        body = json.dumps(manifest).encode()
        digest = self.repository.put_manifest(body, MANIFEST)
        described = {"os": system, "architecture": architecture}
        return {"mediaType": MANIFEST, "digest": digest, "size": len(body), "platform": described}

    def index(self, *images: Mapping[str, Any], tag: str = "", **annotations: str) -> str:
        """Push an index by digest and, where given, by tag; returns its digest."""
        named = {f"org.opencontainers.image.{name}": text for name, text in annotations.items()}
        content = {"schemaVersion": 2, "mediaType": INDEX, "manifests": images, "annotations": named}
        return self.repository.put_manifest(json.dumps(content).encode(), INDEX, tag)

    def release(self, version: str, created: str, *, tag: str = "") -> str:
        """Push an image of two platforms that shares its base with all others."""
        app = [("server", {"app/server.js": version.encode()})]
        images = [
            self.image([*BASE, *app], platform, created, Labels={"org.opencontainers.image.version": version})
            for platform in ("linux/amd64", "linux/arm64")
        ]
        return self.index(*images, tag=tag or version, version=version, created=created)

    def tag(self, digest: str, tag: str) -> None:
        found = self.repository.manifest(digest)
        self.repository.put_manifest(found.body, found.media_type, tag)

    def refer(self, digest: str, artifact_type: str) -> str:
        """Push what refers to a manifest, by regctl as users do; returns the digest of that."""
        file = self.scratch / "artifact"
        file.write_text(f"{artifact_type} of {digest}")
        put = command(
            *("regctl", "artifact", "put", "--artifact-type", artifact_type, "--file", file),
            *("--subject", self.repository.at(digest), "--format", "{{.Manifest.GetDescriptor.Digest}}"),
        )
        assert put.code == 0, put.stderr
        return put.stdout.strip()


def tarred(files: Mapping[str, bytes]) -> bytes:
    """A tar archive of files; a name that ends in a slash is a directory."""
    packed = io.BytesIO()
    with tarfile.open(fileobj=packed, mode="w") as archive:
        for path, body in files.items():
            member = tarfile.TarInfo(path)
            member.type = tarfile.DIRTYPE if path.endswith("/") else tarfile.REGTYPE
            member.size = len(body)
            archive.addfile(member, io.BytesIO(body))
    return packed.getvalue()
