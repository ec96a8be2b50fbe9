"""Comparison of two layouts: equal, or the first difference named down to the byte."""

from collections.abc import Callable, Iterator, Mapping
from typing import Any

from ci.intool.common.failure import Failure
from ci.intool.common.layout import Layout, LayoutImage
from ci.intool.common.media import COMPRESSIONS
from ci.intool.oci.config import layer_names
from ci.intool.oci.contents import LayerFile, differing
from ci.intool.oci.json_compare import difference


def compare(a: Layout, b: Layout) -> dict[str, Any]:
    """Compare two layouts.

    Returns:
        ``equal``; ``a`` and ``b``, the digests; ``first``, the first difference, None if there is none; ``files``,
        how many paths differ in all layers. A difference has a ``part`` and, within a platform's image, the
        ``platform``:

        - ``platforms``: ``a`` and ``b`` list them.
        - ``layers``: the images have other layers; ``a`` and ``b`` list their names.
        - ``layer``: ``layer`` names it, and the rest is what ``contents.differing`` reports.
        - ``config``, ``annotations``, ``manifest``, ``index``: what ``json_compare.difference`` reports.
        - ``compression``: ``layers`` hold the same tar files, compressed otherwise; reported last.
        - ``encoding``: equal values, written as other JSON.

    Raises:
        Failure: a layout is broken.
    """
    (ours, index), (theirs, other) = a.index(), b.index()
    files = _Files(a, b)
    first = None
    if ours != theirs:
        found = list(_differences(files, index, other)) or [_remaining("index", index, other)]
        first = next((one for one in found if one["part"] != "compression"), found[0])
    return {"equal": ours == theirs, "a": ours, "b": theirs, "first": first, "files": files.differing}


class _Files:
    """Compares layers, each pair once though several platforms may share it."""

    def __init__(self, a: Layout, b: Layout) -> None:
        self.a, self.b = a, b
        self._known: dict[tuple[str, str], tuple[dict[str, Any], int]] = {}

    def compare(self, ours: Mapping[str, Any], theirs: Mapping[str, Any]) -> dict[str, Any]:
        pair = (ours["digest"], theirs["digest"])
        if pair not in self._known:
            self._known[pair] = differing(_file(self.a, ours), _file(self.b, theirs))
        return self._known[pair][0]

    @property
    def differing(self) -> int:
        return sum(count for _, count in self._known.values())


def _file(layout: Layout, descriptor: Mapping[str, Any]) -> LayerFile:
    kind = COMPRESSIONS.get(descriptor["mediaType"])
    if not kind:
        raise Failure(
            f"{layout.name}: a layer is {descriptor['mediaType']}, neither gzip nor zstd", "compare OCI images"
        )
    return LayerFile(layout.blob(descriptor), kind)


def _differences(files: _Files, a: dict[str, Any], b: dict[str, Any]) -> Iterator[dict[str, Any]]:
    ours, theirs = ({image.platform: image for image in layout.images()} for layout in (files.a, files.b))
    if list(ours) != list(theirs):
        yield {"part": "platforms", "a": list(ours), "b": list(theirs)}
    for platform, image in ours.items():
        other = theirs.get(platform)
        if other and image.digest != other.digest:
            found = list(_image(files, image, other)) or [_remaining("manifest", image.manifest, other.manifest)]
            yield from ({**one, "platform": platform} for one in found)
    top = difference(a.get("annotations", {}), b.get("annotations", {}), "annotations")
    if top:
        yield {"part": "annotations", **top}
    compared = {image.digest for image in (*ours.values(), *theirs.values())}
    rest = difference(_bare(a, compared), _bare(b, compared), "index")
    if rest:
        yield {"part": "index", **rest}


def _remaining(part: str, a: dict[str, Any], b: dict[str, Any]) -> dict[str, Any]:
    """The difference of images whose configuration and files are equal: compression or encoding."""
    found = difference(a, b, part)
    return {"part": part, **found} if found else {"part": "encoding"}


def _image(files: _Files, a: LayoutImage, b: LayoutImage) -> Iterator[dict[str, Any]]:
    ours, theirs = _layers(a), _layers(b)
    if list(ours) != list(theirs):
        yield {"part": "layers", "a": [name for name, _ in ours], "b": [name for name, _ in theirs]}
    recompressed = []
    for key in (key for key in ours if key in theirs):
        (one, diff_id), (other, other_diff_id) = ours[key], theirs[key]
        if diff_id != other_diff_id:
            yield {"part": "layer", "layer": key[0], **files.compare(one, other)}
        elif one["digest"] != other["digest"]:
            recompressed.append(key[0])
    for part, view in _VIEWS.items():
        found = difference(view(a), view(b), part)
        if found:
            yield {"part": part, **found}
    if recompressed:
        yield {"part": "compression", "layers": recompressed}


def _layers(image: LayoutImage) -> dict[tuple[str, int], tuple[dict[str, Any], str]]:
    """Descriptor and diff id of every layer, by its name and how many below it are called the same."""
    names = layer_names(image.config)
    keys = ((name, names[:number].count(name)) for number, name in enumerate(names))
    return dict(zip(keys, zip(image.manifest["layers"], image.config["rootfs"]["diff_ids"], strict=True), strict=True))


_VIEWS: dict[str, Callable[[LayoutImage], Any]] = {
    "config": lambda image: _without(image.config, "rootfs"),
    "annotations": lambda image: image.manifest.get("annotations", {}),
    "manifest": lambda image: _without(image.manifest, "config", "layers", "annotations"),
}
"""Parts of an image that are compared as JSON, in this order, after its layers."""


def _bare(index: dict[str, Any], compared: set[str]) -> dict[str, Any]:
    """An index without what is reported elsewhere: its annotations, and digests of images that were compared."""
    manifests = [
        _without(one, "digest", "size") if one["digest"] in compared else one for one in index.get("manifests", [])
    ]
    return {**_without(index, "annotations"), "manifests": manifests}


def _without(value: Mapping[str, Any], *keys: str) -> dict[str, Any]:
    return {key: content for key, content in value.items() if key not in keys}
