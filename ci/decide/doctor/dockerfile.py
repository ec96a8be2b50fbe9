"""Mistakes of a Dockerfile of a Next.js app: what does not start, is never healthy, or is not what was meant.

The pipeline does not use the file, so all of them are warnings or advice.
"""

import re
from collections.abc import Callable, Iterator, Mapping
from dataclasses import dataclass
from functools import cached_property

from ci.decide import ecosystems
from ci.decide.doctor.app import ignored
from ci.decide.doctor.finding import Finding
from ci.decide.migrate.dockerfile import Dockerfile, Instruction, parse
from ci.decide.migrate.stages import Walked, images, stage_of, walk
from ci.errors import ConfigError
from ci.intool.common.secret_forms import named
from ci.messages import message

NAME = re.compile(r"(?!.*\.devcontainer/)(.*/)?(Dockerfile(\.(?!dockerignore)[\w-]+)?|[\w.-]+\.Dockerfile)")
IGNORES = ("Dockerfile.dockerignore", ".dockerignore")
"""BuildKit takes the first that there is, beside the Dockerfile or in the context."""

LOOKED_AT = ("**/Dockerfile", "**/Dockerfile.*", "**/*.Dockerfile", "**/.dockerignore")
TARGETS = re.compile(r"(^|\s)(target:\s*\S|--target[ =]|target\s*=)", re.MULTILINE)

_SHELLLESS = re.compile(r"(?:^|/)distroless/|^distroless|^scratch$|^cgr\.dev/")
_WITH_SHELL = re.compile(r"(?::|-)(?:debug|dev|latest-dev)(?:[-@]|$)|-dev(?:@|$)")
_PROGRAM = re.compile(r"\b(curl|wget)\b")
_SHELL_PROGRAMS = ("sh", "bash", "npx", *ecosystems.names(), "next", "dumb-init", "tini")
_DEVELOPMENT = re.compile(r"\b(?:next|run|npm|pnpm|yarn|bun)\W{1,5}dev\b")
_FOR_DEVELOPMENT = {"dev", "development", "test", "tests", "debug", "lint", "ci", "e2e", "storybook"}
_FOR_PRODUCTION = {"runner", "production", "prod", "release", "final", "runtime", "server", "app"}
_BUILT = re.compile(r"node_modules|\.next\b|standalone|(?:^|/)(?:app|src|out)/?$|^\.$")
_INSTALL = re.compile(
    r"(?:^|[&|;(\n])[ \t]*(?:\w+=\S*[ \t]+|corepack[ \t]+)*(?P<manager>npm|pnpm|yarn|bun)(?![\w/.@-])"
    r"(?:[ \t]+(?P<verb>install|i|ci|add))?(?P<rest>[^&|;\n)]*)"
)
"""An install where a command begins."""

_ALONE = re.compile(r"yarn(?:\s+-\S+)*\s*")
"""A whole command that installs without the verb."""

_FROZEN = ("--frozen-lockfile", "--immutable", "--offline")
_ENDED = 20
"""Lines of Node.js before this one had no support when this was written."""


@dataclass(frozen=True)
class Subject:
    """A Dockerfile and what stands beside it.

    Attributes:
        file: as instructions.
        texts: all files that were looked at, by path.
    """

    file: Dockerfile
    texts: Mapping[str, str]

    @cached_property
    def images(self) -> tuple[str, ...]:
        """The image that each stage begins with."""
        return images(self.file, {})

    @cached_property
    def last(self) -> Walked:
        """What a build without a target makes."""
        return walk(self.file, len(self.file.stages) - 1, {})

    def place(self, found: Instruction) -> str:
        """File and line."""
        return self.file.place(found.line)


def examine(texts: Mapping[str, str]) -> Iterator[Finding]:
    """Mistakes of every Dockerfile of a source.

    Args:
        texts: files by path: Dockerfiles, ignore files, compose files and workflows.
    """
    for path in sorted(path for path in texts if NAME.fullmatch(path)):
        try:
            subject = Subject(parse(texts[path], path), texts)
        except ConfigError:
            continue
        for rule in RULES:
            yield from rule(subject)


def _check(subject: Subject) -> Iterator[Finding]:
    """A health check by a program that the image does not have."""
    step = subject.last.last("HEALTHCHECK")
    text = step.instruction.text if step else ""
    if not step or text.upper().startswith("NONE"):
        return
    image, place = subject.last.image.value, subject.place(step.instruction)
    found = _PROGRAM.search(text)
    if found and found[1] in _missing(subject.last):
        yield Finding.of("warning", message("doctor.check-program", place=place, program=found[1], image=image))
    elif _shellless(image) and not text.removeprefix("CMD").strip().startswith("["):
        yield Finding.of("warning", message("doctor.check-shell", place=place, image=image))


def _command(subject: Subject) -> Iterator[Finding]:
    """A command that needs a shell, in an image without one."""
    image = subject.last.image.value
    for name in ("ENTRYPOINT", "CMD"):
        step = subject.last.last(name)
        if not step or not _shellless(image):
            continue
        found = step.instruction
        first = found.arguments[0].rpartition("/")[2] if found.arguments else ""
        if not found.json or first in _SHELL_PROGRAMS:
            said = message("doctor.command-shell", place=subject.place(found), command=found.text, image=image)
            yield Finding.of("warning", said)


def _run(subject: Subject) -> Iterator[Finding]:
    """A command of the build in an image without a shell."""
    for stage, image in zip(subject.file.stages, subject.images, strict=True):
        first = next((one for one in stage.instructions if one.name == "RUN" and not one.json), None)
        if first and _shellless(image):
            yield Finding.of("warning", message("doctor.run-shell", place=subject.place(first), image=image))


def _libc(subject: Subject) -> Iterator[Finding]:
    """Packages of one C library in an image with the other."""
    here = subject.last.image.value
    for step in subject.last.steps:
        found = step.instruction
        source = stage_of(subject.file, found.flag("from")) if found.flag("from") else None
        if found.name != "COPY" or source is None or not any(_BUILT.search(word) for word in found.words()[:-1]):
            continue
        there = subject.images[source]
        if here and there and "scratch" not in (here, there) and _musl(here) != _musl(there):
            yield Finding.of("warning", message("doctor.libc", place=subject.place(found), built=there, image=here))
            return


def _target(subject: Subject) -> Iterator[Finding]:
    """A last stage that is not the one for production, and nothing that names a target."""
    stages = subject.file.stages
    last = stages[-1].name
    production = next((one.name for one in stages[:-1] if one.name in _FOR_PRODUCTION), "")
    others = [text for path, text in subject.texts.items() if not NAME.fullmatch(path)]
    if last in _FOR_DEVELOPMENT and production and not any(TARGETS.search(text) for text in others):
        place = subject.file.place(stages[-1].line)
        yield Finding.of("warning", message("doctor.no-target", place=place, last=last, stage=production))


def _development(subject: Subject) -> Iterator[Finding]:
    """An image that starts the server for development."""
    step = subject.last.last("CMD")
    if step and _DEVELOPMENT.search(step.instruction.text) and subject.file.stages[-1].name not in _FOR_DEVELOPMENT:
        yield Finding.of("warning", message("doctor.dev-server", place=subject.place(step.instruction)))


def _tags(subject: Subject) -> Iterator[Finding]:
    """Base images without a version."""
    for number, stage in enumerate(subject.file.stages):
        image = stage.base
        if stage_of(subject.file, image, number) is not None or image == "scratch" or "$" in image or "@" in image:
            continue
        tag = image.rpartition("/")[2].partition(":")[2]
        if tag in {"", "latest"}:
            yield Finding.of("warning", message("doctor.floating", place=subject.file.place(stage.line), image=image))


def _node(subject: Subject) -> Iterator[Finding]:
    """Node.js without support."""
    for number, stage in enumerate(subject.file.stages):
        image = subject.images[number]
        line = re.search(r"(?:^|/)node:(\d+)|nodejs(\d+)-debian", image)
        if line and stage_of(subject.file, stage.base, number) is None and int(line[1] or line[2]) < _ENDED:
            place = subject.file.place(stage.line)
            yield Finding.of("warning", message("doctor.node-ended", place=place, image=image))


def _user(subject: Subject) -> Iterator[Finding]:
    """An image that runs as root."""
    step = subject.last.last("USER")
    user = step.expand(step.instruction.text).value.partition(":")[0] if step else ""
    if user in {"root", "0"} or (not step and "nonroot" not in subject.last.image.value):
        line = step.instruction.line if step else subject.file.stages[-1].line
        yield Finding.of("warning", message("doctor.root", place=subject.file.place(line)))


def _install(subject: Subject) -> Iterator[Finding]:
    """An install that may change the lockfile, or that every edit of the source repeats."""
    for stage in subject.file.stages:
        whole: Instruction | None = None
        for found in stage.instructions:
            if found.name == "COPY" and not found.flag("from") and found.words()[:1] in [(".",), ("./",)]:
                whole = whole or found
            if found.name != "RUN":
                continue
            for command, frozen in _installs("\n".join([found.text, *found.bodies, " ".join(found.arguments)])):
                if not frozen:
                    yield Finding.of("warning", message("doctor.install", place=subject.place(found), command=command))
                if whole:
                    yield Finding.of("advice", message("doctor.source-first", place=subject.place(whole)))


def _installs(text: str) -> Iterator[tuple[str, bool]]:
    """Installs of all packages in a script, each with whether it keeps to the lockfile."""
    for match in _INSTALL.finditer(text):
        manager, verb, words = match["manager"], match["verb"] or "", match["rest"].split()
        named = [word for word in words if not word.startswith("-")]
        alone = _ALONE.fullmatch(f"{manager} {verb}{match['rest']}")
        if (verb not in {"install", "i", "ci"} and not alone) or named or {"-g", "--global"} & {*words}:
            continue
        frozen = verb == "ci" or any(word.partition("=")[0] in _FROZEN for word in words)
        yield " ".join(f"{manager} {verb}".split()), frozen


def _ignores(subject: Subject) -> Iterator[Finding]:
    """A context with the machine's own packages and variables."""
    whole = next(
        (
            one
            for stage in subject.file.stages
            for one in stage.instructions
            if one.name in {"COPY", "ADD"} and not one.flag("from") and one.words()[:1] in [(".",), ("./",)]
        ),
        None,
    )
    if not whole:
        return
    own = f"{subject.file.path}.dockerignore"
    rules = next((subject.texts[name] for name in (own, *IGNORES) if name in subject.texts), None)
    if rules is None:
        yield Finding.of("warning", message("doctor.no-ignore", place=subject.place(whole)))
        return
    left = [name for name in ("node_modules", ".env") if not ignored(rules, name)]
    if left:
        yield Finding.of("warning", message("doctor.ignore-lacks", place=subject.place(whole), names=left))


def _secrets(subject: Subject) -> Iterator[Finding]:
    """Secrets that the history of the image keeps."""
    for stage in subject.file.stages:
        for found in stage.instructions:
            for name, value in found.pairs() if found.name in {"ARG", "ENV"} else ():
                empty = found.name == "ENV" and not value.strip("\"'")
                if named(name) and not empty and not name.startswith("NEXT_PUBLIC_"):
                    said = message("doctor.secret-argument", place=subject.place(found), name=name)
                    yield Finding.of("warning", said)


def _parts(subject: Subject) -> Iterator[Finding]:
    """A standalone server without the files for browsers, which Next.js does not put beside it."""
    copies = [step.instruction for step in subject.last.steps if step.instruction.name == "COPY"]
    server = next((one for one in copies if "standalone" in one.text), None)
    if server and not any("static" in one.text for one in copies):
        yield Finding.of("warning", message("doctor.no-static", place=subject.place(server)))


RULES: tuple[Callable[[Subject], Iterator[Finding]], ...] = (
    *(_check, _command, _run, _libc, _target, _development, _tags, _node),
    *(_user, _install, _ignores, _secrets, _parts),
)
"""In the order of the report."""


def _shellless(image: str) -> bool:
    return bool(_SHELLLESS.search(image)) and not _WITH_SHELL.search(image)


def _musl(image: str) -> bool:
    return "alpine" in image


def _missing(stage: Walked) -> set[str]:
    """Programs for health checks that an image does not have, unless a command installs them."""
    image = stage.image.value
    scripts = [s.instruction.text + "\n".join(s.instruction.bodies) for s in stage.steps if s.instruction.name == "RUN"]
    installed = {
        name for text in scripts if re.search(r"\b(apk|apt|apt-get)\b", text) for name in _PROGRAM.findall(text)
    }
    if _shellless(image):
        return {"curl", "wget"}
    if _musl(image):
        return {"curl"} - installed
    return ({"curl", "wget"} if "slim" in image else set()) - installed
