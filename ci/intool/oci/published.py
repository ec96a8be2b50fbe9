"""Images that this pipeline made, in a layout that was fetched from a registry."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import Any

from ci.intool.common.failure import Failure
from ci.intool.common.json_reader import Json
from ci.intool.common.layout import Layout, LayoutImage
from ci.intool.common.media import is_digest
from ci.intool.oci.config import layer_names
from ci.intool.oci.spec import BASE, TIME


@dataclass(frozen=True, kw_only=True)
class App:
    """The image of one platform.

    Attributes:
        image: as the layout has it.
        below: how many of its layers are the base image's.
        layers: name and diff id of those above, which are the app's, lowest first.
        created: RFC 3339 time.
        annotations: of the manifest.
    """

    image: LayoutImage
    below: int
    layers: Sequence[tuple[str, str]]
    created: str
    annotations: Mapping[str, str]


@dataclass(frozen=True, kw_only=True)
class Published:
    """An image for all its platforms.

    Attributes:
        layout: what it is in.
        digest: of its index.
        annotations: of its index.
        base: ``name`` and ``digest`` of the base image, from the annotations.
        apps: platform to image, in the order of the index.
    """

    layout: Layout
    digest: str
    annotations: Mapping[str, str]
    base: Mapping[str, str]
    apps: Mapping[str, App]


def published(layout: Layout) -> Published:
    """Find the image in a layout; signatures, attestations and other referrers beside it are ignored.

    Raises:
        Failure: the layout does not hold exactly one image with an index, or this pipeline did not make it.
    """
    # A list of referrers (OCI distribution specification 1.1, "referrers tag schema") is an index without platforms.
    found = {
        digest: index
        for digest, index in layout.indexes().items()
        if any(one.get("platform") for one in index["manifests"])
    }
    if len(found) != 1:
        raise Failure(
            f"{layout.name}: {len(found)} images with an index of platforms are in it, not one",
            "copy one image with all its platforms into an empty directory",
        )
    ((digest, index),) = found.items()
    images = layout.images(digest)
    apps = {image.platform: _app(layout, image) for image in images}
    if not apps or len(apps) != len(images):
        raise _foreign(layout, "has not one image for each platform")
    annotations = _annotations(layout, index)
    base = {key: annotations.get(name, "") for key, name in BASE.items()}
    if not base["name"] or not is_digest(base["digest"]):
        raise _foreign(layout, f"has no annotations {' and '.join(BASE.values())}")
    return Published(layout=layout, digest=digest, annotations=annotations, base=base, apps=apps)


def _app(layout: Layout, image: LayoutImage) -> App:
    names = layer_names(image.config)
    below = next((number for number, name in enumerate(names) if name != "base"), len(names))
    if below == len(names):
        raise _foreign(layout, f"has no layers of an app for {image.platform}")
    if "base" in names[below:]:
        raise _foreign(layout, f"has other layers on those of the app for {image.platform}")
    try:
        created = Json("the configuration", image.config).matching("created", TIME, "a time")
    except Failure:
        raise _foreign(layout, f"has no valid time (`created`) for {image.platform}") from None
    layers = list(zip(names, image.config["rootfs"]["diff_ids"], strict=True))[below:]
    annotations = _annotations(layout, image.manifest)
    return App(image=image, below=below, layers=layers, created=created, annotations=annotations)


def _annotations(layout: Layout, document: Mapping[str, Any]) -> dict[str, str]:
    try:
        return Json("the manifest", document).mapping("annotations")
    except Failure:
        raise _foreign(layout, "has annotations that are not texts") from None


def _foreign(layout: Layout, what: str) -> Failure:
    return Failure(f"{layout.name}: the image {what}, so this pipeline did not make it", "build it with this pipeline")
