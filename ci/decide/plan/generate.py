"""What runs before the build's scripts: what detection found, or what the pipeline file names. Pure."""

from ci.decide.config.model import DETECTED, Pipeline
from ci.decide.plan.model import Generate
from ci.decide.project.facts import Project
from ci.decide.project.generators import Generator, runs
from ci.messages import Message, message


def generate(project: Project, pipeline: Pipeline) -> tuple[Generate, ...]:
    """The commands, in order."""
    found: list[Generate] = []
    for command in pipeline.build.generate:
        if command == DETECTED:
            chosen = needed(project, pipeline)
            found += [Generate(directory=one.directory, command=one.command, env=one.env) for one in chosen]
        else:
            found.append(Generate(directory=project.app, command=command, env={}))
    return tuple(found)


def needed(project: Project, pipeline: Pipeline) -> tuple[Generator, ...]:
    """Those that detection found and that the build's scripts do not run by themselves."""
    scripts, hooks = pipeline.build.scripts or ("build",), project.manager.hooks
    return tuple(one for one in project.generators if not runs(project.scripts, scripts, one, project.app, hooks=hooks))


def notes(project: Project, pipeline: Pipeline) -> list[str]:
    """Each command with its reason, and what does not run, a line each."""
    wanted, planned = needed(project, pipeline), pipeline.build.generate
    lines = [] if DETECTED not in planned else [_line(one) for one in wanted]
    lines += [f"before the build: {command} (build.generate)" for command in planned if command != DETECTED]
    lines += [
        f"left to the build: {one.command}{_place(one)} (the build script runs it)"
        for one in project.generators
        if one not in wanted
    ]
    return lines + [f"not run: {one.command} ({one.script}: {one.why})" for one in project.left_out if one.why]


def warnings(project: Project, pipeline: Pipeline) -> list[Message]:
    """Generators that the pipeline file turns off without another in their place."""
    if pipeline.build.generate:
        return []
    return [message("warning.not-generated", place=one.reason) for one in needed(project, pipeline)]


def _line(one: Generator) -> str:
    return f"before the build: {one.command}{_place(one)} ({one.reason})"


def _place(one: Generator) -> str:
    return "" if one.directory == "." else f" in {one.directory}"
