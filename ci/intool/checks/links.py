"""FS-06: where links lead."""

from collections.abc import Iterator

from ci.intool.checks.definition import Fault, check
from ci.intool.checks.image import CheckedImage

KERNEL = ("dev", "proc", "sys")
"""Directories that are filled when a container starts."""


@check("FS-06")
def links(image: CheckedImage) -> Iterator[Fault]:
    """Links lead to something inside the root, and links of the app to something of the app."""
    own = {node.path for node in image.own}
    for node in image.files:
        if node.kind != "link" or node.target.lstrip("/").split("/")[0] in KERNEL:
            continue
        target = image.files.resolve(node.path) if node.symbolic else None
        if node.symbolic and image.files.leaves(node):
            yield node.path, f"leads to {node.target}, above the root"
        elif not target:
            yield node.path, f"leads to {node.target}, which is not there"
        elif node.path in own and target.path not in own:
            yield node.path, f"leads to {node.target}, outside the app"
