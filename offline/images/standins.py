"""The list of stand-ins: which digest this machine has under an upstream name."""

import json
from collections.abc import Iterable
from pathlib import Path

from offline.images.layout import REFERENCE

PATH = "/etc/next-distroless/stand-ins.toml"
"""Where an image with ``stand_ins = true`` carries the list."""


def pins(layouts: Iterable[Path]) -> str:
    """List the references of layouts with the digests of their indexes.

    Args:
        layouts: what ``assemble`` gave.

    Returns:
        TOML: a table ``[images]``, sorted by reference.
    """
    found = {}
    for layout in layouts:
        for descriptor in json.loads((layout / "index.json").read_text("utf-8"))["manifests"]:
            found[descriptor["annotations"][REFERENCE]] = descriptor["digest"]
    return "[images]\n" + "".join(f'"{reference}" = "{digest}"\n' for reference, digest in sorted(found.items()))
