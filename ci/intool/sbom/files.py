"""The files of an image, with the content of those that describe its components."""

from collections.abc import Mapping
from typing import NamedTuple

from ci.intool.common.failure import Failure
from ci.intool.common.layout import DOCUMENT_LIMIT, LayoutImage
from ci.intool.rootfs.content import MANIFESTS, SYSTEM
from ci.intool.rootfs.entry import Entry
from ci.intool.rootfs.layer import Layer
from ci.intool.rootfs.rootfs import Rootfs


class Program(NamedTuple):
    """A Node.js: its version, empty if it holds none, and the SHA-256 of its file."""

    version: str
    sha256: str


Files = dict[str, bytes | Program | None]
"""Path without leading slash to the text or Node.js there; None for any other file."""


def files(image: LayoutImage, layers: Mapping[str, Layer]) -> Files:
    """The files that a container sees; links and directories are left out.

    Args:
        image: of one platform.
        layers: digest to layer, as ``ci.intool.rootfs.index.layers`` gives them.

    Raises:
        Failure: a text is too large to be one.
    """
    seen = Rootfs([layers[one["digest"]] for one in image.manifest["layers"]])
    return {_path(entry.path): _content(entry) for entry in seen if entry.kind == "file"}


def _path(name: str) -> str:
    """Of characters that JSON can have."""
    return name.encode(errors="surrogateescape").decode(errors="replace")


def _content(entry: Entry) -> bytes | Program | None:
    if entry.node is not None:
        return Program(entry.node, entry.digest)
    if not (MANIFESTS.fullmatch(entry.path) or SYSTEM.fullmatch(entry.path)):
        return None
    if entry.size > DOCUMENT_LIMIT:
        raise Failure(
            f"{entry.path} of the image has {entry.size} bytes, and at most {DOCUMENT_LIMIT} are read",
            "leave the file out of the image",
        )
    return entry.text
