"""Writing an image's documents into a layout whose layers are there (OCI image specification 1.1, "image layout")."""

from collections.abc import Mapping, Sequence
from dataclasses import asdict, dataclass
from pathlib import Path
from typing import Any

from ci.intool.common.blob import document
from ci.intool.common.failure import Failure
from ci.intool.common.media import CONFIG, INDEX, MANIFEST, canonical
from ci.intool.oci.packing import Layer


@dataclass(frozen=True, kw_only=True)
class Parts:
    """The parts of one platform's image.

    Attributes:
        config: its configuration, the whole document.
        layers: all of them, lowest first.
        annotations: of its manifest.
    """

    config: Mapping[str, Any]
    layers: Sequence[Layer]
    annotations: Mapping[str, str]


def prepared(out: Path) -> Path:
    """Make the directory of a layout's blobs.

    Args:
        out: directory of the layout; absent or empty.

    Raises:
        Failure: ``out`` holds something.
    """
    if out.exists() and (not out.is_dir() or any(out.iterdir())):
        raise Failure(f"{out} already exists and is not empty", "name a directory that is absent or empty")
    place = out / "blobs" / "sha256"
    place.mkdir(parents=True)
    return place


def write(images: Mapping[str, Parts], annotations: Mapping[str, str], out: Path) -> dict[str, Any]:
    """Write configs, manifests and the index.

    Args:
        images: platform to its image, in the order of the index.
        annotations: of the index.
        out: directory of the layout, which holds all layers.

    Returns:
        ``digest`` of the index, and ``platforms``: for each its manifest's ``digest``, ``size`` in compressed bytes of
        all layers, and ``layers``, lowest first.
    """
    place = out / "blobs" / "sha256"
    manifests = [_manifest(platform, parts, place) for platform, parts in images.items()]
    index = {"schemaVersion": 2, "mediaType": INDEX, "manifests": manifests, "annotations": annotations}
    descriptor = document(index, INDEX, place)
    (out / "oci-layout").write_bytes(canonical({"imageLayoutVersion": "1.0.0"}))
    (out / "index.json").write_bytes(canonical({"schemaVersion": 2, "mediaType": INDEX, "manifests": [descriptor]}))
    return {
        "digest": descriptor["digest"],
        "platforms": {
            platform: {
                "digest": manifest["digest"],
                "size": sum(layer.size for layer in parts.layers),
                "layers": [_reported(layer) for layer in parts.layers],
            }
            for (platform, parts), manifest in zip(images.items(), manifests, strict=True)
        },
    }


def _manifest(platform: str, parts: Parts, place: Path) -> dict[str, Any]:
    """Write config and manifest of a platform, and return the descriptor for the index."""
    layers = [{"mediaType": layer.media_type, "digest": layer.digest, "size": layer.size} for layer in parts.layers]
    manifest = {
        "schemaVersion": 2,
        "mediaType": MANIFEST,
        "config": document(parts.config, CONFIG, place),
        "layers": layers,
        "annotations": parts.annotations,
    }
    os_name, architecture, *variant = platform.split("/")
    named = {"os": os_name, "architecture": architecture, **({"variant": variant[0]} if variant else {})}
    return {**document(manifest, MANIFEST, place), "platform": named}


def _reported(layer: Layer) -> dict[str, Any]:
    return {key: value for key, value in asdict(layer).items() if key != "media_type"}
