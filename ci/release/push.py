"""From an assembled image to a release: push by digest, verify it as any user can, then set the tags."""

from collections.abc import Mapping, Sequence
from dataclasses import asdict
from typing import Any

from ci.build.assemble import LAYOUT, Assembled
from ci.engine.registry_client import Client
from ci.engine.tool import report_of, run_operation
from ci.errors import PublishError
from ci.intool.tags import Tags


async def push(client: Client, repository: str, image: Assembled, mounts: Sequence[str]) -> Mapping[str, Any]:
    """Push without a tag.

    Args:
        client: works on the registry.
        repository: where to.
        image: what.
        mounts: repositories of the same registry that may have layers of it already.

    Returns:
        What was sent.

    Raises:
        PublishError: the registry refused or cannot be reached; has its message.
    """
    container = (await client.container()).with_mounted_directory(LAYOUT, image.layout)
    arguments = {"layout": LAYOUT, "repository": repository, "mounts": list(mounts)}
    return await report_of(await run_operation(container, "registry", "push", arguments, PublishError))


async def promote(client: Client, repository: str, digest: str, tags: Tags) -> Mapping[str, Any]:
    """Set tags.

    Raises:
        PublishError: one of them belongs to another image for good.
    """
    return await client.run("registry", "promote", repository=repository, digest=digest, tags=asdict(tags))
