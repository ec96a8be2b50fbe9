"""Programs that have to run before the app's build: generators of code, patches of packages, the app's own preparation.

Managers run them after an install, by the scripts of package.json's life cycle (``postinstall``, ``prepare``). The
install here runs no scripts, so what a build needs of them is found and planned, and the rest is left out by its kind.
Generators that a file declares, such as Prisma's schema, are found without a script too.
"""

import posixpath
import re
from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass, field

from ci.decide.ecosystems.locked import Locked
from ci.decide.project import prisma
from ci.decide.project.declared import DECLARED, ENDINGS, Declared, ignored
from ci.decide.project.kinds import GENERATES, HOOKS, OWN, PATCHES, kind
from ci.decide.project.package import Package
from ci.decide.project.scripts import commands
from ci.decide.project.shell import of_others, words
from ci.decide.project.workspace import Workspace

LIFE_CYCLE = ("preinstall", "install", "postinstall", "prepare")
"""Scripts that managers run for the packages of the source itself, in this order."""

_HOOK = re.compile(r"\bhooks?\b")


@dataclass(frozen=True, kw_only=True)
class Generator:
    """A command that runs before the build.

    Attributes:
        directory: where, below the source.
        command: for a shell, with the programs of the installed packages on PATH.
        reason: why, and where that was found.
        key: what it makes; two with one key are the same.
        env: variables for it alone; those of the build win.
    """

    directory: str
    command: str
    reason: str
    key: tuple[str, str]
    env: Mapping[str, str] = field(default_factory=dict)


@dataclass(frozen=True, kw_only=True)
class LeftOut:
    """A command of a life cycle script that does not run.

    Attributes:
        command: as it is written.
        script: name of the script and its package.json.
        why: the kind of command; empty where it is not known.
    """

    command: str
    script: str
    why: str


@dataclass(frozen=True, kw_only=True)
class Found:
    """What runs before the build, in order, and what does not."""

    generators: tuple[Generator, ...]
    left_out: tuple[LeftOut, ...]


def find(files: Mapping[str, str], place: Workspace, locked: Sequence[Locked], *, hooks: bool, turbo: bool) -> Found:
    """Find what runs before the build.

    Args:
        files: content of the source's files, by path.
        place: the app and its workspace.
        locked: packages of the lockfile.
        hooks: whether the manager runs ``pre…`` and ``post…`` scripts.
        turbo: whether turbo builds the app.

    Returns:
        Commands in the order in which they run. What the packages' own builds run is not among them; what the app's
        build script runs is.
    """
    looking = _Looking(files=files, place=place, locked=locked, hooks=hooks)
    found: list[Generator] = []
    left: list[LeftOut] = []
    for one in looking.life_cycle():
        if isinstance(one, Generator):
            found.append(one)
        else:
            left.append(one)
    found += looking.declared()
    done = looking.by_builds(turbo=turbo)
    unique = {one.key: one for one in reversed(found) if one.key not in done}
    chosen = [unique[key] for key in dict.fromkeys(one.key for one in found) if key in unique]
    return Found(
        generators=tuple(sorted(chosen, key=lambda one: one.key[0] != PATCHES)),
        left_out=tuple(dict.fromkeys(left)),
    )


def runs(scripts: Mapping[str, str], names: Iterable[str], generator: Generator, app: str, *, hooks: bool) -> bool:
    """Whether scripts of the app run a generator by themselves."""
    return any(
        _tool(found) == generator.key[0] and (directory == generator.directory or bool(prisma.place_of(found)))
        for name in names
        for command, directory in _walk(commands(scripts, name, hooks=hooks), app)
        for found in [words(command)]
        if found
    )


@dataclass(frozen=True, kw_only=True)
class _Looking:
    files: Mapping[str, str]
    place: Workspace
    locked: Sequence[Locked]
    hooks: bool

    def packages(self) -> tuple[Package, ...]:
        """Those whose scripts a manager would run: the root, what the app needs, and the app."""
        needed = [self.place.members[directory] for directory in self.place.closure()]
        return tuple({p.path: p for p in (self.place.owner, *needed, self.place.app) if p.data}.values())

    def life_cycle(self) -> Iterator[Generator | LeftOut]:
        for package in self.packages():
            for event in LIFE_CYCLE:
                for command, directory, via in self._commands(package, event):
                    yield self._judged(command, directory, f"script {event} of {via}", event)

    def declared(self) -> Iterator[Generator]:
        for package in self.packages():
            yield from self._prisma(package)
            for one in DECLARED:
                yield from self._by_config(package, one)

    def by_builds(self, *, turbo: bool) -> set[tuple[str, str]]:
        """Keys of what the builds of the packages that the app needs run, and of the tasks that turbo runs before."""
        tasks = {"build", *(_tasks(self.files.get("turbo.json", "")) if turbo else ())}
        packages = [p for p in self.packages() if p.directory != self.place.app.directory or turbo]
        return {
            self._key(found, directory)
            for package in packages
            for task in tasks
            if package.directory != self.place.owner.directory or package is self.place.app
            for command, directory in _walk(
                commands(package.table("scripts"), task, hooks=self.hooks), package.directory
            )
            for found in [words(command)]
            if found and kind(found) == GENERATES
        }

    def _commands(self, package: Package, event: str) -> Iterator[tuple[str, str, str]]:
        scripts = package.table("scripts")
        for command, directory in _walk(commands(scripts, event, hooks=False), package.directory):
            if not of_others(command):
                yield command, directory, package.path
                continue
            named, members = {*command.split()}, [p for p in self.packages() if p is not package]
            inner = [(p, name) for p in members for name in p.table("scripts") if name in named]
            if not inner:
                yield command, directory, package.path
            for member, name in inner:
                for one, place in _walk(commands(member.table("scripts"), name, hooks=self.hooks), member.directory):
                    yield one, place, f"{package.path}, by {name} of {member.path}"

    def _judged(self, command: str, directory: str, script: str, event: str) -> Generator | LeftOut:
        found = words(command)
        what = kind(found)
        if what == OWN and (event == "preinstall" or _HOOK.search(command)):
            what = HOOKS if _HOOK.search(command) else "a check before the install"
        if what == GENERATES and not self._installed(found[0]):
            what = f"{found[0]} is not installed"
        if what in {GENERATES, PATCHES, OWN}:
            return self._generator(command, directory, f"{script}; {what}")
        return LeftOut(command=command, script=script, why=what)

    def _generator(self, command: str, directory: str, reason: str) -> Generator:
        found = words(command)
        key = self._key(found, directory)
        env: Mapping[str, str] = {}
        if _tool(found) == "prisma":
            env = prisma.environment(self.files, directory, key[1], found, self.locked)
        return Generator(directory=directory, command=command, reason=reason, key=key, env=env)

    def _key(self, found: Sequence[str], directory: str) -> tuple[str, str]:
        tool = _tool(found)
        if tool == "prisma":
            named = prisma.place_of(found)
            package = Package(posixpath.join(directory, "package.json").removeprefix("./"), self._manifest(directory))
            place = posixpath.normpath(posixpath.join(directory, named)) if named else ""
            return tool, place or prisma.schema(self.files, package)[0] or directory
        return tool, f"{directory}: {' '.join(found)}" if kind(found) == OWN else directory

    def _manifest(self, directory: str) -> Mapping[str, object]:
        return next((p.data for p in self.packages() if p.directory == directory), {})

    def _prisma(self, package: Package) -> Iterator[Generator]:
        if not {"prisma", "@prisma/client"} & {*package.dependencies} or not self._installed("prisma"):
            return
        place, argument = prisma.schema(self.files, package)
        if not place or (package is self.place.owner and self._of_another(place)):
            return
        for name in package.table("scripts"):
            for command, directory in _walk(commands(package.table("scripts"), name, hooks=False), package.directory):
                found = words(command)
                plain = _tool(found) == "prisma" and kind(found) == GENERATES and "--watch" not in found
                if plain and self._key(found, directory)[1] == place:
                    yield self._generator(command, directory, f"{place}; script {name} of {package.path} generates it")
                    return
        command = f"prisma generate --schema={argument}" if argument else "prisma generate"
        yield self._generator(command, package.directory, f"{place} declares a generator")

    def _of_another(self, place: str) -> bool:
        return any(
            posixpath.join(place, "").startswith(f"{p.directory}/")
            for p in self.place.members.values()
            if p.directory != self.place.owner.directory
        )

    def _by_config(self, package: Package, one: Declared) -> Iterator[Generator]:
        name = next((name for name in one.package if name in package.dependencies), "")
        if not name or not self._installed(name):
            return
        names = [f"{config}.{ending}" for config in one.config for ending in one.endings]
        places = [posixpath.normpath(posixpath.join(package.directory, place)) for place in names]
        config = next((path for path in places if path in self.files), "")
        if not config or (one.plugin and one.plugin in self._next_config(package.directory)):
            return
        command = one.command.format(package=name)
        if not one.scripted:
            yield self._generator(command, package.directory, f"{config} declares it")
            return
        if one.plugin or ignored(self.files, config, package.directory):
            wanted = command.split()[0]
            for script in package.table("scripts"):
                for written, directory in _walk(
                    commands(package.table("scripts"), script, hooks=False), package.directory
                ):
                    found = words(written)
                    if found and found[0] == wanted and kind(found) == GENERATES:
                        reason = f"{config} declares it; script {script} of {package.path} generates"
                        yield self._generator(written, directory, reason)
                        return

    def _next_config(self, directory: str) -> str:
        names = (posixpath.normpath(posixpath.join(directory, f"next.config.{ending}")) for ending in ENDINGS)
        return "\n".join(self.files.get(name, "") for name in names)

    def _installed(self, program: str) -> bool:
        """Whether the lockfile has the package of a program; where it has none at all, it could not be read."""
        known = {p.name for p in self.locked}
        package = next((d.package for d in DECLARED if d.command.split()[0] == program), (program,))
        return (
            not known
            or program not in {"prisma", *(n for d in DECLARED for n in d.package)}
            or bool(known & {program, *package})
        )


def _tool(found: Sequence[str]) -> str:
    """What two commands that generate the same have in common."""
    if not found:
        return ""
    if found[0] in {"prisma", "prisma2"}:
        return "prisma"
    return PATCHES if kind(found) == PATCHES else found[0]


def _walk(texts: Iterable[str], directory: str) -> Iterator[tuple[str, str]]:
    """Commands with the directory in which each runs; `cd` changes it for those that follow."""
    for text in texts:
        found = text.split()
        if found[0] == "cd" and len(found) > 1:
            directory = posixpath.normpath(posixpath.join(directory, found[1].strip("\"'")))
        else:
            yield text, directory


def _tasks(turbo: str) -> set[str]:
    """Tasks that turbo.json lets run before ``build``."""
    found: set[str] = set()
    waiting = ["build"]
    while waiting:
        body = re.search(
            rf'"(?:[\w./@-]+#)?{re.escape(waiting.pop())}"\s*:\s*\{{[^{{}}]*?"dependsOn"\s*:\s*\[([^\]]*)\]', turbo
        )
        names = {n.lstrip("^").rpartition("#")[2] for n in re.findall(r'"([^"]+)"', body[1])} if body else set()
        waiting += sorted(names - found)
        found |= names
    return found
