"""Prepare an image layout for Trivy: each platform is found, and every layer is searched for secrets.

Trivy takes the first image of an index that ``index.json`` names, and searches no secrets in layers that it takes for
the base's: those below the last ``CMD`` of the history that is not at its end.

What Trivy finds in a layer depends on that layer alone, and it can keep that in its cache. So the lowest layers, which
seldom change, are images of their own too: the base, and the base with the installed packages. Who scans these first
has all of their layers in the cache.
"""

from collections.abc import Sequence
from pathlib import Path
from typing import Any

from ci.intool.common.blob import adopted, document
from ci.intool.common.failure import Failure
from ci.intool.common.layout import Layout, LayoutImage
from ci.intool.common.media import CONFIG, INDEX, MANIFEST, canonical
from ci.intool.oci.config import layer_names
from ci.intool.oci.layers import ORDER

BELOW = "below-{}.json"
"""Name of the file that is ``index.json`` for an image of lower layers."""


def flatten(layout: str, out: str) -> dict[str, dict[str, Any]]:
    """Write a layout beside another one, whose ``index.json`` names each platform's image itself.

    The layers are hard links where they can be. The configurations are copies in which no instruction of the history
    looks like the end of a base image.

    Args:
        layout: directory of the image layout.
        out: directory to write; absent or empty. To Trivy, a colon or ``@`` in a path begins a tag.

    Returns:
        Platform to ``input``, what ``trivy image --input`` is given; ``digest``, of the image's real manifest; and
        ``below``, the images of its lowest layers, each with ``input``, ``index``, the name of its ``index.json``, and
        ``blobs``: paths of all that it consists of beside that and ``oci-layout``.

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
        image.platform: {
            "input": f"{out}@{copies[image.platform]['digest']}",
            "digest": image.digest,
            "below": [_below(image, count, target) for count in lowest(layer_names(image.config))],
        }
        for image in images
    }


def _copied(layout: Layout, image: LayoutImage, place: Path) -> dict[str, object]:
    history = [_harmless(entry) for entry in image.config.get("history") or []]
    config = document({**image.config, "history": history}, CONFIG, place)
    for layer in image.manifest["layers"]:
        adopted(layout.path(layer["digest"]), place)
    return document({**image.manifest, "mediaType": MANIFEST, "config": config}, MANIFEST, place)


def lowest(names: Sequence[str]) -> list[int]:
    """How many of the lowest layers are an image each, the smallest first. Pure.

    Args:
        names: of all layers, lowest first, as ``layer_names`` gives them.
    """
    base = next((number for number, name in enumerate(names) if name in ORDER), len(names))
    packages = base + (tuple(names[base : base + 1]) == ORDER[:1])
    return sorted({base, packages} - {0, len(names)})


def _below(image: LayoutImage, count: int, target: Path) -> dict[str, Any]:
    """Write the documents of an image of the lowest layers, whose history has the same words for them."""
    place = target / "blobs" / "sha256"
    history = [entry for entry in image.config.get("history") or [] if not entry.get("empty_layer")]
    diff_ids = image.config["rootfs"]["diff_ids"]
    config: dict[str, Any] = {
        **{key: image.config[key] for key in ("architecture", "os", "variant") if key in image.config},
        "rootfs": {"type": "layers", "diff_ids": diff_ids[:count]},
        "history": [
            {"created_by": entry["created_by"]} if "created_by" in entry else {}
            for entry in (history[:count] if len(history) == len(diff_ids) else ())
        ],
    }
    named, layers = document(config, CONFIG, place), image.manifest["layers"][:count]
    manifest = document({"schemaVersion": 2, "mediaType": MANIFEST, "config": named, "layers": layers}, MANIFEST, place)
    index = BELOW.format(str(manifest["digest"]).partition(":")[2])
    (target / index).write_bytes(canonical({"schemaVersion": 2, "mediaType": INDEX, "manifests": [manifest]}))
    blobs = [f"blobs/{str(one['digest']).replace(':', '/')}" for one in (manifest, named, *layers)]
    return {"input": f"{target}@{manifest['digest']}", "index": index, "blobs": blobs}


def _harmless(entry: dict[str, Any]) -> dict[str, Any]:
    return {**entry, "created_by": f"# {entry.get('created_by', '')}"} if entry.get("empty_layer") else entry
