"""The registry client: operations of ``ci/registry``, run in the tool container."""

import uuid
from collections.abc import Mapping
from dataclasses import dataclass, replace
from typing import Any

import dagger

from ci.errors import PipelineError, PublishError
from ci.plan.model import Tools
from ci.release.registry import Registry
from ci.stages import tool
from ci.stages.tool import operated, reported


@dataclass(frozen=True, kw_only=True)
class Client:
    """Works on a registry.

    Attributes:
        tools: images of the pipeline's own tools.
        registry: how registries are reached.
    """

    tools: Tools
    registry: Registry

    def towards(self, ref: str) -> "Client":
        """The same client for the registry of another image, which the login is for then."""
        return replace(self, registry=replace(self.registry, repository=ref))

    async def container(self, *packages: str) -> dagger.Container:
        """A container that reaches the registry; what it does is never taken from the engine's cache.

        Args:
            packages: names below ``ci``, beside those that work on registries.
        """
        container = tool.with_regctl(tool.python(self.tools, "oci", "registry", "tags", *packages), self.tools)
        return (await self.registry.reached_from(container)).with_env_variable("RUN", uuid.uuid4().hex)

    async def run(self, operation: str, **arguments: Any) -> Mapping[str, Any]:
        """Run an operation, and give its report.

        Raises:
            PublishError: it failed; carries its words.
        """
        return await reported(await done(await self.container(), operation, arguments))


async def done(
    container: dagger.Container,
    operation: str,
    arguments: Mapping[str, Any],
    error: type[PipelineError] = PublishError,
) -> dagger.Container:
    """Run an operation in a container of the client, which may have more mounts.

    Raises:
        PipelineError: it failed; carries its words.
    """
    return await operated(container, "registry", operation, arguments, error)
