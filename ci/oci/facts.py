"""Sizes and layers of an OCI image layout (OCI image specification 1.1, "image layout"). Pure."""

import json
from collections.abc import Awaitable, Callable
from dataclasses import dataclass
from typing import Any


@dataclass(frozen=True, kw_only=True)
class ManifestFacts:
    """One platform's image in a layout.

    Attributes:
        platform: such as ``linux/arm64``.
        layers: compressed sizes in bytes, lowest layer first.
    """

    platform: str
    layers: tuple[int, ...]

    @property
    def size(self) -> int:
        """Bytes of all layers, compressed: what a pull fetches."""
        return sum(self.layers)


async def read(content: Callable[[str], Awaitable[str]]) -> list[ManifestFacts]:
    """Facts of every platform's image in a layout.

    Args:
        content: gives the text of a file of the layout, by its path there.
    """

    async def blob(descriptor: dict[str, Any]) -> dict[str, Any]:
        return dict(json.loads(await content(f"blobs/{descriptor['digest'].replace(':', '/')}")))

    descriptors = json.loads(await content("index.json"))["manifests"]
    while len(descriptors) == 1 and descriptors[0]["mediaType"].endswith(("index.v1+json", "list.v2+json")):
        descriptors = (await blob(descriptors[0]))["manifests"]
    facts = []
    for descriptor in descriptors:
        manifest = await blob(descriptor)
        config = await blob(manifest["config"])
        facts.append(
            ManifestFacts(
                platform=f"{config['os']}/{config['architecture']}",
                layers=tuple(layer["size"] for layer in manifest["layers"]),
            )
        )
    return facts
