"""The registry client: operations on registries, run in the tool container."""

import uuid
from collections.abc import Mapping
from dataclasses import dataclass, replace
from typing import Any

import dagger

from ci.decide.plan.model import Tools
from ci.engine import tool
from ci.engine.registries import Registry
from ci.engine.tool import report_of, run_operation
from ci.errors import PublishError


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

    async def container(self, package: str = "registry") -> dagger.Container:
        """A container that reaches the registry; what it does is never taken from the engine's cache.

        Args:
            package: its name below ``ci/intool``.
        """
        container = tool.with_regctl(tool.python(self.tools, package), self.tools)
        return (await self.registry.reached_from(container)).with_env_variable("RUN", uuid.uuid4().hex)

    async def run(self, package: str, operation: str, **arguments: Any) -> Mapping[str, Any]:
        """Run an operation of a package below ``ci/intool``, and give its report.

        Raises:
            PublishError: it failed; has the operation's message.
        """
        return await report_of(
            await run_operation(await self.container(package), package, operation, arguments, PublishError)
        )
