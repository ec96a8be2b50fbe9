"""Load the images of a layout for the checks."""

from collections.abc import Mapping
from pathlib import Path
from typing import Any

from ci.intool.checks.expected import Expected
from ci.intool.checks.image import CheckedImage
from ci.intool.common.layout import Layout
from ci.intool.oci.base import image_for
from ci.intool.rootfs.index import layers


def images(layout: Layout, expected: Expected, index: str = "") -> list[CheckedImage]:
    """All images of a layout.

    Args:
        layout: that has them.
        expected: what the images should be.
        index: of the layout (``ci.intool.rootfs.index``); empty to read its layers.

    Raises:
        Failure: the layout or a layer is malformed, or altered.
    """
    _, document = layout.index()
    known = layers(layout, index)
    return [
        CheckedImage(
            platform=image.platform,
            config=image.config,
            annotations={
                "index": _annotations(document),
                f"manifest of {image.platform}": _annotations(image.manifest),
            },
            layers=[known[one["digest"]] for one in image.manifest["layers"]],
            expected=expected,
        )
        for image in layout.images()
    ]


def _annotations(document: Mapping[str, Any]) -> Mapping[str, Any]:
    found = document.get("annotations")
    return found if isinstance(found, dict) else {}


def diff_ids(base: str, platform: str) -> tuple[str, ...]:
    """The diff ids of a base image, whose layout is in a directory.

    Raises:
        Failure: it is not a layout, or does not have exactly one image for the platform.
    """
    image = image_for(Layout(Path(base), f"base image {base}"), platform)
    return tuple(image.config["rootfs"]["diff_ids"])
