"""The image manager: what is in a registry, without building anything."""

import json
import os
from collections.abc import Sequence
from dataclasses import asdict
from typing import Any

import dagger

from ci import pins
from ci.errors import ConfigError
from ci.plan.model import Tools
from ci.plan.release import named, split
from ci.release.client import Client, done
from ci.release.registry import Registry
from ci.report.summary import tag_lines
from ci.stages.containers import handed

ARCHIVE = "/image.tar"


def tools() -> Tools:
    """The pinned images of the pipeline's own tools."""
    pinned = pins.load(os.environ)
    return Tools(python=pinned.image("python"), regctl=pinned.image("regctl"))


async def told(registry: Registry, operation: str, **arguments: Any) -> str:
    """What an operation of ``ci/registry`` has to say to a person.

    Raises:
        PublishError: the registry refused, or has no such image.
    """
    return str((await Client(tools=tools(), registry=registry).run(operation, **arguments))["text"])


async def archive(registry: Registry, ref: str, platform: str, kind: str) -> dagger.File:
    """An image as one file.

    Raises:
        PublishError: the registry refused, or has no such image.
    """
    container = await Client(tools=tools(), registry=registry).container()
    arguments = {"reference": ref, "archive": ARCHIVE, "platform": platform, "kind": kind}
    return (await done(container, "pull", arguments)).file(ARCHIVE)


async def promote(registry: Registry, ref: str, address: str, tags: Sequence[str]) -> str:
    """Give a published image tags, without building; it is copied first where it is in another repository.

    Raises:
        ConfigError: the reference has no digest, or there is no tag to set.
        PublishError: a tag belongs to another image for good, or the registry refused.
    """
    named_so, _, digest = ref.partition("@")
    if not digest:
        raise ConfigError(f"{ref} names no digest", "write repository@sha256:…, as `publish` prints it")
    source, _ = split(named_so)
    repository, tag = split(address) if address else (source, "")
    wanted = named([*tags, *([tag] if tag else [])])
    if not wanted.tags:
        raise ConfigError("no tag to set", "pass --tags")
    client = Client(tools=tools(), registry=registry)
    arguments = {"repository": repository, "digest": digest, "source": source, "tags": asdict(wanted)}
    report = await client.run("promote", **arguments)
    return "\n".join([report["ref"], *tag_lines(report["tags"])])


async def treemap(registry: Registry, ref: str, platform: str) -> dagger.File:
    """Sizes of an image's directories as nested JSON."""
    report = await Client(tools=tools(), registry=registry).run("size", reference=ref, platform=platform)
    return handed({"treemap.json": json.dumps(report["treemap"])}).file("treemap.json")
