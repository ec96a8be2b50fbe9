"""A look at the engine's machine, from a container on it."""

import json

from ci.build.base import Access, asking, trusting
from ci.decide.doctor.machine import Machine
from ci.decide.pins import ImageRef
from ci.engine.containers import finished, image, run
from ci.messages import message

REPORT = "/tmp/machine.json"  # noqa: S108  a path inside the container


async def machine(access: Access, node: ImageRef, registry: str, now: str) -> Machine:
    """Look at it.

    Args:
        access: how the npm registry is reached.
        node: image with npm.
        registry: URL of the npm registry; empty for the public one.
        now: the time, so that no earlier look is taken for this one.

    Raises:
        BuildError: no container could be run.
    """
    container = (await trusting(image(node), access.ca)).with_env_variable("NEXT_DISTROLESS_NOW", now)
    problem = "the program that looks at the machine failed"
    done = await finished(
        run(asking(container, registry, access.npmrc), "machine", REPORT), message("doctor.no-look", problem=problem)
    )
    return Machine(**json.loads(await done.file(REPORT).contents()))
