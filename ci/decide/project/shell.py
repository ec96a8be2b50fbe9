"""Command lines of package.json's scripts, as far as a shell's rules are simple. None is run."""

import re
import shlex
from dataclasses import dataclass

from ci.decide import ecosystems

LONGEST = 2_000
"""Letters of a command that are looked at."""

LIST = re.compile(r"(?:npx\s+)?(?P<program>run-s|run-p|npm-run-all2?)\s+(?P<names>.+)")
"""A program that runs several scripts by their names."""

SHELL = re.compile(r"\|\||[|`\n()<>]|\$\(|(?<!&)&(?!&)")
"""Signs of a command that is more than one program with arguments."""

IN_ORDER = frozenset({"&&", ";"})
"""What separates commands that run one after the other."""

_PART = re.compile(r"""'[^']*'|"(?:\\.|[^"\\])*"|\\.|(?P<end>&&|\|\||[;|&\n])""", re.DOTALL)
_FORGIVES = re.compile(r"(?:true|:|exit 0|(?:echo|printf)\b.*)")
"""Commands behind ``||`` that let the script go on, whatever the one before did."""

FORGIVEN = " || true"
"""End of a simple command that may fail."""

_ASSIGNMENT = re.compile(r"[A-Za-z_]\w*=")
_MANAGERS = frozenset(ecosystems.names())
_RUNNERS = frozenset({*_MANAGERS, "npx", "pnpx", "bunx", "corepack"})
_SCRIPT = frozenset({"run", "run-script"})
_PROGRAM = frozenset({"exec", "x", "dlx"})
_ENVIRONMENT = frozenset({"cross-env", "cross-env-shell", "env", "exec", "dotenv", "dotenvx", "dotenv-run", "env-cmd"})
_SECRETS = frozenset({"doppler", "infisical"})
"""Programs that set variables for the command behind ``--``, and that have other commands too."""

_PACKAGE = frozenset({"--filter", "--filter-prod", "-F", "-w", "--workspace", "workspace"})
_DIRECTORY = frozenset({"-C", "--dir", "--cwd", "--prefix"})
_OF_OTHERS = frozenset({"turbo", "nx", "lerna", "workspaces", "-r", "--recursive", *_PACKAGE})
_WITH_VALUE = frozenset({"-e", "-f", "-c", "-p", "--package", "-v", "-o", *_PACKAGE, *_DIRECTORY})


@dataclass(frozen=True, kw_only=True)
class Call:
    """A script that a command runs by a package manager.

    Attributes:
        script: its name, whether or not there is such a script.
        package: name, directory or filter of the package that has it; empty for the one of the command itself.
        arguments: further ones of the script.
    """

    script: str
    package: str
    arguments: tuple[str, ...]


def pieces(line: str, separators: frozenset[str] = IN_ORDER) -> list[tuple[str, str]]:
    """The commands that separators outside of quotes divide a line into, each with the separator before it.

    Args:
        line: of a shell.
        separators: that count; any other stays part of its command.
    """
    found, begin, before = [], 0, ""
    for match in _PART.finditer(line):
        if match["end"] in separators:
            found.append((before, line[begin : match.start()].strip()))
            begin, before = match.end(), match["end"]
    found.append((before, line[begin:].strip()))
    return [(separator, command) for separator, command in found if command]


def split(line: str) -> list[str]:
    """The simple commands of a line, without what connects them.

    A command that may fail keeps ``|| true``, and so do those that lead to it by ``&&``.
    """
    found: list[str] = []
    begin = 0
    for separator, command in pieces(line, frozenset({*IN_ORDER, "||", "|", "&", "\n"})):
        if separator == "||" and found and _FORGIVES.fullmatch(command):
            found[begin:] = [one if one.endswith(FORGIVEN) else one + FORGIVEN for one in found[begin:]]
            continue
        if separator != "&&":
            begin = len(found)
        found.append(command)
    return found


def words(command: str) -> tuple[str, ...]:
    """The words of a simple command: program and arguments, without what only prepares or starts it.

    Variables before it (``A=b``, ``cross-env``, ``dotenv … --``) and the manager's ways to start a program (``npx``,
    ``pnpm exec``, ``yarn``) are left out, and so is the directory of an installed program.
    """
    rest = _words(command)
    before: list[str] = []
    while rest != before:
        before, rest = rest, _unwrapped(rest)
    return (rest[0].rpartition("node_modules/.bin/")[2], *rest[1:]) if rest else ()


def call(command: str) -> Call | None:
    """The script that a command runs by a package manager; None where it runs a program."""
    rest = _without_variables(_words(command))
    rest = rest[1:] if rest[:1] == ["corepack"] else rest
    if not rest or rest[0] not in _MANAGERS:
        return None
    package, names, at = "", list[str](), 1
    while at < len(rest) and rest[at] != "--":
        option, given, value = rest[at].partition("=")
        if option in _PACKAGE | _DIRECTORY:
            package = value if given else "".join(rest[at + 1 : at + 2])
            at += 1 if given else 2
            continue
        if not names and rest[at] in _PROGRAM:
            return None
        if names or not (rest[at].startswith("-") or rest[at] in _SCRIPT):
            names.append(rest[at])
        at += 1
    names += rest[at + 1 :]
    return Call(script=names[0], package=package, arguments=tuple(names[1:])) if names else None


def of_others(command: str) -> bool:
    """Whether a command runs scripts of other packages of the workspace, such as ``turbo run`` and ``pnpm -r``."""
    return any(word.partition("=")[0] in _OF_OTHERS for word in command.split())


def _words(command: str) -> list[str]:
    """The words of a command, without quotes, and without the ``|| true`` of one that may fail."""
    read = command.removesuffix(FORGIVEN)[:LONGEST]
    try:
        return shlex.split(read)
    except ValueError:
        return read.split()


def _unwrapped(rest: list[str]) -> list[str]:
    """The same without the first thing that only prepares or starts the program."""
    rest = _without_variables(rest)
    if rest and rest[0] in _ENVIRONMENT | _SECRETS:
        if "--" in rest:
            return rest[rest.index("--") + 1 :]
        return _without_options(rest[1:]) if rest[0] in _ENVIRONMENT else rest
    if rest and rest[0] in _RUNNERS and not of_others(" ".join(rest)):
        rest = _without_options(rest[1:])
        return _without_options(rest[1:]) if rest and rest[0] in {*_SCRIPT, *_PROGRAM, "--"} else rest
    return rest


def _without_variables(rest: list[str]) -> list[str]:
    at = next((at for at, word in enumerate(rest) if not _ASSIGNMENT.match(word)), len(rest))
    return rest[at:]


def _without_options(rest: list[str]) -> list[str]:
    while rest and rest[0].startswith("-"):
        rest = rest[2:] if rest[0] in _WITH_VALUE else rest[1:]
    return rest
