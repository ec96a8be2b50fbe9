"""Manifest and configuration of an artifact (OCI image specification 1.1, "Guidelines for Artifact Usage"). Pure."""

from collections.abc import Sequence
from typing import Any

from ci.intool.cache.artifact import NAME, UNUSABLE, Artifact, Layer, tag_of, unusable
from ci.intool.common.failure import Failure
from ci.intool.common.form import check_descriptor
from ci.intool.common.json_reader import Json, parsed
from ci.intool.common.media import COMPRESSIONS, LAYERS, MANIFEST, canonical, digest_of, is_digest
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
    """Read a manifest; it is untrusted.

    Raises:
        Failure: it is not the manifest of a cache artifact, or malformed.
    """
    content = Json(f"{tag} has a damaged manifest", found.content, UNUSABLE)
    if content.value.get("artifactType") != ARTIFACT:
        raise unusable(f"{tag} is not a cache artifact")
    config, listed = content.object("config"), content.objects("layers")
    for descriptor in (config, *listed):
        check_descriptor(descriptor)
    config.one_of("mediaType", (CONFIG,))
    layers = tuple(map(_layer, listed))
    if not layers or len({layer.name for layer in layers}) != len(layers):
        raise content.wrong("is empty, or has one name twice", "layers")
    return Artifact(
        tag=tag,
        digest=found.digest,
        created=moment(content.object("annotations").value.get(f"{ANNOTATION}created")),
        config=config.text("digest"),
        layers=layers,
        blobs={**{one.text("digest"): one.number("size") for one in (config, *listed)}, found.digest: len(found.body)},
    )


def described(artifact: Artifact, body: bytes) -> dict[str, Any]:
    """Read the configuration: "kind", "key", "created", "inputs".

    Raises:
        Failure: it is not a configuration, or belongs to another artifact.
    """
    config = parsed(body, f"{artifact.tag} has a damaged configuration", UNUSABLE)
    config.required("kind", "key", "inputs")
    config.object("inputs")
    try:
        tag = tag_of(config.text("kind"), config.text("key"))
    except Failure as failure:
        raise config.wrong(f"is invalid: {failure.what}", "key") from None
    if tag != artifact.tag:
        raise config.wrong(f"belongs to {tag}", "key")
    return dict(config.value)


def _layer(descriptor: Json) -> Layer:
    annotations = descriptor.object("annotations")
    tar = annotations.text(TAR)
    if not is_digest(tar):
        raise annotations.wrong("is not a digest", TAR)
    return Layer(
        name=annotations.matching(f"{ANNOTATION}title", NAME, "the name of a part of a cache"),
        digest=descriptor.text("digest"),
        size=descriptor.number("size"),
        compression=COMPRESSIONS[descriptor.one_of("mediaType", COMPRESSIONS)],
        tar=tar,
    )
