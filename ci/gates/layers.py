"""Layers that seldom change, mounted by their content: the engine has the results of earlier runs where they are equal.

The engine knows a file by its content and a directory by how it was made, so each layer is mounted as a file.
"""

import dagger

from ci.build.assemble import Assembled

BLOBS = "/blobs"
LARGE = 1_000_000
"""Bytes of a blob from which on it is worth an operation of its own: starting one takes some 0.3 s."""

BASE = "base"
"""Name of all layers of a base image."""


def apart(image: Assembled) -> list[tuple[str, ...]]:
    """The layers that are read apart, those of one operation together: each base's, and each large one of the app.

    Args:
        image: as layout.

    Returns:
        The sha256 in hex of each.
    """
    groups: dict[tuple[str, ...], None] = {}
    for made in image.platforms.values():
        below = tuple(_hex(one["digest"]) for one in made["layers"] if one["name"] == BASE)
        own = ((_hex(one["digest"]),) for one in made["layers"] if one["name"] != BASE and one["size"] >= LARGE)
        groups |= dict.fromkeys([*([below] if below else []), *own])
    return list(groups)


def with_blobs(container: dagger.Container, image: Assembled, names: tuple[str, ...]) -> dagger.Container:
    """Mount some layers at ``BLOBS``.

    Args:
        container: gets them.
        image: that has them, as layout.
        names: the sha256 in hex of each.
    """
    for name in names:
        container = container.with_mounted_file(f"{BLOBS}/{name}", image.layout.file(f"blobs/sha256/{name}"))
    return container


def _hex(digest: str) -> str:
    return digest.partition(":")[2]
