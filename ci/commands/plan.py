"""`names` and `why`: what a run would do, without doing it."""

from dataclasses import asdict, replace

from ci.build.run import Run
from ci.decide.plan.cache_inputs import of_install, of_payload, of_release
from ci.engine.concurrent import gather
from ci.errors import ConfigError


async def names(run: Run) -> str:
    """What the release would be called, and why."""
    release = run.plan.release
    return str(
        (await run.client.run("registry", "names", repository=release.repository, tags=asdict(release.tags)))["text"]
    )


async def why(run: Run) -> str:
    """Whether the registry has the results of a run, and what differs where it has not.

    Raises:
        ConfigError: no repository is given.
    """
    if not run.plan.release.repository:
        raise ConfigError.of("arguments.no-cache-repository")
    asking = replace(run, cache=replace(run.cache, mode="read"))
    kinds = {"release": of_release, "payload": of_payload, "deps": of_install}
    inputs = await gather(*(asking.inputs(of) for of in kinds.values()))
    return "\n".join(await gather(*(run.cache.why(k, i) for k, i in zip(kinds, inputs, strict=True))))
