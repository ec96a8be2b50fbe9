"""What the built bundle does with each environment variable."""

import json
from collections.abc import Mapping
from typing import Any

import dagger

from ci.decide.plan.model import Plan
from ci.engine.containers import finished, run
from ci.messages import message

REPORT = "/tmp/environment.json"  # noqa: S108  a path inside the build container


async def variables(plan: Plan, build: dagger.Container) -> Mapping[str, Any]:
    """Analyse the bundle.

    Args:
        plan: names that the source reads, and values of the build and of the image.
        build: stage 3.

    Returns:
        The report of ``programs/env.cjs``; it has names and no values.
    """
    spec = {
        "app": plan.build.app,
        "names": plan.build.reads,
        "build": {**plan.build.dummies, **plan.build.env},
        "dummies": list(plan.build.dummies),
        "runtime": list(plan.image.env),
        "example": plan.build.examples,
        "files": [*plan.image.files, *plan.image.command],
    }
    done = await finished(run(build, "env", spec, REPORT), message("build.variables"))
    return dict(json.loads(await done.file(REPORT).contents()))
