"""How the app is built: its own scripts, after those of the workspace packages that it needs."""

from posixpath import normpath

from ci.decide.config.model import Patch, Pipeline
from ci.decide.pins import Pins
from ci.decide.plan.fonts import packages
from ci.decide.plan.generate import generate
from ci.decide.plan.model import APP, CANARY, BuildPlan, Step
from ci.decide.project.cuts import Cut, cuts
from ci.decide.project.facts import Project
from ci.decide.shipped import OWN_PIPELINE
from ci.errors import ConfigError

TURBO = ("node_modules/.bin/turbo", "run", "build")
GENERATE = "gen:runtime"
CANARY_VALUE = "canary-9d41c7e2b60f4a83"
"""The canary's value: the same in every build, so that it changes nothing."""


def build(project: Project, pipeline: Pipeline, pins: Pins, file: str = "") -> BuildPlan:
    """Decide the build.

    Args:
        project: facts of the app.
        pipeline: the pipeline file.
        pins: images and packages.
        file: path of the pipeline file in the source; empty where it is no part of it.

    Raises:
        ConfigError: a script that the app does not have.
    """
    fonts = tuple(packages(project, pipeline, pins))
    left_out = _left_out(project, pipeline)
    return BuildPlan(
        app=project.app,
        unseen=tuple(dict.fromkeys(name for name in (OWN_PIPELINE, file) if name)),
        patches=(*pipeline.patches, *(Patch(files=c.path, replace=c.replace, with_=c.replacement) for c in left_out)),
        left_out=left_out,
        generate=generate(project, pipeline),
        steps=_steps(project, pipeline),
        fonts=fonts,
        env=pipeline.build.env,
        dummies=pipeline.build.dummies,
        settings={
            "NEXT_TELEMETRY_DISABLED": "1",
            CANARY: CANARY_VALUE,
            # webpack orders modules, and with them CSS, by which it has read first: one at a time gives one order.
            "NEXT_WEBPACK_PARALLELISM": "1",
            "NEXT_PRIVATE_STANDALONE": "true",
            **({"NEXT_PRIVATE_OUTPUT_TRACE_ROOT": APP} if project.app != "." else {}),
            **(_fonts(project) if fonts else {}),
        },
        reads=project.env,
        examples=project.env_example,
        variables=project.variables,
        allow_frozen=pipeline.build.allow_frozen,
        next_cache=f"next-distroless-next-cache-{project.name}",
    )


def _fonts(project: Project) -> dict[str, str]:
    """Where Next.js gets fonts from, and where the program that answers it finds the calls and Next.js."""
    return {
        "NEXT_FONT_GOOGLE_MOCKED_RESPONSES": "/pipeline/fonts.cjs",
        "NEXT_DISTROLESS_SOURCE": APP,
        "NEXT_DISTROLESS_APP": normpath(f"{APP}/{project.app}"),
    }


def _steps(project: Project, pipeline: Pipeline) -> tuple[Step, ...]:
    run = project.manager.run
    if project.turbo and not pipeline.build.scripts:
        # Turbo would hide variables from the build that turbo.json does not list, those of the pipeline among them.
        return (Step(directory=".", command=(*TURBO, f"--filter={project.name}", "--env-mode=loose")),)
    siblings = [Step(directory=sibling, command=tuple(run("build"))) for sibling in project.siblings]
    return (*siblings, *(Step(directory=project.app, command=tuple(run(s))) for s in _scripts(project, pipeline)))


def _left_out(project: Project, pipeline: Pipeline) -> tuple[Cut, ...]:
    """Steps that change a database, unless the pipeline file lets them run, or changes the script by itself."""
    if pipeline.build.migrate:
        return ()
    app = [(f"{project.app}/package.json".removeprefix("./"), script) for script in _scripts(project, pipeline)]
    found = cuts(project.packages, [*((f"{sibling}/package.json", "build") for sibling in project.siblings), *app])
    changed = [patch.replace for patch in pipeline.patches if patch.replace]
    return tuple(cut for cut in found if not any(text in cut.replace for text in changed))


def _scripts(project: Project, pipeline: Pipeline) -> tuple[str, ...]:
    scripts = pipeline.build.scripts or ("build",)
    for n, script in enumerate(scripts):
        if script not in project.scripts:
            place = f"build.scripts[{n}]: " if pipeline.build.scripts else ""
            raise ConfigError.of("arguments.no-script", file=f"{place}package.json", script=script)
    generate = GENERATE in project.scripts and not any(GENERATE in project.scripts[s] for s in scripts)
    return (GENERATE, *scripts) if generate and not pipeline.build.scripts else scripts
