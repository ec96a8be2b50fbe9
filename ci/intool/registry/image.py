"""Resolve a reference to its manifest, and to the images of its platforms with their layers."""

from collections.abc import Mapping
from concurrent.futures import ThreadPoolExecutor
from dataclasses import dataclass
from typing import Any

from ci.intool.common.failure import Failure
from ci.intool.common.form import check_config
from ci.intool.common.json_reader import parsed
from ci.intool.common.media import CONFIGS, INDEXES, platform_name
from ci.intool.common.reference import split
from ci.intool.oci.config import layer_names
from ci.intool.registry.client import FIX, Manifest, Repository

AT_ONCE = 4
"""Platforms that are read at a time."""

ANNOTATION = "org.opencontainers.image."


@dataclass(frozen=True, kw_only=True)
class ImageLayer:
    """A layer as the manifest describes it.

    Attributes:
        name: as the pipeline calls it; ``base`` for layers that are not its own.
        digest: of the blob.
        size: bytes of the blob, compressed.
        media_type: names the compression.
    """

    name: str
    digest: str
    size: int
    media_type: str


@dataclass(frozen=True, kw_only=True)
class RegistryImage:
    """One platform's image.

    Attributes:
        platform: such as ``linux/arm64`` or ``linux/arm/v7``.
        manifest: as the registry has it.
        config: the configuration blob, parsed.
        layers: lowest first.
    """

    platform: str
    manifest: Manifest
    config: Mapping[str, Any]
    layers: tuple[ImageLayer, ...]

    @property
    def size(self) -> int:
        """Bytes of all layers, compressed: what a pull fetches."""
        return sum(layer.size for layer in self.layers)

    @property
    def run(self) -> Mapping[str, Any]:
        """How a container is run: the ``config`` of the configuration (OCI image specification 1.1, "config")."""
        return self.config.get("config") or {}

    @property
    def labels(self) -> Mapping[str, str]:
        """Labels of its configuration."""
        return self.run.get("Labels") or {}

    @property
    def annotations(self) -> Mapping[str, str]:
        """Annotations of its manifest."""
        return self.manifest.content.get("annotations") or {}


@dataclass(frozen=True, kw_only=True)
class ResolvedReference:
    """The resolved content of a reference.

    Attributes:
        repository: where it is.
        reference: tag or digest.
        manifest: of the index, or of the only image.
        images: by platform, in the order of the index; empty for an artifact that is not an image.
    """

    repository: Repository
    reference: str
    manifest: Manifest
    images: tuple[RegistryImage, ...]

    def image(self, platform: str = "") -> RegistryImage:
        """The image of a platform.

        Args:
            platform: such as ``linux/arm64``; by default linux/amd64 or, if there is none, the first.

        Raises:
            Failure: there is no image, or none of this platform.
        """
        where = self.repository.at(self.reference)
        if not self.images:
            raise Failure(f"{where} is not a container image", "name an image; `info` shows what this is")
        for image in self.images:
            if image.platform == (platform or "linux/amd64") or (
                platform and image.platform.startswith(platform + "/")
            ):
                return image
        if platform:
            there = ", ".join(image.platform for image in self.images)
            raise Failure(f"{where} has no image for {platform}", f"choose one of {there}")
        return self.images[0]


def find(reference: str) -> ResolvedReference:
    """Read what a reference names.

    Args:
        reference: ``HOST/REPOSITORY:TAG`` or ``HOST/REPOSITORY@DIGEST``; the tag is ``latest`` by default.

    Raises:
        Failure: it is not there.
    """
    name, tag = split(reference)
    repository = Repository(name)
    manifest = repository.manifest(tag or "latest")
    children = [manifest]
    with ThreadPoolExecutor(AT_ONCE) as pool:
        if is_index(manifest):
            digests = [child["digest"] for child in manifest.content.get("manifests", ()) if _platform(child)]
            children = list(pool.map(repository.manifest, digests))
        images = tuple(pool.map(lambda child: image(repository, child), filter(is_image, children)))
    return ResolvedReference(repository=repository, reference=tag or "latest", manifest=manifest, images=images)


def image(repository: Repository, manifest: Manifest) -> RegistryImage:
    """An image by its manifest; reads the configuration.

    Raises:
        Failure: the configuration is not there, or not one of these layers.
    """
    config, layers = configuration(repository, manifest), manifest.content.get("layers", [])
    return RegistryImage(
        platform=platform_name(*(config.get(key) or "" for key in ("os", "architecture", "variant"))),
        manifest=manifest,
        config=config,
        layers=tuple(
            ImageLayer(name=name, digest=layer["digest"], size=layer["size"], media_type=layer["mediaType"])
            for name, layer in zip(layer_names(config), layers, strict=True)
        ),
    )


def configuration(repository: Repository, manifest: Manifest) -> dict[str, Any]:
    """The configuration of an image, its form checked.

    Raises:
        Failure: it is not there, or none of these layers.
    """
    digest = manifest.content["config"]["digest"]
    config = parsed(repository.blob(digest), f"the configuration of {repository.at(manifest.digest)}", FIX)
    check_config(config, len(manifest.content.get("layers", [])))
    return dict(config.value)


def is_index(manifest: Manifest) -> bool:
    """Whether it lists other manifests."""
    return manifest.media_type in INDEXES


def is_image(manifest: Manifest) -> bool:
    """Whether it is a container image, and no other artifact."""
    config = manifest.content.get("config") or {}
    return config.get("mediaType") in CONFIGS and not manifest.content.get("artifactType")


def _platform(descriptor: Mapping[str, Any]) -> bool:
    """Whether an index lists this as an image; BuildKit lists attestations as of an unknown platform."""
    return (descriptor.get("platform") or {}).get("os") != "unknown"
