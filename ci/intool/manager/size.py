"""Where an image's bytes are: by layer, by npm package, by file."""

from collections import Counter
from collections.abc import Iterator, Mapping, Sequence
from typing import Any

from ci.intool.common.text import human, plain, table
from ci.intool.manager.stack import stacks
from ci.intool.manager.treemap import treemap
from ci.intool.registry.image import ImageLayer, find
from ci.intool.rootfs.layer import Layer, merge
from ci.intool.rootfs.packages import owner, shortened


def size(reference: str, platform: str = "", limit: int = 20) -> dict[str, Any]:
    """Measure an image.

    Args:
        reference: ``HOST/REPOSITORY:TAG`` or ``HOST/REPOSITORY@DIGEST``.
        platform: such as ``linux/arm64``; by default linux/amd64 or, if there is none, the first.
        limit: so many of the largest files are listed, and so many packages in the text.

    Returns:
        Bytes: "compressed" as a pull fetches them, by layer; "uncompressed" as they lie on disk, by layer, package and
        file. Files that a higher layer hides count for their layer (as "hidden"), and for nothing else. "treemap" is
        nested ``{"name", "bytes", "children"}``. "text" for people.

    Raises:
        Failure: the image is not there, or a layer cannot be read.
    """
    found = find(reference)
    image = found.image(platform)
    (stack,) = stacks([(found.repository, image)])
    facts = {
        "reference": found.repository.at(found.reference),
        "digest": image.manifest.digest,
        "platform": image.platform,
        **measure(image.layers, stack, limit),
    }
    return {**facts, "text": "\n".join(_lines(facts, limit))}


def measure(layers: Sequence[ImageLayer], stack: Sequence[Layer], limit: int) -> dict[str, Any]:
    """The figures of `size`. Pure."""
    seen = {path: (entry, number) for path, (entry, number) in merge(stack).items() if entry.kind == "file"}
    visible = Counter[int]()
    for entry, number in seen.values():
        visible[number] += entry.size
    sizes = {path: entry.size for path, (entry, _) in seen.items()}
    largest = sorted(sizes, key=lambda path: (-sizes[path], path))[:limit]
    return {
        "compressed": sum(layer.size for layer in layers),
        "uncompressed": sum(sizes.values()),
        "layers": [
            {
                "name": layer.name,
                "digest": layer.digest,
                "compressed": layer.size,
                "uncompressed": content.size,
                "hidden": content.size - visible[number],
                "files": sum(entry.kind == "file" for entry in content.entries.values()),
            }
            for number, (layer, content) in enumerate(zip(layers, stack, strict=True))
        ],
        "packages": by_package(sizes),
        "files": [{"path": f"/{path}", "bytes": sizes[path], "layer": layers[seen[path][1]].name} for path in largest],
        "treemap": treemap(sizes),
    }


def by_package(sizes: Mapping[str, int]) -> list[dict[str, Any]]:
    """Bytes and files of each npm package, largest first. Pure.

    Args:
        sizes: path to bytes.
    """
    found: dict[str, Counter[str]] = {}
    for path, bytes_ in sizes.items():
        if package := owner(path):
            found.setdefault(package.title, Counter()).update(bytes=bytes_, files=1)
    ordered = sorted(found.items(), key=lambda item: (-item[1]["bytes"], item[0]))
    return [{"name": name, "bytes": figures["bytes"], "files": figures["files"]} for name, figures in ordered]


def _lines(facts: Mapping[str, Any], limit: int) -> Iterator[str]:
    yield f"{plain(facts['reference'])}  {facts['platform']}"
    yield f"  {human(facts['compressed'])} to pull, {human(facts['uncompressed'])} on disk"
    yield "\nLayers"
    rows = [("name", "to pull", "on disk", "hidden", "files")]
    rows += [
        (
            layer["name"],
            human(layer["compressed"]),
            human(layer["uncompressed"]),
            human(layer["hidden"]),
            layer["files"],
        )
        for layer in facts["layers"]
    ]
    yield from table(rows, right=[1, 2, 3, 4])
    if facts["packages"]:
        top = facts["packages"][:limit]
        yield f"\nnpm packages, {len(top)} of {len(facts['packages'])}"
        yield from table([(human(one["bytes"]), one["name"]) for one in top], right=[0])
    if facts["files"]:
        yield "\nLargest files"
        yield from table(
            [(human(one["bytes"]), shortened(one["path"]), one["layer"]) for one in facts["files"]], right=[0]
        )
