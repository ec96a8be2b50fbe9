"""`prove`: a second build from nothing gives the same bytes."""

from ci.build.run import Run
from ci.engine.concurrent import gather
from ci.release.prove import compare, pulled


async def prove(run: Run, ref: str) -> str:
    """Build from nothing, and compare with what is published, or with what this engine makes.

    Args:
        run: the run.
        ref: published image; empty for what ``publish`` would push.

    Raises:
        ProofError: they differ; names the first difference.
    """
    made = pulled(run.client.towards(ref), ref) if ref else run.layout()
    one, other = await gather(made, run.alone().layout())
    return await compare(run.plan.tools, one, other)
