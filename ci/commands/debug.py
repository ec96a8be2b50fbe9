"""`debug`: a failed step or gate to look into."""

import dagger

from ci.build.run import Run
from ci.commands import check
from ci.errors import ConfigError, PipelineError


async def debug(run: Run) -> dagger.Container:
    """The container of the step or gate that fails, as the failure left it.

    Raises:
        ConfigError: nothing fails.
        PipelineError: the failure is not that of a step.
    """
    try:
        await check.check(run)
    except PipelineError as failure:
        if failure.state:
            return await failure.state()
        raise
    raise ConfigError.of("arguments.nothing-failed")
