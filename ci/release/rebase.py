"""Another base image below what is published, without building the app again."""

import json
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, replace

import dagger

from ci.build.assemble import Assembled, base, written
from ci.decide.pins import ImageRef
from ci.decide.plan.model import Earlier, Plan
from ci.decide.plan.release import PREFIX, named, of_version
from ci.engine import tool
from ci.engine.concurrent import gather
from ci.engine.registry_client import Client
from ci.errors import PipelineError, PublishError
from ci.intool.tags import Tags
from ci.release.evidence import SOURCE

SHOWN = 12
"""Digits of the base's digest in a tag."""


@dataclass(frozen=True, kw_only=True)
class Rebased:
    """The result.

    Attributes:
        image: for all platforms.
        version: by the image's annotation; empty where it has none.
        command: arguments of node.
        chunk: URL path of a static chunk.
    """

    image: Assembled
    version: str
    command: Sequence[str]
    chunk: str


async def rebased(client: Client, plan: Plan, published: dagger.Directory) -> Rebased:
    """Put the plan's base below an image.

    Raises:
        PublishError: the image is not one of this pipeline, or is for another Node.js.
    """
    pinned = plan.image.base
    container = tool.python(plan.tools, "oci").with_mounted_directory("/published", published)
    container, new = await _with_bases(container, client, plan, pinned, "/new")
    notes = await _annotations(published)
    earlier = ImageRef(notes.get(f"{PREFIX}base.name", ""), notes.get(f"{PREFIX}base.digest", ""))
    try:
        container, old = await _with_bases(container, client, plan, earlier, "/old")
    except PipelineError:
        old = {}
    spec = {"image": "/published", "bases": new, "base": {"name": pinned.name, "digest": pinned.digest}}
    spec |= {"old": old} if old else {}
    image, report = await written(container, "rebase", spec, PublishError)
    version = notes.get(f"{PREFIX}version", "")
    return Rebased(image=image, version=version, command=report["command"], chunk=report["chunk"])


async def _with_bases(
    container: dagger.Container, client: Client, plan: Plan, ref: ImageRef, place: str
) -> tuple[dagger.Container, dict[str, str]]:
    """Mount the layouts of a base image; gives platform to place too."""
    platforms = plan.image.platforms
    found = await gather(*(base(plan.tools, ref, platform, client.registry) for platform in platforms))
    places = {platform: f"{place}/{platform.replace('/', '-')}" for platform in platforms}
    for platform, directory in zip(platforms, found, strict=True):
        container = container.with_mounted_directory(places[platform], directory)
    return container, places


async def _annotations(layout: dagger.Directory) -> Mapping[str, str]:
    """Annotations of the index of a layout."""
    named = json.loads(await layout.file("index.json").contents())["manifests"][0]["digest"]
    index = json.loads(await layout.file(f"blobs/{named.replace(':', '/')}").contents())
    return dict(index.get("annotations") or {})


def in_source(found: Earlier) -> list[Mapping[str, str]]:
    """What a published image had in its source, which a rebase does not read.

    Args:
        found: what it was found to have; None where that is not known.
    """
    return [one for one in found or () if one.get("in") == SOURCE]


def rebased_tags(plan: Plan, version: str) -> Tags:
    """Tags of an image on a new base: its version's own tag stays where it is, those that move forward follow.

    Args:
        plan: the run's; its rules decide.
        version: that the image was released as; empty where it is not a release: it gets only a tag of its own.
    """
    mark = named([f"{version or 'rebased'}-base.{plan.image.base.digest.partition(':')[2][:SHOWN]}"])
    moving = [tag for tag in _tags(plan, version).tags if tag.kind == "forward"] if version else []
    return Tags(version=version, tags=(*mark.tags, *(replace(tag, version=mark.main) for tag in moving)))


def names_of(plan: Plan, version: str) -> list[str]:
    """Tags by which a release of this version is known."""
    found = _tags(plan, version).tags if version else ()
    return [tag.name for tag in found if tag.kind == "immutable" or tag.line]


def _tags(plan: Plan, version: str) -> Tags:
    return of_version(plan.release.rules, plan.release.flavor, version)
