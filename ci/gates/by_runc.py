"""An operation that starts images by runc: in a tool container with all rights, beside the services of a scenario."""

import uuid
from collections.abc import Mapping
from typing import Any

import dagger

from ci.decide.config.model import Scenario
from ci.decide.plan.model import Plan
from ci.engine import tool
from ci.engine.containers import image as pinned
from ci.errors import PublishError

_REFUSED = "security.insecure is not allowed"
"""What an engine says that gives no container all rights (``security.insecureRootCapabilities`` of its engine.json)."""

HOW_TO_ALLOW = (
    "this engine gives no container root capabilities: remove `insecureRootCapabilities: false` from `security` in its "
    "engine.json"
)


def beside(container: dagger.Container, plan: Plan, scenario: Scenario) -> dagger.Container:
    """The container with the services of a scenario in its network."""
    for name, wanted in scenario.services.items():
        container = container.with_service_binding(name, pinned(plan.smoke.services[wanted]).as_service())
    return container


async def report(
    container: dagger.Container, gate: str, operation: str, arguments: Mapping[str, Any], *, fresh: bool
) -> Mapping[str, Any] | None:
    """What the operation wrote; None where this engine gives no container all rights.

    Args:
        container: with runc, the images' files, and what the operation runs.
        gate: package of the operation, below ``ci/intool``.
        operation: its name.
        arguments: its arguments.
        fresh: run although this engine has the result of the same input.

    Raises:
        PublishError: the operation failed.
    """
    if fresh:
        container = container.with_env_variable("TEST_RUN", uuid.uuid4().hex)
    try:
        done = await tool.run_operation(container, gate, operation, arguments, PublishError, privileged=True)
        return await tool.report_of(done)
    except dagger.QueryError as error:
        if _REFUSED not in str(error):
            raise
        return None
