"""The images of all platforms as one OCI image layout."""

import dagger

from ci.pins import ImageRef
from ci.stages.containers import image


def layout(images: dict[str, dagger.Container], tools: ImageRef) -> dagger.Directory:
    """Write the layout.

    Args:
        images: platform to image.
        tools: an image with tar.
    """
    first, *others = images.values()
    tarball = first.as_tarball(platform_variants=others, media_types=dagger.ImageMediaTypes.OCIMediaTypes)
    return (
        image(tools)
        .with_mounted_file("/image.tar", tarball)
        .with_exec(["mkdir", "/layout"])
        .with_exec(["tar", "-xf", "/image.tar", "-C", "/layout"])
        .directory("/layout")
    )
