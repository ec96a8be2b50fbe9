"""Stage 2, deps: a frozen install from nothing but manifests and lockfile, so that a source edit never reinstalls."""

import dagger
from dagger import dag

from ci.errors import BuildError
from ci.managers import by_name
from ci.plan import APP, BUILD_USER, STORE, Plan
from ci.stages.base import HOME
from ci.stages.containers import explain


async def deps(
    plan: Plan, base: dagger.Container, source: dagger.Directory, npmrc: dagger.Secret | None
) -> dagger.Container:
    """Install.

    Args:
        plan: what to run.
        base: stage 1.
        source: the app.
        npmrc: registries and tokens, mounted for the install only.

    Raises:
        BuildError: the lockfile is out of date, or the install failed; carries the manager's words.
    """
    owner = f"{BUILD_USER}:{BUILD_USER}"
    container = base.with_directory(APP, source, include=list(plan.build.inputs), owner=owner).with_mounted_cache(
        STORE, dag.cache_volume(plan.build.store), owner=owner
    )
    if npmrc:
        container = container.with_mounted_secret(f"{HOME}/.npmrc", npmrc, owner=owner, mode=0o400)
    container = container.with_exec(list(plan.build.install))
    if plan.build.rebuild:
        container = container.with_exec(list(plan.build.rebuild))
    if npmrc:
        container = container.without_mount(f"{HOME}/.npmrc")
    try:
        return await container.without_mount(STORE).sync()
    except dagger.ExecError as failure:
        manager = by_name(plan.manager)
        if manager and manager.stale(failure.stdout + failure.stderr):
            raise BuildError(
                f"{manager.lockfile} is out of date: it does not fit package.json",
                f"run `{manager.name} install` and commit {manager.lockfile}",
            ) from None
        raise BuildError(
            *explain(failure, "the install failed", "read the lines above; the same command fails on a laptop too")
        ) from None
