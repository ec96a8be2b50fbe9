"""Stage 3, build: declared patches, then the scripts of the app and of the packages that it needs."""

import posixpath
from dataclasses import asdict

import dagger
from dagger import dag

from ci.plan.model import APP, BUILD_USER, BuildPlan
from ci.stages.containers import PROGRAMS, finished, program, run, with_program


async def build(plan: BuildPlan, deps: dagger.Container, source: dagger.Directory) -> dagger.Container:
    """Build.

    Args:
        plan: what to run.
        deps: stage 2.
        source: the app, or the workspace that it is part of.

    Raises:
        BuildError: a patch matches nothing, or the app does not build; carries the compiler's words.
    """
    owner = f"{BUILD_USER}:{BUILD_USER}"
    output = posixpath.normpath(f"{APP}/{plan.app}/.next")
    container = deps.with_directory(APP, source, owner=owner)
    for name, value in {**plan.settings, **plan.env}.items():
        container = container.with_env_variable(name, value)
    if plan.patches:
        container = await finished(
            run(container, "patch", [asdict(patch) for patch in plan.patches]),
            "the patches could not be applied",
            "correct `patches:` in the pipeline file",
        )
    container = container.with_directory(output, dag.directory(), owner=owner).with_mounted_cache(
        f"{output}/cache", dag.cache_volume(plan.next_cache), owner=owner
    )
    if plan.fonts:
        container = with_program(container, "serve-fonts")
    for step in plan.steps:
        command = program("serve-fonts", *step.command) if plan.fonts else list(step.command)
        container = container.with_workdir(posixpath.normpath(f"{APP}/{step.directory}")).with_exec(command)
    if plan.fonts:
        container = container.without_mount(PROGRAMS)
    return await finished(
        container.with_workdir(APP).without_mount(f"{output}/cache"),
        "the app does not build",
        "correct what the lines above name; the same command fails on a laptop too",
        variables=plan.reads,
    )
