"""A test program inside the very image, in a scenario's surroundings.

Program and input are mounted, so the file system under test is the one that is pushed.
"""

import json
import uuid
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import asdict, dataclass
from typing import Any

import dagger
from dagger import dag

from ci.decide.config.model import Scenario
from ci.decide.plan.model import NODE, Plan
from ci.engine.containers import PROGRAMS, image, with_program
from ci.intool.policy import Finding
from ci.intool.policy import Scenario as Place

SPEC = "/questions.json"
ENDED = "test-ended"
"""Id of the finding that a test program ended without a report."""


@dataclass(frozen=True, kw_only=True)
class Subject:
    """An image under test.

    Attributes:
        image: of the engine's own platform.
        command: arguments of node.
        chunk: URL path of a static chunk.
    """

    image: dagger.Container
    command: Sequence[str]
    chunk: str


async def started(
    subject: Subject,
    program: str,
    questions: Mapping[str, Any],
    *,
    plan: Plan,
    scenario: Scenario,
    fresh: bool = False,
) -> Mapping[str, Any]:
    """Run a program that starts the app by the image's own entrypoint and sends it requests.

    Args:
        subject: the image.
        program: name of the program.
        questions: its input, beside how the app is started and when it counts as healthy.
        plan: port, health and services.
        scenario: variables and services of the container.
        fresh: run although this engine has the result of the same input.

    Returns:
        What the program printed; ``findings`` (each with ``id``, ``url`` and ``title``) and ``log`` are always there.
    """
    spec = {
        "argv": [NODE, *subject.command],
        "port": plan.image.port,
        "health": asdict(plan.image.health),
        "others": list(plan.image.others),
        "deadline": plan.smoke.deadline,
        **questions,
    }
    container = with_program(subject.image, program).with_mounted_file(
        SPEC, dag.file("questions.json", json.dumps(spec))
    )
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
        ended = {"id": ENDED, "url": "", "title": "the test program ended before it printed its report"}
        return {"findings": [ended], "log": printed.splitlines()[-20:]}


def findings(report: Mapping[str, Any], scenario: str, fix: str) -> Iterator[Finding]:
    """The findings of a program's report. Pure.

    Args:
        report: what it printed.
        scenario: name of the scenario in whose surroundings it ran.
        fix: the next step.
    """
    for one in report["findings"]:
        where = Place(name=scenario, url=one["url"])
        yield Finding(id=one["id"], severity="high", title=one["title"], where=where, fix=fix)
