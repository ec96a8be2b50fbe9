"""The layers of images, fetched and read; each layer once."""

import tempfile
from collections.abc import Iterable
from pathlib import Path

from ci.intool.registry.client import Repository
from ci.intool.registry.image import RegistryImage
from ci.intool.rootfs.content import FILES
from ci.intool.rootfs.layer import Layer, read


def stacks(images: Iterable[tuple[Repository, RegistryImage]]) -> list[list[Layer]]:
    """The layers of each image, lowest first.

    A layer that several images have is fetched once. Each is on disk only while it is read.

    Raises:
        Failure: a layer cannot be fetched or read.
    """
    known: dict[str, Layer] = {}
    found = []
    with tempfile.TemporaryDirectory() as directory:
        for repository, image in images:
            for layer in image.layers:
                if layer.digest not in known:
                    file = Path(directory) / layer.digest.replace(":", "-")
                    repository.download(layer.digest, file)
                    known[layer.digest] = read(file, layer.media_type, FILES)
                    file.unlink()
            found.append([known[layer.digest] for layer in image.layers])
    return found
