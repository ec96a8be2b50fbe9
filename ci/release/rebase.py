"""Another base image below what is published, without building the app again."""

import json
from collections.abc import Mapping, Sequence
from dataclasses import dataclass

import dagger

from ci.build.assemble import Assembled, base, written
from ci.decide.pins import ImageRef
from ci.decide.plan.labels import PREFIX
from ci.decide.plan.model import Plan
from ci.decide.plan.release import decided, named
from ci.engine import tool
from ci.engine.concurrent import gather
from ci.engine.registry_client import Client
from ci.errors import PipelineError, PublishError
from ci.intool.tags import GitFacts, Tags

SHOWN = 12
"""Digits of the base's digest in a tag."""


@dataclass(frozen=True, kw_only=True)
class Rebased:
    """The result.

    Attributes:
        image: for all platforms.
        version: of the image; empty where it has none.
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


def rebased_tags(plan: Plan, version: str) -> Tags:
    """Tags of an image on a new base: its version's own tag stays where it is, those that move forward follow."""
    git = GitFacts(ref=f"refs/tags/v{version}")
    moving = [tag for tag in decided(plan.release.rules, plan.release.flavor, git).tags if tag.kind == "forward"]
    mark = named([f"{version or 'rebased'}-base.{plan.image.base.digest.partition(':')[2][:SHOWN]}"])
    return Tags(version=version, tags=(*mark.tags, *moving))
