"""The image manager: what is in a registry, without building anything."""

import json
import os
from collections.abc import Sequence
from dataclasses import asdict
from typing import Any, NamedTuple

import dagger

from ci.decide import pins
from ci.decide.plan import decide as plan
from ci.decide.plan.model import Tools
from ci.decide.plan.release import destination, named
from ci.engine import tool
from ci.engine.containers import by_content
from ci.engine.registries import Registry
from ci.engine.registry_client import Client
from ci.engine.tool import report_of, run_operation
from ci.errors import ConfigError, PublishError
from ci.intool.common.reference import parse
from ci.report.summary import tag_lines

ARCHIVE = "/image.tar"


def tools() -> Tools:
    """The pinned images of the pipeline's own tools."""
    return plan.tools(pins.load(os.environ))


async def text(registry: Registry, operation: str, **arguments: Any) -> str:
    """What an operation of ``ci/intool/manager`` reports, as text.

    Raises:
        PublishError: the registry refused, or has no such image.
    """
    return str((await Client(tools=tools(), registry=registry).run("manager", operation, **arguments))["text"])


class Signer(NamedTuple):
    """Who must have signed, in place of a key.

    Attributes:
        identity: that the certificate names.
        issuer: of that identity.
        repository: OWNER/NAME at GitHub whose run signed; empty for any.
    """

    identity: str
    issuer: str
    repository: str


async def verify(registry: Registry, ref: str, key: dagger.File | None, *, signer: Signer, require: str) -> str:
    """Check an image as any user can: the level that it reaches, and why not a higher one.

    Args:
        registry: how registries are reached.
        ref: the image.
        key: public key of who must have signed it.
        signer: in place of a key; empty texts for none.
        require: level that must be reached; empty for `signed` where a signer is named, else `whole`.

    Raises:
        PublishError: there is no such image, or it does not reach the level.
    """
    client = Client(tools=tools(), registry=registry)
    container = tool.with_cosign(await client.container("attest"), client.tools)
    arguments = {
        "reference": ref,
        "key": await key.contents() if key else "",
        **signer._asdict(),
        "require": required(require, named=bool(key or any(signer))),
    }
    return str((await report_of(await run_operation(container, "attest", "verify", arguments, PublishError)))["text"])


def required(level: str, *, named: bool) -> str:
    """The level without which `verify` fails. Pure.

    Args:
        level: that the caller requires; empty for the default.
        named: whether the caller named a signer: then an image that is not signed by them fails, as in `cosign verify`.
    """
    return level or ("signed" if named else "whole")


async def archive(registry: Registry, ref: str, platform: str, kind: str) -> dagger.File:
    """An image as one file.

    Raises:
        PublishError: the registry refused, or has no such image.
    """
    container = await Client(tools=tools(), registry=registry).container("manager")
    arguments = {"reference": ref, "archive": ARCHIVE, "platform": platform, "kind": kind}
    return (await run_operation(container, "manager", "pull", arguments, PublishError)).file(ARCHIVE)


async def promote(registry: Registry, ref: str, address: str, tags: Sequence[str]) -> str:
    """Give a published image tags, without building; it is copied first where it is in another repository.

    Raises:
        ConfigError: the reference has no digest, or there is no tag to set.
        PublishError: a tag belongs to another image for good, or the registry refused.
    """
    published = parse(ref)
    if not published.digest:
        raise ConfigError.of("arguments.promote-digest", reference=ref)
    repository, tag = destination(address) if address else (published.name, "")
    wanted = named([*tags, *([tag] if tag else [])])
    if not wanted.tags:
        raise ConfigError.of("arguments.promote-no-tag")
    client = Client(tools=tools(), registry=registry)
    image = {"repository": repository, "digest": published.digest, "source": published.name}
    report = await client.run("registry", "promote", **image, tags=asdict(wanted), of_release=True)
    return "\n".join([report["ref"], *tag_lines(report["tags"])])


async def treemap(registry: Registry, ref: str, platform: str) -> dagger.File:
    """Sizes of an image's directories as nested JSON."""
    report = await Client(tools=tools(), registry=registry).run("manager", "size", reference=ref, platform=platform)
    return by_content({"treemap.json": json.dumps(report["treemap"])}).file("treemap.json")
