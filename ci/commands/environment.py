"""`environment`: what the bundle does with each variable."""

from ci.build.environment import variables
from ci.build.run import Run
from ci.report.environment import table


async def environment(run: Run) -> str:
    """What the bundle does with each variable, as a table."""
    return table(await variables(run.plan, await run.built()))
