"""OCI image layouts: config, manifest and index over platforms, on disk."""

import hashlib
import json
import os
import shutil
from collections.abc import Mapping, Sequence
from pathlib import Path

from offline.images.catalogue import Image
from offline.images.layer import Layer
from offline.images.platforms import PLATFORMS
from offline.images.rootfs import PATH

CREATED = "1970-01-01T00:00:00Z"
"""The time that every image says it was made at."""

REFERENCE = "io.containerd.image.name"
"""Annotation with an image's full name, as containerd writes it."""

INDEX = "application/vnd.oci.image.index.v1+json"
MANIFEST = "application/vnd.oci.image.manifest.v1+json"
CONFIG = "application/vnd.oci.image.config.v1+json"
LAYER = "application/vnd.oci.image.layer.v1.tar+gzip"


def write(entry: Image, key: str, layers: Mapping[str, Sequence[Layer]], blobs: Path, to: Path) -> str:
    """Write an image as a layout that has all its platforms and tags.

    Args:
        entry: the recipe.
        key: its content key, which becomes a label.
        layers: for every platform its layers, lowest first.
        blobs: directory with the layers' files, named by their sha256.
        to: directory to write; must not exist.

    Returns:
        Digest of the index, with its algorithm.
    """
    place = to / "blobs" / "sha256"
    place.mkdir(parents=True)
    manifests = []
    for platform, own in layers.items():
        architecture = PLATFORMS[platform].architecture
        for layer in own:
            _adopt(blobs / layer.digest.removeprefix("sha256:"), place)
        config = _put(place, config_of(entry, key, architecture, own), CONFIG)
        manifest = {
            "schemaVersion": 2,
            "mediaType": MANIFEST,
            "config": config,
            "layers": [{"mediaType": LAYER, "digest": layer.digest, "size": layer.size} for layer in own],
        }
        manifests.append({**_put(place, manifest, MANIFEST), "platform": {"architecture": architecture, "os": "linux"}})
    index = _put(place, {"schemaVersion": 2, "mediaType": INDEX, "manifests": manifests}, INDEX)
    tagged = [
        {**index, "annotations": {"org.opencontainers.image.ref.name": tag, REFERENCE: f"{entry.name}:{tag}"}}
        for tag in entry.tags
    ]
    (to / "index.json").write_bytes(canonical({"schemaVersion": 2, "mediaType": INDEX, "manifests": tagged}))
    (to / "oci-layout").write_bytes(canonical({"imageLayoutVersion": "1.0.0"}))
    return str(index["digest"])


def config_of(entry: Image, key: str, architecture: str, layers: Sequence[Layer]) -> dict[str, object]:
    """The config of an image: start-up values, labels, layers and history.

    Args:
        entry: the recipe; values that it leaves empty are those of the images below it.
        key: its content key.
        architecture: OCI's name of the architecture.
        layers: the layers, lowest first.
    """
    lineage = [entry]
    while lineage[0].below:
        lineage.insert(0, lineage[0].below)
    env = {"PATH": PATH}
    started: dict[str, object] = {}
    for image in lineage:
        env |= image.env
        values: dict[str, object] = {
            "User": image.user,
            "WorkingDir": image.workdir,
            "Entrypoint": list(image.entrypoint),
            "Cmd": list(image.cmd),
            "ExposedPorts": {port: {} for port in image.ports},
        }
        if image.entrypoint:
            started.pop("Cmd", None)
        started |= {name: value for name, value in values.items() if value}
    labels = {
        "org.opencontainers.image.title": entry.title,
        "dev.next-distroless.stand-in": "true",
        "dev.next-distroless.recipe": key,
    }
    return {
        "created": CREATED,
        "architecture": architecture,
        "os": "linux",
        "config": started | {"Env": [f"{name}={value}" for name, value in env.items()], "Labels": labels},
        "rootfs": {"type": "layers", "diff_ids": [layer.diff_id for layer in layers]},
        "history": [{"created": CREATED, "created_by": layer.comment} for layer in layers],
    }


def canonical(value: object) -> bytes:
    """JSON with sorted keys and no white space: the same value gives the same bytes."""
    return json.dumps(value, sort_keys=True, separators=(",", ":"), ensure_ascii=False).encode()


def _put(place: Path, value: object, media_type: str) -> dict[str, object]:
    data = canonical(value)
    name = hashlib.sha256(data).hexdigest()
    (place / name).write_bytes(data)
    return {"mediaType": media_type, "digest": f"sha256:{name}", "size": len(data)}


def _adopt(blob: Path, place: Path) -> None:
    """Put a layer's file into a layout: as a hard link, or as a copy on another file system."""
    target = place / blob.name
    if target.exists():
        return
    try:
        os.link(blob, target)
    except OSError:
        shutil.copyfile(blob, target)
