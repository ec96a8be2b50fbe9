"""What an image holds: bytes by layer and npm package. Pure."""

from collections import Counter

from ci.intool.checks.image import CheckedImage
from ci.intool.rootfs.entry import Entry
from ci.intool.rootfs.packages import owner

NODE = "Node.js"
"""What the runtime itself is called; it is no npm package."""


def contents(image: CheckedImage) -> list[dict[str, str | int]]:
    """Bytes of files before compression; their sum is the size that check FS-20 holds against the budget.

    Args:
        image: of one platform.

    Returns:
        ``layer``, ``package`` (empty for files of no npm package) and ``bytes`` of each pair that holds any; layers
        lowest first, the largest packages of each first.
    """
    found: dict[str, Counter[str]] = {}
    for name, layer in zip(image.layer_names, image.layers, strict=True):
        sizes = found.setdefault(name, Counter())
        for entry in layer.entries.values():
            sizes[_title(entry)] += entry.size
    return [
        {"layer": layer, "package": package, "bytes": size}
        for layer, sizes in found.items()
        for package, size in sorted(sizes.items(), key=lambda one: (-one[1], one[0]))
        if size
    ]


def _title(entry: Entry) -> str:
    package = owner(entry.path)
    if package:
        return package.title
    return NODE if entry.node is not None else ""
