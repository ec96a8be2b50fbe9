"""Scripts of package.json, read as the commands that they consist of. None is run."""

import re
import shlex
from collections.abc import Iterator, Mapping, Sequence
from fnmatch import fnmatchcase

from ci.decide import ecosystems

HOOKED = ("pre{}", "{}", "post{}")
"""What a manager runs for a script, in order; yarn 2 and on runs the script alone."""

LONGEST = 2_000
"""Letters of a command that are looked at."""

_PART = re.compile(r"""'[^']*'|"(?:\\.|[^"\\])*"|\\.|(?P<end>&&|\|\||[;|&\n])""", re.DOTALL)
_ASSIGNMENT = re.compile(r"[A-Za-z_]\w*=")
_RUNNERS = frozenset({*ecosystems.names(), "npx", "pnpx", "bunx", "corepack"})
_RUN = frozenset({"run", "run-script", "exec", "x", "dlx", "--"})
_SEVERAL = frozenset({"run-s", "run-p", "npm-run-all", "npm-run-all2", "concurrently"})
_ENVIRONMENT = frozenset({"cross-env", "cross-env-shell", "env", "dotenv", "dotenvx", "dotenv-run", "env-cmd"})
_OF_OTHERS = frozenset({"turbo", "nx", "lerna", "workspace", "workspaces", "-r", "--recursive", "-w", "--workspace"})
_WITH_VALUE = frozenset({"-e", "-f", "-c", "-p", "--package", "-v", "-o", "--filter", "-F", "-w", "--workspace", "-C"})


def split(text: str) -> list[str]:
    """The simple commands of a shell line, without what connects them."""
    parts, begin = [], 0
    for match in _PART.finditer(text):
        if match["end"]:
            parts.append(text[begin : match.start()])
            begin = match.end()
    return [part.strip() for part in (*parts, text[begin:]) if part.strip()]


def words(command: str) -> tuple[str, ...]:
    """The words of a simple command: program and arguments, without what only prepares or starts it.

    Variables before it (``A=b``, ``cross-env``, ``dotenv … --``) and the manager's ways to start a program (``npx``,
    ``pnpm exec``, ``yarn``) are left out, and so is the directory of the program.
    """
    read = command[:LONGEST]
    try:
        rest = shlex.split(read)
    except ValueError:
        rest = read.split()
    before: list[str] = []
    while rest != before:
        before = rest
        rest = _unwrapped(rest)
    return (rest[0].removeprefix("./").rpartition("node_modules/.bin/")[2], *rest[1:]) if rest else ()


def _unwrapped(rest: list[str]) -> list[str]:
    while rest and _ASSIGNMENT.match(rest[0]):
        rest = rest[1:]
    if rest and rest[0] in _ENVIRONMENT:
        if "--" in rest:
            return rest[rest.index("--") + 1 :]
        rest = rest[1:]
        return _without_options(rest)
    if rest and rest[0] in _RUNNERS and not set(rest) & _OF_OTHERS:
        rest = _without_options(rest[1:])
        return _without_options(rest[1:]) if rest and rest[0] in _RUN else rest
    return rest


def _without_options(rest: list[str]) -> list[str]:
    while rest and rest[0].startswith("-"):
        rest = rest[2:] if rest[0] in _WITH_VALUE else rest[1:]
    return rest


def of_others(command: str) -> bool:
    """Whether a command runs scripts of other packages of the workspace, such as ``turbo run`` and ``pnpm -r``."""
    found = command.split()
    return bool(set(found) & _OF_OTHERS) or any(word.startswith(("--filter", "-F", "--workspace")) for word in found)


def called(command: str, scripts: Mapping[str, str]) -> list[tuple[str, Sequence[str]]]:
    """The scripts that a command runs by a manager, with further arguments; none where it runs a program."""
    first = next((word for word in command.split() if not _ASSIGNMENT.match(word)), "")
    found = words(command)
    if found and found[0] in _SEVERAL:
        names = [name.removeprefix("npm:") for word in found[1:] for name in [*word.split()][-1:]]
        return [(name, ()) for wanted in names for name in scripts if fnmatchcase(name, wanted)]
    if first in _RUNNERS and found and found[0] in scripts and not of_others(command):
        return [(found[0], [word for word in found[1:] if word != "--"])]
    return []


def commands(scripts: Mapping[str, str], name: str, *, hooks: bool = True) -> Iterator[str]:
    """The commands that a script consists of; those of scripts that it runs are in their place.

    Args:
        scripts: name to text.
        name: of the script; unknown ones have no commands.
        hooks: whether scripts ``pre…`` and ``post…`` of that name run too.
    """
    for event in (form.format(name) for form in (HOOKED if hooks else HOOKED[1:2])):
        yield from _expanded(scripts, scripts.get(event, ""), hooks=hooks, within=(name, event))


def _expanded(scripts: Mapping[str, str], text: str, *, hooks: bool, within: tuple[str, ...]) -> Iterator[str]:
    for command in split(text):
        running = [(name, more) for name, more in called(command, scripts) if name not in within]
        if not running:
            yield command
        for name, more in running:
            for event in (form.format(name) for form in (HOOKED if hooks else HOOKED[1:2])):
                further = " ".join([scripts.get(event, ""), *(map(shlex.quote, more) if event == name else ())])
                yield from _expanded(scripts, further, hooks=hooks, within=(*within, name, event))
