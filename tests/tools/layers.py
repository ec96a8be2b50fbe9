"""Images of a few files, layer by layer, as OCI image layouts."""

import gzip
import hashlib
import io
import json
import tarfile
from collections.abc import Mapping, Sequence
from pathlib import Path
from typing import Any

from tests.unit.layouts import blob, encoded

Layer = Mapping[str, str]

DEBIAN: Layer = {
    "etc/os-release": 'PRETTY_NAME="Distroless"\nNAME="Debian GNU/Linux"\nID="debian"\nVERSION_ID="12"\n',
    "etc/debian_version": "12.11\n",
}
KEY = f"-----BEGIN PRIVATE KEY-----\n{'MIIEvQIBADANBgkqhkiG9w0BAQEFAASC' * 20}\n-----END PRIVATE KEY-----\n"


def system(name: str, version: str) -> Layer:
    """A Debian package as distroless images list it."""
    status = f"Package: {name}\nVersion: {version}\nArchitecture: amd64\nMaintainer: Debian <d@debian.org>\n"
    return {f"var/lib/dpkg/status.d/{name}": status}


def package(name: str, version: str, license_id: str = "MIT", place: str = "app/node_modules") -> Layer:
    """An installed npm package."""
    return {f"{place}/{name}/package.json": json.dumps({"name": name, "version": version, "license": license_id})}


def image_layout(
    home: Path, platforms: Mapping[str, Sequence[Layer]], history: Sequence[Mapping[str, Any]] = ()
) -> Path:
    """Write a layout with an index; the history is that of every platform."""
    home.mkdir(parents=True)
    manifests = []
    for architecture, layers in platforms.items():
        descriptors, diff_ids = [], []
        for layer in layers:
            plain = _tar(layer)
            diff_ids.append(f"sha256:{hashlib.sha256(plain).hexdigest()}")
            packed = gzip.compress(plain, mtime=0)
            descriptors.append(blob(home, packed, "application/vnd.oci.image.layer.v1.tar+gzip"))
        config = {
            "architecture": architecture,
            "os": "linux",
            "config": {"User": "65532", "Cmd": ["server.js"], "Env": ["NODE_ENV=production"]},
            "rootfs": {"type": "layers", "diff_ids": diff_ids},
            "history": list(history) or [{"created_by": "layer"} for _ in layers],
        }
        manifest = {
            "schemaVersion": 2,
            "mediaType": "application/vnd.oci.image.manifest.v1+json",
            "config": blob(home, encoded(config), "application/vnd.oci.image.config.v1+json"),
            "layers": descriptors,
        }
        named = blob(home, encoded(manifest), "application/vnd.oci.image.manifest.v1+json")
        manifests.append({**named, "platform": {"os": "linux", "architecture": architecture}})
    index_type = "application/vnd.oci.image.index.v1+json"
    index = blob(home, encoded({"schemaVersion": 2, "mediaType": index_type, "manifests": manifests}), index_type)
    (home / "oci-layout").write_text('{"imageLayoutVersion": "1.0.0"}')
    (home / "index.json").write_bytes(encoded({"schemaVersion": 2, "manifests": [index]}))
    return home


def _tar(files: Layer) -> bytes:
    plain = io.BytesIO()
    with tarfile.open(fileobj=plain, mode="w") as archive:
        for name, content in files.items():
            info = tarfile.TarInfo(name)
            info.size = len(content.encode())
            archive.addfile(info, io.BytesIO(content.encode()))
    return plain.getvalue()
