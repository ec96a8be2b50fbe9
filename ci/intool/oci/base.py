"""Base images: the layout that an exporter wrote, and the image of one platform in it."""

import re
import shutil
import tarfile
from pathlib import Path

from ci.intool.common.archive import LIMIT, forward
from ci.intool.common.compress import READ_ERRORS
from ci.intool.common.failure import Failure
from ci.intool.common.layout import Layout, LayoutImage
from ci.intool.common.media import platform_name

_FIX = "export the base image again"
_MEMBER = re.compile(r"(?:\./)?(oci-layout|index\.json|blobs/sha(?:256/[0-9a-f]{64}|512/[0-9a-f]{128}))")


def opened(base: Path, scratch: Path, limit: int = LIMIT) -> Layout:
    """Open a base image's layout.

    Args:
        base: the layout, a directory or a tar file.
        scratch: directory that does not exist, for the content of a tar file.
        limit: bytes that a tar file may have, unpacked.

    Raises:
        Failure: it is not a layout, or is larger than the limit.
    """
    if base.is_dir():
        return Layout(base, f"base image {base}")
    try:
        _unpack(base, scratch, limit)
    except (tarfile.TarError, *READ_ERRORS) as error:
        raise Failure(f"base image {base} cannot be unpacked: {error}", _FIX) from None
    return Layout(scratch, f"base image {base}")


def image_for(layout: Layout, platform: str) -> LayoutImage:
    """The image of a platform.

    Raises:
        Failure: not exactly one image in the layout is for it.
    """
    images = layout.images()
    os, architecture, *variant = platform.split("/")
    found = [
        image
        for image in images
        if (image.config.get("os"), image.config.get("architecture")) == (os, architecture)
        and (not variant or image.platform == platform_name(os, architecture, *variant))
    ]
    if len(found) != 1:
        platforms = ", ".join(image.platform for image in images) or "none"
        raise Failure(f"{layout.name}: {len(found)} images are for {platform}; it has images for {platforms}", _FIX)
    return found[0]


def _unpack(base: Path, scratch: Path, limit: int) -> None:
    """Unpack the files of a layout; everything else in the tar file is ignored."""
    with base.open("rb") as packed, forward(packed, limit, "r|*") as archive:
        for member in archive:
            named = _MEMBER.fullmatch(member.name)
            content = archive.extractfile(member) if named and member.isfile() else None
            if named and content:
                target = scratch / named[1]
                target.parent.mkdir(parents=True, exist_ok=True)
                with target.open("wb") as file:
                    shutil.copyfileobj(content, file, 1 << 20)
