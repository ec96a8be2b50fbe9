"""Prepare an image layout for Trivy: each platform is found, and every layer is searched for secrets.

Trivy takes the first image of an index that ``index.json`` names, and searches no secrets in layers that it takes for
the base's: those below the last ``CMD`` of the history that is not at its end.
"""

from pathlib import Path
from typing import Any

from ci.intool.common.blob import adopted, document
from ci.intool.common.failure import Failure
from ci.intool.common.layout import Layout, LayoutImage
from ci.intool.common.media import CONFIG, INDEX, MANIFEST, canonical


def flatten(layout: str, out: str) -> dict[str, dict[str, str]]:
    """Write a layout beside another one, whose ``index.json`` names each platform's image itself.

    The layers are hard links where they can be. The configurations are copies in which no instruction of the history
    looks like the end of a base image.

    Args:
        layout: directory of the image layout.
        out: directory to write; absent or empty. To Trivy, a colon or ``@`` in a path begins a tag.

    Returns:
        Platform to ``input``, what ``trivy image --input`` is given, and ``digest``, of the image's real manifest.

    Raises:
        Failure: the layout is damaged or holds no image, or a path has a character that Trivy cannot take.
    """
    if bad := [path for path in (layout, out) if {":", "@"} & set(path)]:
        raise Failure(f"the path {bad[0]} has a colon or an @, which Trivy takes for a tag", "name another directory")
    source, target = Layout(Path(layout)), Path(out)
    images = source.images()
    if not images:
        raise Failure(f"{source.name} holds no image", "build the layout again")
    place = target / "blobs" / "sha256"
    place.mkdir(parents=True, exist_ok=True)
    copies = {image.platform: _copied(source, image, place) for image in images}
    (target / "oci-layout").write_bytes(canonical({"imageLayoutVersion": "1.0.0"}))
    index = {"schemaVersion": 2, "mediaType": INDEX, "manifests": list(copies.values())}
    (target / "index.json").write_bytes(canonical(index))
    return {
        image.platform: {"input": f"{out}@{copies[image.platform]['digest']}", "digest": image.digest}
        for image in images
    }


def _copied(layout: Layout, image: LayoutImage, place: Path) -> dict[str, object]:
    history = [_harmless(entry) for entry in image.config.get("history") or []]
    config = document({**image.config, "history": history}, CONFIG, place)
    for layer in image.manifest["layers"]:
        adopted(layout.path(layer["digest"]), place)
    return document({**image.manifest, "mediaType": MANIFEST, "config": config}, MANIFEST, place)


def _harmless(entry: dict[str, Any]) -> dict[str, Any]:
    return {**entry, "created_by": f"# {entry.get('created_by', '')}"} if entry.get("empty_layer") else entry
