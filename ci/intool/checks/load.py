"""From the layout of an image to what the checks see."""

from collections.abc import Mapping
from concurrent.futures import Executor, Future
from pathlib import Path
from typing import Any

from ci.intool.checks.expected import Expected
from ci.intool.checks.image import Image
from ci.intool.common.layout import Image as Document
from ci.intool.common.layout import Layout
from ci.intool.oci.base import image_for
from ci.intool.rootfs.layer import Layer, read


def images(layout: Layout, expected: Expected, pool: Executor) -> list[Image]:
    """All images of a layout; layers that several share are read once.

    Raises:
        Failure: the layout or a layer is malformed, or altered.
    """
    _, index = layout.index()
    reads: dict[str, Future[Layer]] = {}
    documents = layout.images()
    for document in documents:
        for one in document.manifest["layers"]:
            if one["digest"] not in reads:
                reads[one["digest"]] = pool.submit(_read, layout, one)
    return [_image(document, index, reads, expected) for document in documents]


def _read(layout: Layout, descriptor: Mapping[str, Any]) -> Layer:
    return read(layout.blob(descriptor), str(descriptor["mediaType"]))


def _image(
    document: Document, index: Mapping[str, Any], reads: Mapping[str, Future[Layer]], expected: Expected
) -> Image:
    return Image(
        platform=document.platform,
        config=document.config,
        annotations={"index": _object(index), f"manifest of {document.platform}": _object(document.manifest)},
        layers=[reads[one["digest"]].result() for one in document.manifest["layers"]],
        expected=expected,
    )


def _object(document: Mapping[str, Any]) -> Mapping[str, Any]:
    found = document.get("annotations")
    return found if isinstance(found, dict) else {}


def diff_ids(base: str, platform: str) -> tuple[str, ...]:
    """The diff ids of a base image, whose layout is in a directory.

    Raises:
        Failure: it is no layout, or has not one image for the platform.
    """
    image = image_for(Layout(Path(base), f"base image {base}"), platform)
    return tuple(image.config["rootfs"]["diff_ids"])
