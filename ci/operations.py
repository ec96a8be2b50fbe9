"""What can be done with a decided run beside making and publishing its image."""

from dataclasses import asdict, replace

import dagger

from ci import judge
from ci.errors import ConfigError, PipelineError
from ci.plan.ingredients import of_install, of_payload, of_release
from ci.release.prove import compare, pulled
from ci.run import Run
from ci.together import together


async def explain(run: Run) -> str:
    """The plan as JSON, with the reason of each fact."""
    return run.plan.to_json()


async def names(run: Run) -> str:
    """What the release would be called, and why."""
    release = run.plan.release
    return str((await run.client.run("names", repository=release.repository, tags=asdict(release.tags)))["text"])


async def why(run: Run) -> str:
    """Whether the registry has the results of a run, and what differs where it has not.

    Raises:
        ConfigError: nobody said which registry.
    """
    if not run.plan.release.repository:
        raise ConfigError("no repository whose cache could be asked", "pass --address, or set image.repository")
    asking = replace(run, cache=replace(run.cache, mode="read"))
    kinds = {"release": of_release, "payload": of_payload, "deps": of_install}
    inputs = await together(*(asking.inputs(of) for of in kinds.values()))
    return "\n".join(await together(*(run.cache.why(k, i) for k, i in zip(kinds, inputs, strict=True))))


async def prove(run: Run, ref: str) -> str:
    """Build from nothing, and compare with what is published, or with what this engine makes.

    Args:
        run: the run.
        ref: published image; empty for what ``publish`` would push.

    Raises:
        ProofError: they differ; names the first difference.
    """
    made = pulled(run.client.towards(ref), ref) if ref else run.layout()
    one, other = await together(made, run.alone().layout())
    return await compare(run.plan.tools, one, other)


async def debug(run: Run) -> dagger.Container:
    """The container of the step or gate that fails, as the failure left it.

    Raises:
        ConfigError: nothing fails.
        PipelineError: the failure is not that of a step.
    """
    try:
        await judge.check(run)
    except PipelineError as failure:
        if failure.state:
            return await failure.state()
        raise
    raise ConfigError("every step and gate of this run passes", "use `build` or `image` to look into them")
