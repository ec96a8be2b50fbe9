"""What an image layout holds, in the order in which a registry takes it."""

from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from ci.oci.media import INDEX
from ci.oci.read import Layout


@dataclass(frozen=True, kw_only=True)
class Part:
    """A blob or a manifest of a layout.

    Attributes:
        digest: its name.
        media_type: of its content.
        size: bytes.
        path: its file.
    """

    digest: str
    media_type: str
    size: int
    path: Path


def manifests(layout: Layout) -> tuple[Part, ...]:
    """The index and all that it lists, what is listed before what lists it.

    Raises:
        Failure: one is missing or not what its digest says.
    """
    digest, content = layout.index()
    top = {"digest": digest, "mediaType": content.get("mediaType", INDEX)}
    return tuple({part.digest: part for part in _below(layout, top)}.values())


def blobs(layout: Layout) -> tuple[Part, ...]:
    """Configs and layers of all platforms, each once.

    Raises:
        Failure: one is missing; the content of layers is not read.
    """
    found: dict[str, Part] = {}
    for part in manifests(layout):
        content = layout.json(part.digest)
        for descriptor in (*([content["config"]] if "config" in content else ()), *content.get("layers", ())):
            found.setdefault(descriptor["digest"], _part(layout, descriptor))
    return tuple(found.values())


def _below(layout: Layout, descriptor: dict[str, Any]) -> Iterator[Part]:
    for child in layout.json(descriptor["digest"]).get("manifests", ()):
        yield from _below(layout, child)
    yield _part(layout, descriptor)


def _part(layout: Layout, descriptor: dict[str, Any]) -> Part:
    path = layout.path(descriptor["digest"])
    return Part(digest=descriptor["digest"], media_type=descriptor["mediaType"], size=path.stat().st_size, path=path)
