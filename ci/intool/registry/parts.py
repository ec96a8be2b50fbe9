"""The parts of an image layout, in the order in which a registry accepts them."""

from dataclasses import dataclass
from pathlib import Path
from typing import Any

from ci.intool.common.failure import Failure
from ci.intool.common.layout import DEPTH_LIMIT, Layout
from ci.intool.common.media import INDEX


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
    """The index and all that it lists; listed manifests come before the index that lists them.

    Raises:
        Failure: one is missing or does not match its digest, or indexes are nested too deep.
    """
    return tuple(_part(layout, descriptor) for descriptor, _ in _all(layout).values())


def blobs(layout: Layout) -> tuple[Part, ...]:
    """Configs and layers of all platforms, each once.

    Raises:
        Failure: one is missing; the content of layers is not read.
    """
    found: dict[str, Part] = {}
    for _, content in _all(layout).values():
        for descriptor in (*filter(None, [content.get("config")]), *content.get("layers", ())):
            found.setdefault(descriptor["digest"], _part(layout, descriptor))
    return tuple(found.values())


def _all(layout: Layout) -> dict[str, tuple[dict[str, Any], dict[str, Any]]]:
    """Descriptor and content of all manifests, each once."""
    digest, content = layout.index()
    size = layout.path(digest).stat().st_size
    found: dict[str, tuple[dict[str, Any], dict[str, Any]]] = {}
    _add(layout, {"digest": digest, "mediaType": content.get("mediaType") or INDEX, "size": size}, found, DEPTH_LIMIT)
    return found


def _add(
    layout: Layout, descriptor: dict[str, Any], found: dict[str, tuple[dict[str, Any], dict[str, Any]]], depth: int
) -> None:
    if descriptor["digest"] in found:
        return
    if not depth:
        raise Failure(
            f"{layout.name}: {descriptor['digest']} is nested deeper than {DEPTH_LIMIT} indexes", "build again"
        )
    content = layout.manifest(descriptor)
    for child in content.get("manifests", ()):
        _add(layout, child, found, depth - 1)
    found[descriptor["digest"]] = (descriptor, content)


def _part(layout: Layout, descriptor: dict[str, Any]) -> Part:
    path = layout.path(descriptor["digest"])
    return Part(digest=descriptor["digest"], media_type=descriptor["mediaType"], size=path.stat().st_size, path=path)
