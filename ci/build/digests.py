"""What a build depends on, as digests: the same on every engine."""

import json
from collections.abc import Mapping

import dagger

from ci.decide.plan.model import APP, InstallPlan
from ci.engine.containers import finished, image, run
from ci.messages import message

REPORT = "/tmp/digests.json"  # noqa: S108  a path inside a container


async def digests(plan: InstallPlan, source: dagger.Directory) -> Mapping[str, str]:
    """Name the content of every file of the source.

    Args:
        plan: names the image that runs the program.
        source: the app, or the workspace that it is part of.

    Returns:
        Path to kind, mode and digest.
    """
    container = image(plan.image).with_mounted_directory(APP, source)
    done = await finished(run(container, "digests", APP, REPORT), message("build.source-unreadable"))
    return dict(json.loads(await done.file(REPORT).contents()))
