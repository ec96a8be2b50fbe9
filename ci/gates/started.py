"""A test program inside the very image, in a scenario's surroundings.

Program and questions are mounted, so the file system under test is the one that is pushed.
"""

import json
import uuid
from collections.abc import Mapping
from dataclasses import asdict
from typing import Any

import dagger
from dagger import dag

from ci.config.model import Scenario
from ci.plan.model import Plan
from ci.stages.containers import PROGRAMS, image, with_program
from ci.stages.image import command
from ci.stages.payload import Payload

NODE = "/nodejs/bin/node"
SPEC = "/questions.json"


async def started(
    container: dagger.Container,
    program: str,
    questions: Mapping[str, Any],
    *,
    plan: Plan,
    payload: Payload,
    scenario: Scenario,
    fresh: bool = False,
) -> Mapping[str, Any]:
    """Run a program that starts the app by the image's own entrypoint and asks it.

    Args:
        container: the image.
        program: name of the program.
        questions: what it asks, beside how the app is started and when it counts as healthy.
        plan: command, port, health and services.
        payload: tells what is loaded before the server.
        scenario: variables and services of the container.
        fresh: run although the same questions were answered on this engine before.

    Returns:
        What the program printed; ``findings`` and ``log`` are always there.
    """
    spec = {
        "argv": [NODE, *command(plan.image, payload)],
        "port": plan.image.port,
        "health": asdict(plan.image.health),
        "deadline": plan.smoke.deadline,
        **questions,
    }
    container = with_program(container, program).with_mounted_file(SPEC, dag.file("questions.json", json.dumps(spec)))
    for name, wanted in scenario.services.items():
        container = container.with_service_binding(name, image(plan.smoke.services[wanted]).as_service())
    for name, value in scenario.env.items():
        container = container.with_env_variable(name, value)
    if fresh:
        container = container.with_env_variable("TEST_RUN", uuid.uuid4().hex)
    try:
        return _report(await container.with_exec([NODE, f"{PROGRAMS}/{program}.cjs", SPEC]).stdout())
    except dagger.ExecError as failure:
        return _report(failure.stdout or failure.stderr)


def _report(printed: str) -> Mapping[str, Any]:
    try:
        return dict(json.loads(printed))
    except ValueError:
        return {"findings": ["the test itself ended early"], "log": printed.splitlines()[-20:]}
