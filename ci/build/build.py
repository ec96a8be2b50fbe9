"""Stage 3, build: declared patches, then the scripts of the app and of the packages that it needs."""

import json
import posixpath
from collections.abc import Sequence
from dataclasses import asdict, dataclass

import dagger
from dagger import dag

from ci.build.output import Command, StageResult, printed
from ci.decide.diagnose import Known
from ci.decide.plan.model import APP, BUILD_USER, BuildPlan
from ci.decide.plan.node_options import preloads
from ci.engine.containers import PROGRAMS, finished, halted, inside, program, run, with_program
from ci.engine.result_cache import ONE_AT_A_TIME
from ci.messages import message

CLOCK = "NEXT_DISTROLESS_CLOCK"
OPTIONS = "NODE_OPTIONS"
LOADED = "at-build"
"""Program that Node.js loads before a build's own."""

OF_NEXT = (".previewinfo", ".rscinfo")
"""Files of ``.next/cache`` in which Next.js keeps random keys of an earlier build."""


@dataclass(frozen=True, kw_only=True)
class Seeds:
    """Digests that Next.js' own random values follow from; each depends on the caller's secret too.

    Attributes:
        build: of all that the build depends on.
        settings: of all that it depends on but the files of the source, apart from manifests and lockfile.
        cache: of what webpack's cache holds for, beside the files that configure the compile.
    """

    build: str
    settings: str
    cache: str


async def build(
    plan: BuildPlan, deps: StageResult, source: dagger.Directory, seeds: Seeds, *, ahead: int = 0
) -> StageResult:
    """Build.

    Args:
        plan: what to run.
        deps: stage 2.
        source: the app, or the workspace that it is part of.
        seeds: what Next.js' own random values follow from.
        ahead: seconds by which the build's clock is ahead.

    Raises:
        BuildError: a patch matches nothing, or the app does not build; has the compiler's output.
    """
    owner = f"{BUILD_USER}:{BUILD_USER}"
    output = posixpath.normpath(f"{APP}/{plan.app}/.next")
    container = deps.container.with_directory(APP, source, owner=owner, exclude=list(plan.unseen))
    for name, value in {**plan.settings, **plan.dummies, **plan.env}.items():
        container = container.with_env_variable(name, value)
    if plan.patches:
        container = await finished(
            run(container, "patch", [asdict(patch) for patch in plan.patches]),
            message("build.patches"),
        )
    container = container.with_directory(output, dag.directory(), owner=owner).with_mounted_cache(
        f"{output}/cache",
        dag.cache_volume(plan.next_cache),
        owner=owner,
        # webpack's packs refer to each other; two builds at once would mix theirs.
        sharing=ONE_AT_A_TIME,
    )
    container = _determined(container, plan, seeds, ahead, f"{output}/cache")
    commands = [
        (
            posixpath.normpath(f"{APP}/{one.directory}"),
            program("generate", {"root": APP, "command": one.command, "env": dict(one.env)}),
        )
        for one in plan.generate
    ]
    commands += [
        (
            posixpath.normpath(f"{APP}/{step.directory}"),
            program("serve-fonts", *step.command) if plan.fonts else list(step.command),
        )
        for step in plan.steps
    ]
    built, ran = container, []
    said = [*((one.command,) for one in plan.generate), *(step.command for step in plan.steps)]
    for argv, (directory, command) in zip(said, commands, strict=True):
        built = inside(built, directory).with_exec(command)
        ran.append(Command(argv=argv, after=built))
    done = await finished(
        inside(_undetermined(built, plan), APP).without_mount(f"{output}/cache"),
        message("build.failed"),
        known=Known(reads=plan.reads, declared=plan.variables, given=(*plan.settings, *plan.dummies, *plan.env)),
        state=lambda: halted(container, commands),
    )
    return StageResult(container=done, log={**deps.log, **await printed("build", ran)})


def _determined(container: dagger.Container, plan: BuildPlan, seeds: Seeds, ahead: int, cache: str) -> dagger.Container:
    """Make random values of Next.js follow from the seeds, keep build traces, and name hosts of failed requests."""
    own, modules = preloads(plan.env.get(OPTIONS, ""))
    options = f"{own} --require {PROGRAMS}/{LOADED}.cjs".strip()
    programs = (*(["generate"] if plan.generate else []), *(["serve-fonts"] if plan.fonts else []))
    container = with_program(container, LOADED, *programs, data=_data(plan, seeds, cache, modules))
    if ahead:
        container = container.with_env_variable(CLOCK, str(ahead))
    forgotten = container.with_exec(["rm", "-f", *(f"{cache}/{name}" for name in OF_NEXT)])
    return forgotten.with_env_variable(OPTIONS, options)


def _data(plan: BuildPlan, seeds: Seeds, cache: str, modules: Sequence[str]) -> dict[str, str]:
    app = posixpath.normpath(f"{APP}/{plan.app}")
    inputs = {"root": APP, "app": app, "settings": seeds.settings, "cache": seeds.cache, "modules": list(modules)}
    return {"seed": seeds.build, "inputs": json.dumps(inputs), "kept": cache}


def _undetermined(container: dagger.Container, plan: BuildPlan) -> dagger.Container:
    container = container.without_mount(PROGRAMS).without_env_variable(CLOCK)
    if OPTIONS in plan.env:
        return container.with_env_variable(OPTIONS, plan.env[OPTIONS])
    return container.without_env_variable(OPTIONS)
