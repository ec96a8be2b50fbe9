"""Stage 3, build: declared patches, then the app's own scripts."""

from dataclasses import asdict

import dagger
from dagger import dag

from ci.plan import APP, BUILD_USER, Plan
from ci.stages.containers import finished, program


async def build(plan: Plan, deps: dagger.Container, source: dagger.Directory) -> dagger.Container:
    """Build.

    Args:
        plan: what to run.
        deps: stage 2.
        source: the app.

    Raises:
        BuildError: a patch matches nothing, or the app does not build; carries the compiler's words.
    """
    owner = f"{BUILD_USER}:{BUILD_USER}"
    container = deps.with_directory(APP, source, owner=owner)
    for name, value in plan.build.env.items():
        container = container.with_env_variable(name, value)
    if plan.build.patches:
        container = await finished(
            container.with_exec(program("patch", [asdict(patch) for patch in plan.build.patches])),
            "the patches could not be applied",
            "correct `patches:` in the pipeline file",
        )
    container = container.with_directory(f"{APP}/.next", dag.directory(), owner=owner).with_mounted_cache(
        f"{APP}/.next/cache", dag.cache_volume(plan.build.next_cache), owner=owner
    )
    for step in plan.build.steps:
        container = container.with_exec(program("serve-fonts", *step) if plan.build.fonts else list(step))
    return await finished(
        container.without_mount(f"{APP}/.next/cache"),
        "the app does not build",
        "correct what the lines above name; the same command fails on a laptop too",
    )
