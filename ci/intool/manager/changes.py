"""Differences between two images. Pure."""

from collections.abc import Mapping
from typing import Any

from ci.intool.manager.settings import settings
from ci.intool.registry.image import ANNOTATION, ImageLayer, RegistryImage
from ci.intool.rootfs.entry import Entry
from ci.intool.rootfs.packages import described

Files = Mapping[str, Entry]


def configuration(old: RegistryImage, new: RegistryImage) -> dict[str, list[Any]]:
    """Settings that differ: name to [old, new]; variables, labels and annotations each by ``env.NAME`` and so on."""
    before, after = _flat(old), _flat(new)
    return {
        name: [before.get(name), after.get(name)]
        for name in sorted(before.keys() | after.keys())
        if before.get(name) != after.get(name)
    }


def _flat(image: RegistryImage) -> dict[str, Any]:
    flat = settings(image)
    groups = {"env": flat.pop("env"), "labels": flat.pop("labels"), "annotations": image.annotations}
    return flat | {f"{group}.{name}": value for group, named in groups.items() for name, value in named.items()}


def transfer(old: RegistryImage, new: RegistryImage) -> dict[str, Any]:
    """The download for an update from the old image to the new one.

    Returns:
        "shared" and "sent" layers of the new image; "bytes" to fetch: layers, configuration and manifest, each once.
    """
    has = {layer.digest for layer in old.layers} | {old.manifest.content["config"]["digest"], old.manifest.digest}
    config = new.manifest.content["config"]
    needs = {layer.digest: layer.size for layer in new.layers}
    needs |= {config["digest"]: config["size"], new.manifest.digest: len(new.manifest.body)}
    return {
        "shared": [_layer(layer) for layer in new.layers if layer.digest in has],
        "sent": [_layer(layer) for layer in new.layers if layer.digest not in has],
        "bytes": sum(size for digest, size in needs.items() if digest not in has),
    }


def _layer(layer: ImageLayer) -> dict[str, Any]:
    return {"name": layer.name, "digest": layer.digest, "size": layer.size}


def base(old: RegistryImage, new: RegistryImage) -> dict[str, Any]:
    """Whether the base layers differ, and the base that each image names."""
    stacks = [[layer.digest for layer in image.layers if layer.name == "base"] for image in (old, new)]
    names = [
        " ".join(filter(None, (texts.get(f"{ANNOTATION}base.name"), texts.get(f"{ANNOTATION}base.digest"))))
        for texts in ({**image.labels, **image.annotations} for image in (old, new))
    ]
    return {"changed": stacks[0] != stacks[1], "from": names[0], "to": names[1]}


def files(old: Files, new: Files, limit: int) -> dict[str, Any]:
    """Files and links that differ: "added", "removed" and "changed", largest first.

    Args:
        old: the files of the old image.
        new: the files of the new image.
        limit: so many of each are listed; "count" and "bytes" (by which the group makes the image larger) are of all.
    """
    paths = sorted(old.keys() | new.keys())
    rows = [row for path in paths if (row := _file(path, old.get(path), new.get(path)))]
    groups = {}
    for name in ("added", "removed", "changed"):
        group = sorted((row for row in rows if row["what"] == name), key=lambda row: -max(row["before"], row["after"]))
        groups[name] = {
            "count": len(group),
            "bytes": sum(row["after"] - row["before"] for row in group),
            "files": group[:limit],
        }
    return groups


def _file(path: str, old: Entry | None, new: Entry | None) -> dict[str, Any] | None:
    """One difference; None if there is none, and for directories."""
    if all(entry is None or entry.kind == "directory" for entry in (old, new)):
        return None
    aspects = _aspects(old, new) if old and new else []
    if old and new and not aspects:
        return None
    return {
        "path": f"/{path}",
        "what": "changed" if old and new else "added" if new else "removed",
        "before": old.size if old else 0,
        "after": new.size if new else 0,
        "aspects": aspects,
    }


def _aspects(old: Entry, new: Entry) -> list[str]:
    facts = {
        "kind": (old.kind, new.kind),
        "content": ((old.digest, old.target), (new.digest, new.target)),
        "mode": (old.mode, new.mode),
        "owner": (old.owner, new.owner),
    }
    return [name for name, (before, after) in facts.items() if before != after]


def packages(old: Files, new: Files) -> dict[str, list[Any]]:
    """Packages of npm by their package.json files: "added", "removed" and "changed", each with its versions."""
    before, after = _versions(old), _versions(new)
    return {
        "added": [{"name": name, "versions": after[name]} for name in sorted(after.keys() - before.keys())],
        "removed": [{"name": name, "versions": before[name]} for name in sorted(before.keys() - after.keys())],
        "changed": [
            {"name": name, "from": before[name], "to": after[name]}
            for name in sorted(after.keys() & before.keys())
            if before[name] != after[name]
        ],
    }


def _versions(seen: Files) -> dict[str, list[str]]:
    found: dict[str, set[str]] = {}
    for name, version in filter(None, map(described, seen.values())):
        found.setdefault(name, set()).add(version)
    return {name: sorted(versions) for name, versions in found.items()}
