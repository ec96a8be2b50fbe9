"""The stages that build the app: version of Node.js, variables, commands, packages."""

import posixpath
import re
from collections.abc import Iterator, Sequence

from ci.decide.config.model import DETECTED, Patch
from ci.decide.ecosystems import RUNTIMES
from ci.decide.migrate import packages, runs
from ci.decide.migrate.context import Context
from ci.decide.migrate.runs import Command
from ci.decide.migrate.stages import Step, Walked
from ci.decide.migrate.variables import Variable, of_build
from ci.decide.migrate.words import Text, expand
from ci.decide.project.node import ENDED, NODE
from ci.intool.common import reference

_SHOWN = 90
"""Characters of a command in a remark."""

_LINE = re.compile(r"(\d{1,3})(?![\d])")
_CD = re.compile(r"\bcd\s+([\w./-]{1,200})")
_VERSION = re.compile(r"(npm|pnpm|yarn|bun)@(\d[\w.-]*)")


def node(context: Context, walked: Walked, *, running: bool) -> None:
    """The line of Node.js, and what the base image of a stage means."""
    image, line = walked.image, walked.image_line
    named = reference.parse(image.value)
    base = named.path.rpartition("/")[2]
    found = _LINE.match(named.tag) if base == "node" else re.fullmatch(r"nodejs(\d{2})(?:-debian\d+)?", base)
    if image.unknown:
        context.remark(line, f"the base image depends on {', '.join(image.unknown)}: `node` follows from the app")
    elif base == "node" and not found:
        context.remark(line, f"{image.value} names no version of Node.js: it is {context.project.node} by detection")
    elif found:
        _line(context, found[1], image.value, line)
    elif base in ("nginx", "httpd", "caddy", "serve") and running:
        if context.project.output != "export":
            context.remark(line, f'{image.value} serves files: `runtime.serve: static` needs output: "export"')
    elif base in {*RUNTIMES, "deno"}:
        context.remark(line, f"{image.value}: the pipeline builds and runs the app with Node.js {context.project.node}")
    elif base != "scratch":
        what = "`runtime.base` takes an image by its digest with Node.js at /nodejs/bin/node" if running else "not used"
        context.remark(line, f"base image {image.value}: {what}")


def _line(context: Context, line: str, image: str, at: int) -> None:
    project = context.project
    if line == project.node or context.findings.has("node"):
        return
    if line in NODE and line not in ENDED:
        context.findings.carry("node", line, f"{context.place(at)}: FROM {image}")
    else:
        why = "its support has ended" if int(line) <= max(map(int, NODE)) else "the pipeline does not have it yet"
        context.remark(at, f"Node.js {line} ({image}): {why}, so {project.node} is used")


def commands(context: Context, steps: Sequence[Step], *, running: bool) -> None:
    """What ``RUN`` does in a stage; what has no key is a remark."""
    for step in steps:
        if step.instruction.name != "RUN":
            continue
        _mounts(context, step)
        installed: list[str] = []
        for command in runs.commands(step.instruction):
            if command.kind == "packages":
                installed += command.words
            elif not running:
                _build(context, step, command)
            elif command.kind in ("other", "program", "global", "replace"):
                _after(context, step, command)
        _packages(context, step, installed, running=running)


def variables(context: Context, walked: Walked, own: Sequence[Step]) -> Iterator[Variable]:
    """What ``ENV`` and the commands of a stage set."""
    for name, value in walked.env.items():
        yield Variable(name=name, text=value.text, place=context.place(value.line))
    for step in own:
        if step.instruction.name == "RUN":
            for command in runs.commands(step.instruction):
                if command.kind in ("script", "next-build"):
                    for name, given in command.env:
                        place = context.place(step.instruction.line)
                        yield Variable(name=name, text=expand(given, step.known), place=place)


def builds(context: Context, step: Step) -> bool:
    """Whether an instruction builds the app."""
    if step.instruction.name != "RUN":
        return False
    return any(
        command.kind == "next-build" or (command.kind == "script" and _is_build(context, command.words[0]))
        for command in runs.commands(step.instruction)
    )


def set_up(context: Context, walked: Walked, own: Sequence[Step]) -> None:
    """Carry over a stage in which the app is built."""
    of_build(variables(context, walked, own), context.project, context.findings)
    _arguments(context, walked, own)
    _changed(context, own)


def _arguments(context: Context, walked: Walked, own: Sequence[Step]) -> None:
    """Build arguments that a build reads from its environment without ``ENV``."""
    for step in own:
        if step.instruction.name != "ARG":
            continue
        for name, value in step.instruction.pairs():
            if name not in context.project.env or name in walked.env:
                continue
            text = Text(value=context.given[name]) if name in context.given else step.expand(value)
            if "=" not in step.instruction.text and name not in context.given:
                text = Text(value="", unknown=(name,))
            if not context.findings.has(f"build.env.{name}"):
                place = context.place(step.instruction.line)
                of_build([Variable(name=name, text=text, place=place)], context.project, context.findings)


def _changed(context: Context, own: Sequence[Step]) -> None:
    """Files of the source that are put elsewhere for the build."""
    for step in own:
        if step.instruction.name not in ("COPY", "ADD") or step.instruction.flag("from") or step.instruction.bodies:
            continue
        *sources, target = [step.expand(word).value for word in step.instruction.words()] or [""]
        line, into = step.instruction.line, posixpath.normpath(target)
        for source in map(posixpath.normpath, sources):
            name = posixpath.basename(into)
            if name.startswith(".env"):
                context.remark(
                    line,
                    f"{source[:90]} is the build's {name[:40]}: write it into `build.env` or `build.dummies`",
                )
            elif _moved(source, target, step.directory):
                context.remark(line, f"{source[:90]} is put at {target[:90]} for the build: put it there in the source")


def _moved(source: str, target: str, directory: str) -> bool:
    """Whether a file of the source has another place in the build; of a directory, its content is copied."""
    below = posixpath.relpath(posixpath.join(directory, target), directory)
    name = posixpath.basename(source)
    if "/" not in source or below == ".." or below.startswith("../") or re.search(r"[*?$\[]", source):
        return False
    return below not in (source, posixpath.dirname(source)) and "." in name[1:]


def directory(step: Step) -> str:
    """Where the build of an instruction runs: its ``cd``, else the working directory."""
    found = _CD.findall(step.instruction.text)
    return posixpath.normpath(posixpath.join(step.directory, found[-1])) if found else step.directory


def _is_build(context: Context, script: str) -> bool:
    text = context.project.scripts.get(script, "")
    return "build" in script or "next build" in text


def _build(context: Context, step: Step, command: Command) -> None:  # noqa: C901  one branch for each form of the language
    line, findings, project = step.instruction.line, context.findings, context.project
    if command.kind == "script" and len(command.words) == 1:
        script = command.words[0]
        if (script != "build" and script in project.scripts) or (script == "build" and findings.has("build.scripts")):
            findings.add("build.scripts", script, f"{context.place(line)}: RUN")
        elif script not in project.scripts and script != "build":
            _other(context, step, command, "package.json has no such script")
    elif command.kind == "program":
        text = " ".join(command.words)
        if any(all(word in one.command.split() for word in command.words[:2]) for one in project.generators):
            return
        if not re.search(r"[$\"'`]", text):
            findings.add("build.generate", DETECTED, f"{context.place(line)}: RUN")
            findings.add("build.generate", text, f"{context.place(line)}: RUN")
        else:
            _other(context, step, command, "write it into `build.generate` if the build needs it")
    elif command.kind == "replace":
        _replace(context, step, command)
    elif command.kind == "global":
        _global(context, line, command)
    elif command.kind == "install":
        flags = sorted({"--legacy-peer-deps", "--force", "--shamefully-hoist", "--ignore-engines"} & set(command.words))
        if flags:
            context.remark(line, f"the install has {', '.join(flags)}: write it into the package manager's own file")
    elif command.kind == "other":
        why = "if the build needs it, add a script of package.json to `build.scripts`"
        _other(context, step, command, "write the change as `patches`" if "sed " in command.text else why)


def _global(context: Context, line: int, command: Command) -> None:
    for word in command.words:
        found = _VERSION.fullmatch(word)
        name = found[1] if found else word.partition("@")[0]
        if name in runs.MANAGERS:
            if found and name == context.project.manager.name and not context.project.manager_version:
                context.remark(
                    line, f"{word}: write `packageManager` into package.json, or the version of Node.js decides"
                )
        elif name not in ("corepack", "node-gyp"):
            context.remark(
                line, f"the program {word} is installed for all: add it to devDependencies if the build needs it"
            )


def _replace(context: Context, step: Step, command: Command) -> None:
    old, new, *files = command.words
    for file in files:
        path = context.below_app(f"{step.directory}/{file}", step.directory)
        if path is None or file.startswith("/"):
            _other(context, step, command, "write it as `patches`")
            return
    for file in files:
        place = f"{context.place(step.instruction.line)}: sed"
        patch = Patch(files=file.removeprefix("./"), replace=old, with_=new)
        context.findings.add("patches", patch, place)


def _other(context: Context, step: Step, command: Command, why: str) -> None:
    text = " ".join(command.text.split())
    shown = text if len(text) <= _SHOWN else f"{text[:_SHOWN]}…"
    context.remark(step.instruction.line, f"`{shown}` is not carried over: {why}")


def _after(context: Context, step: Step, command: Command) -> None:
    """A command of the stage that becomes the image."""
    if command.kind != "global" or {word.partition("@")[0] for word in command.words} - {*runs.MANAGERS}:
        _other(context, step, command, "an image is put together from files, and no command runs in it")


def _mounts(context: Context, step: Step) -> None:
    for flag, value in step.instruction.flags:
        parts = dict(part.partition("=")[::2] for part in value.split(","))
        if flag != "mount":
            continue
        if parts.get("type") == "secret":
            name = parts.get("id", "")
            how = (
                "pass it with --npmrc"
                if "npmrc" in name.lower()
                else "no build gets secrets: `build.dummies` stand for them"
            )
            context.remark(step.instruction.line, f"the build has the secret {name}: {how}")
        elif parts.get("type") == "ssh":
            context.remark(
                step.instruction.line, "the build has SSH keys: dependencies come from registries, with --npmrc"
            )


def _packages(context: Context, step: Step, names: list[str], *, running: bool) -> None:
    needless, others = packages.split([one for one in names if not one.startswith(("$", ".", "/"))])
    line = step.instruction.line
    if needless:
        why = "; ".join(f"{', '.join(found)}: {reason}" for reason, found in needless.items())
        context.remark(line, f"packages that are not needed: {why}")
    if others and running:
        what = "the image has none of them; if the app needs them, `runtime.base` takes an image that does"
        context.remark(line, f"packages {', '.join(others)}: {what}")
    elif others:
        context.remark(line, f"packages {', '.join(others)}: the build has Node.js and the app's own packages alone")
