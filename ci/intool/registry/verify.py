"""Verify that a pushed image is complete: everything that it names is there, and matches its digest."""

from collections.abc import Iterator
from concurrent.futures import ThreadPoolExecutor
from typing import Any

from ci.intool.common.failure import Failure
from ci.intool.common.json_reader import parsed
from ci.intool.common.layout import DEPTH_LIMIT, MOST
from ci.intool.common.media import CONFIGS, INDEXES, platform_name
from ci.intool.common.reference import split
from ci.intool.common.text import human, table
from ci.intool.registry.client import FIX, Manifest, Repository


def verify(reference: str) -> dict[str, Any]:
    """Fetch the index, every manifest and config, and check that every layer exists.

    Args:
        reference: repository with a digest or a tag; an image of one platform does as well.

    Returns:
        `ref` and `digest`; `platforms`: for each image its `platform`, `digest`, `size` (compressed bytes of its
        layers) and how many `layers` it has; `text` for people.

    Raises:
        Failure: something is missing or different; the message names it.
    """
    name, tag = split(reference)
    repository = Repository(name)
    top = repository.manifest(tag)
    images = list(_images(repository, top, {}, DEPTH_LIMIT, iter(range(MOST))))
    layers = {layer["digest"]: layer["size"] for image, _ in images for layer in image.content.get("layers", ())}
    with ThreadPoolExecutor(4) as pool:
        for digest, size, found in zip(layers, layers.values(), pool.map(repository.blob_size, layers), strict=True):
            _compare(repository.at(digest), size, found)
    platforms = [_platform(repository, *image) for image in images if _is_image(*image)]
    rows = [(one["platform"], f"{one['layers']} layers", human(one["size"]), "all there") for one in platforms]
    return {
        "ref": repository.at(top.digest),
        "digest": top.digest,
        "platforms": platforms,
        "text": "\n".join([repository.at(top.digest), *(table(rows) if rows else [])]),
    }


def _images(
    repository: Repository, manifest: Manifest, listed: dict[str, Any], depth: int, left: Iterator[int]
) -> Iterator[tuple[Manifest, dict[str, Any]]]:
    if not depth or next(left, None) is None:
        what = f"has indexes nested deeper than {DEPTH_LIMIT}, or with more than {MOST} manifests"
        raise Failure(f"{repository.at(manifest.digest)} {what}", "name the index of an image: this one is far larger")
    if manifest.media_type not in INDEXES:
        yield manifest, listed
        return
    for descriptor in manifest.content.get("manifests", ()):
        below = repository.manifest(descriptor["digest"])
        _compare(repository.at(descriptor["digest"]), descriptor["size"], len(below.body))
        yield from _images(repository, below, descriptor.get("platform") or {}, depth - 1, left)


def _is_image(manifest: Manifest, listed: dict[str, Any]) -> bool:
    config = manifest.content.get("config") or {}
    return config.get("mediaType") in CONFIGS and listed.get("os") != "unknown"


def _platform(repository: Repository, manifest: Manifest, listed: dict[str, Any]) -> dict[str, Any]:
    named = manifest.content["config"]
    body = repository.blob(named["digest"])
    where = repository.at(named["digest"])
    _compare(where, named["size"], len(body))
    config = parsed(body, where, FIX).value
    keys = ("os", "architecture", "variant")
    found = platform_name(*(str(config.get(key) or "") for key in keys))
    expected = platform_name(*(str(listed.get(key) or "") for key in keys)) or found
    if expected != found:
        raise Failure(
            f"{repository.at(manifest.digest)} is listed for {expected}, but its config has {found}",
            "build the image again for each platform, and push it",
        )
    layers = manifest.content.get("layers", [])
    size = sum(layer["size"] for layer in layers)
    return {"platform": found, "digest": manifest.digest, "size": size, "layers": len(layers)}


def _compare(where: str, size: int, found: int | None) -> None:
    if found is None:
        raise Failure(f"{where} is missing: a part of the image is not in the registry", "push the image again")
    if found not in {size, -1}:
        raise Failure(
            f"{where} has {found} bytes instead of {size}", "push the image again: the registry has other bytes"
        )
