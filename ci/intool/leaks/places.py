"""The files of a place, each with a name for people."""

import os
from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path

from ci.intool.common.failure import Failure
from ci.intool.common.layout import Layout


@dataclass(frozen=True, kw_only=True)
class Source:
    """A file to search.

    Attributes:
        name: place and what of it, such as ``image: config of linux/amd64``.
        path: of the file.
        blob: of a layout, its sha256 in hex by its name; empty for another file.
    """

    name: str
    path: Path
    blob: str = ""


def sources(name: str, path: Path) -> Iterator[Source]:
    """All files of a place.

    Args:
        name: of the place.
        path: a file; a directory, of which all files are taken, links excepted; or an image layout, of which all blobs
            are, whether something names them or not.

    Raises:
        Failure: there is nothing, or a layout that is broken.
    """
    if path.is_file():
        yield Source(name=name, path=path)
        return
    if not path.is_dir():
        raise Failure(f"{name}: there is no {path} to search", "name a file, a directory or an image layout")
    blobs = path / "blobs" / "sha256" if (path / "oci-layout").is_file() else None
    roles = _roles(Layout(path, name)) if blobs else {}
    for directory, _, files in sorted(os.walk(path)):
        for file in sorted(files):
            found = Path(directory, file)
            if found.is_file() and not found.is_symlink():
                blob = file if found.parent == blobs else ""
                yield Source(name=f"{name}: {roles.get(file) or found.relative_to(path)}", path=found, blob=blob)


def _roles(layout: Layout) -> dict[str, str]:
    """Name of a blob's file to what it is."""
    roles = dict.fromkeys(layout.indexes(), "index")
    for image in layout.images():
        roles[image.digest] = f"manifest of {image.platform}"
        roles.setdefault(image.manifest["config"]["digest"], f"config of {image.platform}")
        for number, layer in enumerate(image.manifest["layers"]):
            roles.setdefault(layer["digest"], f"layer {number} of {image.platform}")
    return {digest.partition(":")[2]: role for digest, role in roles.items()}
