"""Stage 2, deps: a frozen install from nothing but manifests and lockfile, so that a source edit never reinstalls."""

import posixpath
import uuid
from collections.abc import Sequence

import dagger
from dagger import dag

from ci.build.output import Command, StageResult, printed
from ci.decide.ecosystems import by_id
from ci.decide.ecosystems.protocol import NPMRC
from ci.decide.plan.model import APP, BUILD_USER, HOME, STORE, InstallPlan
from ci.engine.containers import explain, halted, inside, run
from ci.errors import BuildError
from ci.messages import message

INPUTS = "inputs"
"""Directory of the module's own container in which the install's inputs are written."""


async def deps(
    plan: InstallPlan, base: dagger.Container, source: dagger.Directory, npmrc: dagger.Secret | None
) -> StageResult:
    """Install.

    Args:
        plan: what to run.
        base: stage 1.
        source: the app, or the workspace that it is part of.
        npmrc: registries and tokens, mounted for the install only.

    Raises:
        BuildError: the lockfile is out of date, or the install failed; has the manager's output.
    """
    owner = f"{BUILD_USER}:{BUILD_USER}"
    container = base.with_directory(APP, await _by_content(source, plan.inputs), owner=owner).with_mounted_cache(
        STORE, dag.cache_volume(plan.store), owner=owner
    )
    secrets = await _settings(plan, npmrc) if npmrc else {}
    for name, secret in secrets.items():
        container = container.with_mounted_secret(f"{HOME}/{name}", secret, owner=owner, mode=0o400)
    for name, value in plan.env.items():
        container = container.with_env_variable(name, value)
    directory = posixpath.normpath(f"{APP}/{plan.directory}")
    before = inside(container, directory)
    container, commands = before, []
    for command in plan.commands:
        container = container.with_exec(list(command))
        commands.append(Command(argv=command, after=container))
    if plan.scripts:
        container = run(container, "rebuild", plan.scripts)
        commands.append(Command(argv=["install scripts"], after=container))
    for name in secrets:
        container = container.without_mount(f"{HOME}/{name}")
    try:
        done = await inside(container.without_mount(STORE), APP).sync()
    except dagger.ExecError as failure:
        failed = _failed(plan, failure)
        failed.state = lambda: halted(before, [(directory, command) for command in plan.commands])
        raise failed from None
    return StageResult(container=done, log=await printed("install", commands))


def installed(base: dagger.Container, app: dagger.Directory) -> dagger.Container:
    """Stage 1 with what an earlier install left.

    Args:
        base: stage 1.
        app: the directory of the app after that install; its files have their owners already.
    """
    return inside(base.with_directory(APP, app), APP)


def _failed(plan: InstallPlan, failure: dagger.ExecError) -> BuildError:
    manager = by_id(plan.manager)
    if manager.stale(failure.stdout + failure.stderr):
        return BuildError.of("lockfile.stale", lockfile=plan.lockfile, command=manager.lock)
    return BuildError.saying(explain(failure, message("build.install-failed")))


async def _settings(plan: InstallPlan, npmrc: dagger.Secret) -> dict[str, dagger.Secret]:
    """Files with registries and tokens in the form that the manager reads."""
    manager = by_id(plan.manager)
    if manager.settings == NPMRC:
        return {NPMRC.file: npmrc}
    settings = manager.from_npmrc(await npmrc.plaintext())
    return {manager.settings.file: dag.set_secret(f"next-distroless-{manager.id}-settings", settings)}


async def _by_content(source: dagger.Directory, include: Sequence[str]) -> dagger.Directory:
    """The files that match, which the engine identifies by their content alone.

    The engine identifies a filtered directory by its source, so every edit of the source would reinstall (0.21).
    """
    place = f"{INPUTS}/{uuid.uuid4().hex}"
    await dag.directory().with_directory("/", source, include=list(include)).export(place)
    return dag.current_module().workdir(place)
