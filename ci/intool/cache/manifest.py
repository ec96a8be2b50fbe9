"""Manifest and configuration of an artifact (OCI image specification 1.1, "Guidelines for Artifact Usage"). Pure."""

from collections.abc import Mapping, Sequence
from typing import Any

from ci.intool.cache.artifact import NAME, Artifact, Layer, tag_of, unusable
from ci.intool.common.failure import Failure
from ci.intool.common.media import COMPRESSIONS, LAYERS, MANIFEST, canonical, decoded, digest_of, is_digest
from ci.intool.registry.client import Manifest
from ci.intool.registry.image import ANNOTATION
from ci.intool.registry.inventory import moment

ARTIFACT = "application/vnd.next-distroless.cache.v1"
CONFIG = "application/vnd.next-distroless.cache.config.v1+json"

TAR = "vnd.next-distroless.cache.tar.digest"
"""Annotation of a layer: digest of its tar file, uncompressed."""


def manifest(config: bytes, created: str, layers: Sequence[Layer]) -> bytes:
    """The bytes of the manifest.

    Args:
        config: the configuration.
        created: time by RFC 3339, as the configuration has it; here so that a list needs no more than manifests.
        layers: the entries.
    """
    listed = [
        {
            "mediaType": LAYERS[layer.compression],
            "digest": layer.digest,
            "size": layer.size,
            "annotations": {f"{ANNOTATION}title": layer.name, TAR: layer.tar},
        }
        for layer in layers
    ]
    content = {
        "schemaVersion": 2,
        "mediaType": MANIFEST,
        "artifactType": ARTIFACT,
        "config": {"mediaType": CONFIG, "digest": digest_of(config), "size": len(config)},
        "layers": listed,
        "annotations": {f"{ANNOTATION}created": created},
    }
    return canonical(content)


def parse(tag: str, found: Manifest) -> Artifact:
    """Read a manifest that anyone may have written.

    Raises:
        Failure: it is none of a cache artifact, or not well-formed.
    """
    content = found.content
    if content.get("artifactType") != ARTIFACT:
        raise unusable(f"{tag} is not a cache artifact")
    try:
        config, layers = content["config"], tuple(map(_layer, content["layers"]))
        _check(config["mediaType"] == CONFIG, "the configuration's type")
        blobs = {one["digest"]: _size(one) for one in (config, *content["layers"])}
        _check(len({layer.name for layer in layers}) == len(layers) > 0, "the names of its layers")
        created = (content.get("annotations") or {}).get(f"{ANNOTATION}created")
    except (KeyError, TypeError, AttributeError, ValueError) as error:
        raise unusable(f"{tag} has a damaged manifest: {error}") from None
    return Artifact(
        tag=tag,
        digest=found.digest,
        created=moment(created),
        config=config["digest"],
        layers=layers,
        blobs={**blobs, found.digest: len(found.body)},
    )


def described(artifact: Artifact, body: bytes) -> dict[str, Any]:
    """Read the configuration: "kind", "key", "created", "inputs".

    Raises:
        Failure: it is none, or that of another artifact.
    """
    try:
        config = decoded(body)
        _check(tag_of(config["kind"], config["key"]) == artifact.tag, "it is that of another kind or key")
        _check(isinstance(config["inputs"], dict), "inputs")
    except (KeyError, TypeError, ValueError, Failure) as error:
        raise unusable(f"{artifact.tag} has a damaged configuration: {error}") from None
    return dict(config)


def _layer(descriptor: Mapping[str, Any]) -> Layer:
    said = descriptor["annotations"]
    layer = Layer(
        name=said[f"{ANNOTATION}title"],
        digest=descriptor["digest"],
        size=_size(descriptor),
        compression=COMPRESSIONS[descriptor["mediaType"]],
        tar=said[TAR],
    )
    _check(NAME.fullmatch(layer.name) is not None, "a layer's name")
    _check(is_digest(layer.tar), "a layer's digest")
    return layer


def _size(descriptor: Mapping[str, Any]) -> int:
    size = descriptor["size"]
    _check(is_digest(descriptor["digest"]) and type(size) is int and size >= 0, "a digest or a size")
    return int(size)


def _check(good: object, what: str) -> None:
    if not good:
        raise ValueError(what)
