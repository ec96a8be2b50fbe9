"""Scripts of package.json that do more than build: steps that an image build cannot run, and those it need not run.

Scripts are read as a shell reads them, as far as ``&&`` and ``;`` go, through ``run-s`` and ``npm-run-all``, wrappers
such as ``dotenv --`` and calls of other scripts. What is written in another way counts as not known, and stays.
"""

import json
import re
from collections.abc import Iterator, Sequence
from dataclasses import dataclass

from ci.decide.project.kinds import migrates, optional
from ci.decide.project.scripts import HOOKED, Scripts
from ci.decide.project.shell import LIST, SHELL, call, pieces

NOTHING = "true"
"""The command of a script of which nothing is left."""

_MOST = 60
"""Scripts that are followed."""

_FOR_IMAGES = re.compile(
    r"build[-:_.]?(?:docker|container|image|standalone)|(?:docker|container|standalone)[-:_.]build"
)


@dataclass(frozen=True, kw_only=True)
class Cut:
    """A script without some of its steps.

    Attributes:
        path: of the package.json.
        script: its name.
        before: its command.
        after: the command without these steps.
        steps: that are left out.
    """

    path: str
    script: str
    before: str
    after: str
    steps: tuple[str, ...]

    @property
    def replace(self) -> str:
        """The command as package.json has it."""
        return json.dumps(self.before, ensure_ascii=False)

    @property
    def replacement(self) -> str:
        """The other one, in the same form."""
        return json.dumps(self.after, ensure_ascii=False)


def cuts(packages: Sequence[Scripts], roots: Sequence[tuple[str, str]]) -> tuple[Cut, ...]:
    """What is left out of scripts so that they need no database.

    Args:
        packages: the app, and packages of its workspace.
        roots: path of a package.json, and script, of each that the build runs.
    """
    reader = _Reader(packages)
    for path, script in roots:
        package = next((one for one in packages if one.path == path), None)
        if package:
            reader.follow(package, script)
    return tuple(cut for cut in reader.found.values() if cut)


def for_images(package: Scripts) -> str:
    """A script that builds the app for an image, by its name, beside ``build``; empty where there is none."""
    for name, command in package.commands.items():
        if _FOR_IMAGES.fullmatch(name) and "docker" not in command and _reaches(package, name, "next build"):
            return name
    return ""


def without(package: Scripts, script: str, step: str) -> Cut | None:
    """A script, or the one that it calls, without a step; None where it has no such step, or nothing else.

    Args:
        package: the app's.
        script: that builds.
        step: a command, or the name of a script that it calls.
    """
    command = package.commands.get(script, "")
    kept, left = [], []
    for separator, piece in pieces(command):
        listed = LIST.fullmatch(piece)
        if piece == step or _names(piece) == [step]:
            left.append(piece)
        elif listed and step in _names(piece):
            left.append(step)
            kept.append((separator, _list(listed["program"], [n for n in listed["names"].split() if n != step])))
        else:
            kept.append((separator, piece))
    return _cut(package, script, kept, left) if left and kept else None


def steps(package: Scripts, script: str) -> Iterator[tuple[str, str]]:
    """Each step of a script that an image build need not run, and why.

    Yields:
        A command or the name of a script, and what it does.
    """
    for _, piece in pieces(package.commands.get(script, "")):
        listed = LIST.fullmatch(piece)
        for name in _names(piece) or [""]:
            reason = optional(name, package.commands.get(name, "") if name in package.commands else piece)
            if reason:
                yield (name if listed or name in package.commands else piece), reason


def names(package: Scripts, script: str) -> tuple[str, ...]:
    """The scripts that a script consists of, in order; none where it does anything else."""
    found: list[str] = []
    for _, piece in pieces(package.commands.get(script, "")):
        one = call(piece)
        found += [""] if one and one.package else _names(piece) or [""]
    return tuple(found) if found and all(name in package.commands for name in found) else ()


class _Reader:
    """Follows scripts through the packages of a workspace."""

    def __init__(self, packages: Sequence[Scripts]) -> None:
        self.packages = {package.path: package for package in packages}
        self.by_name = {package.name: package for package in packages}
        self.found: dict[tuple[str, str], Cut | None] = {}
        self._known: dict[tuple[str, str], bool] = {}

    def follow(self, package: Scripts, script: str) -> None:
        """Find what is left out of a script, of its hooks, and of what it calls."""
        for name in (hook.format(script) for hook in HOOKED):
            key = package.path, name
            if name not in package.commands or key in self.found or len(self.found) > _MOST:
                continue
            self.found[key] = None
            kept: list[tuple[str, str]] = []
            left: list[str] = []
            for separator, piece in pieces(package.commands[name]):
                rest, gone = self._rest(package, piece)
                left += gone
                kept += [(separator, rest)] if rest else []
            if left:
                self.found[key] = _cut(package, name, kept, left)

    def _rest(self, package: Scripts, piece: str) -> tuple[str, Sequence[str]]:
        """What stays of a piece, and what goes."""
        if self.database(package, piece):
            return "", [piece]
        listed = LIST.fullmatch(piece)
        if listed:
            words = listed["names"].split()
            gone = [word for word in words if word in package.commands and self._script(package, word)]
            for word in words:
                if word in package.commands and word not in gone:
                    self.follow(package, word)
            return _list(listed["program"], [word for word in words if word not in gone]), gone
        target = self._target(package, piece)
        if target:
            self.follow(*target)
        return piece, []

    def database(self, package: Scripts, piece: str) -> bool:
        """Whether a piece asks or changes a database, and does nothing else."""
        if SHELL.search(piece):
            return False
        if LIST.fullmatch(piece):
            names = _names(piece)
            return bool(names) and all(name in package.commands and self._script(package, name) for name in names)
        target = self._target(package, piece)
        return self._script(*target) if target else migrates(piece)

    def _script(self, package: Scripts, script: str) -> bool:
        """The same for all pieces of a script; one that calls itself does something else."""
        key = package.path, script
        if key not in self._known and len(self._known) <= _MOST:
            self._known[key] = False
            parts = pieces(package.commands[script])
            self._known[key] = bool(parts) and all(self.database(package, piece) for _, piece in parts)
        return self._known.get(key, False)

    def _target(self, package: Scripts, piece: str) -> tuple[Scripts, str] | None:
        """The script that a piece calls, in this or in another package."""
        one = call(piece)
        there = self.by_name.get(one.package) if one and one.package else package
        return (there, one.script) if one and there and one.script in there.commands else None


def _reaches(package: Scripts, script: str, text: str) -> bool:
    """Whether a script comes to a command with this text."""
    waiting, seen = [script], {script}
    while waiting:
        command = package.commands.get(waiting.pop(), "")
        if text in command:
            return True
        further = {name for _, piece in pieces(command) for name in _names(piece)} - seen
        seen |= further
        waiting += sorted(further)
    return False


def _cut(package: Scripts, script: str, kept: Sequence[tuple[str, str]], left: Sequence[str]) -> Cut | None:
    """A cut, if package.json has the command as it is read; JSON can be written in several ways."""
    parts = [piece if not n else f"{separator} {piece}" for n, (separator, piece) in enumerate(kept)]
    after = " ".join(parts).replace(" ; ", "; ") or NOTHING
    cut = Cut(
        path=package.path, script=script, before=package.commands[script], after=after, steps=tuple(dict.fromkeys(left))
    )
    return cut if cut.replace in package.text else None


def _names(piece: str) -> list[str]:
    """The scripts that a piece calls."""
    listed = LIST.fullmatch(piece)
    if listed:
        return [name for name in listed["names"].split() if not name.startswith("-")]
    one = call(piece)
    return [one.script] if one else []


def _list(program: str, names: Sequence[str]) -> str:
    return " ".join([program, *names])
