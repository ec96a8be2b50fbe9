"""Facts of an image, and its referrers."""

from collections.abc import Iterator, Mapping
from typing import Any

from ci.intool.common.text import human, plain, short, table
from ci.intool.manager.settings import listed, settings
from ci.intool.registry.graph import attached_to
from ci.intool.registry.image import ANNOTATION, RegistryImage, ResolvedReference, find
from ci.intool.registry.inventory import targets


def info(reference: str) -> dict[str, Any]:
    """Describe the image that a reference names.

    Args:
        reference: ``HOST/REPOSITORY:TAG`` or ``HOST/REPOSITORY@DIGEST``.

    Returns:
        Facts of the image, one entry in "platforms" for each; "tags" are all that name the same digest; "referrers" are
        what refers to it or to one of its platforms' images; sizes in bytes, those of layers compressed; "text" for
        people.

    Raises:
        Failure: it is not there.
    """
    found = find(reference)
    repository, manifest = found.repository, found.manifest
    digests = dict.fromkeys([manifest.digest, *(image.manifest.digest for image in found.images)])
    facts = {
        "reference": repository.at(found.reference),
        "digest": manifest.digest,
        "media_type": manifest.media_type,
        "artifact_type": manifest.content.get("artifactType", ""),
        **{name: fact(found, name) for name in ("version", "created", "revision", "source")},
        "annotations": manifest.content.get("annotations") or {},
        "platforms": [_image(image) for image in found.images],
        "tags": sorted(
            tag for tag, digest in targets(repository).items() if digest == manifest.digest and not attached_to(tag)
        ),
        "referrers": [
            {
                "subject": digest,
                "digest": one["digest"],
                "artifact_type": one.get("artifactType", ""),
                "size": one["size"],
            }
            for digest in digests
            for one in repository.referrers(digest)
        ],
    }
    return {**facts, "text": "\n".join(_lines(facts))}


def fact(found: ResolvedReference, name: str) -> str:
    """A fact from an image's annotation or label; the creation time may come from its configuration.

    Args:
        found: the image.
        name: of the annotation after ``org.opencontainers.image.`` (OCI image specification 1.1, "Annotations").
    """
    places: list[Mapping[str, Any]] = [found.manifest.content.get("annotations") or {}]
    places += [image.labels for image in found.images]
    places += [{ANNOTATION + "created": image.config.get("created")} for image in found.images]
    return next((str(value) for place in places if (value := place.get(ANNOTATION + name))), "")


def _image(image: RegistryImage) -> dict[str, Any]:
    return {
        "platform": image.platform,
        "digest": image.manifest.digest,
        "size": image.size,
        "created": image.config.get("created", ""),
        "annotations": image.annotations,
        **settings(image),
        "layers": [{"name": layer.name, "digest": layer.digest, "size": layer.size} for layer in image.layers],
    }


def _lines(facts: Mapping[str, Any]) -> Iterator[str]:
    yield plain(facts["reference"])
    names = ("digest", "artifact_type", "version", "created", "revision", "source", "tags", "annotations")
    yield from table(listed({name: facts[name] for name in names}))
    for image in facts["platforms"]:
        yield f"\n{plain(image['platform'])}  {image['digest']}  {human(image['size'])}"
        skipped = {"platform", "digest", "size", "layers"}
        yield from table(listed({name: value for name, value in image.items() if name not in skipped}))
        yield "  layers"
        rows = [(layer["name"], human(layer["size"]), short(layer["digest"])) for layer in image["layers"]]
        yield from table(rows, right=[1], indent="    ")
    if facts["referrers"]:
        yield "\nReferrers"
        yield from table(
            [(one["artifact_type"] or "-", one["digest"], f"for {short(one['subject'])}") for one in facts["referrers"]]
        )
