"""What the commands of ``RUN`` do, as far as a pipeline file can say it."""

import re
import shlex
from collections.abc import Iterator
from dataclasses import dataclass

from ci.decide import ecosystems
from ci.decide.migrate import words
from ci.decide.migrate.dockerfile import Instruction
from ci.decide.project import shell

MANAGERS = ecosystems.names()
_QUIET = frozenset(
    [
        "set",
        "cd",
        "echo",
        "printf",
        "true",
        "false",
        ":",
        "exit",
        "sleep",
        "ls",
        "cat",
        "pwd",
        "test",
        "[",
        "[[",
        "fi",
        "done",
        "esac",
        "for",
        "case",
        "node-v",
        "chmod",
        "chown",
        "mkdir",
        "find",
        "addgroup",
        "adduser",
        "groupadd",
        "useradd",
        "usermod",
        "groupmod",
        "rm",
        "rmdir",
        "touch",
        "corepack",
        "which",
        "unset",
        "read",
    ]
)
_INSTALL = frozenset(["install", "i", "ci", "add"])
_MANAGER = frozenset(
    [
        "config",
        "cache",
        "set",
        "get",
        "store",
        "prune",
        "version",
        "-v",
        "--version",
        "telemetry",
        "why",
        "list",
        "init",
    ]
)
_TOOLS = frozenset(["apk", "apt", "apt-get"])
_KEYWORD = re.compile(r"^(?:(?:then|else|do|if|elif|while|until|time|!|\{|\()\s+)+")
_CASE = re.compile(r"^[^\s()]{1,60}\)\s+")
_ASSIGNED = re.compile(r"([A-Za-z_]\w*)=((?:'[^']*'|\"(?:\\.|[^\"\\])*\"|[^\s'\"])*)(?:\s+|$)", re.ASCII)
_REDIRECTED = re.compile(r"\s*\d?>>?\s*(?:&\d|\S+)")
_BUILDERS = ("turbo", "nx", "lerna")
_SED = re.compile(r"s([/|#])((?:(?!\1).)*)\1((?:(?!\1).)*)\1g?")
_PATTERN = re.compile(r"[\\.*^$\[\]+?(){}|&]")


@dataclass(frozen=True, kw_only=True)
class Command:
    """A command.

    Attributes:
        kind: ``script`` (of package.json), ``next-build``, ``packages`` (of the system), ``install``, ``global`` (a
            package manager or a tool), ``program`` (of an installed package), ``replace`` (a text in files), ``other``,
            or empty for one that needs nothing.
        words: script, packages, options, program with arguments; text, replacement and files.
        text: as it is written.
        env: variables before it, with their quotes.
    """

    kind: str
    words: tuple[str, ...]
    text: str
    env: tuple[tuple[str, str], ...] = ()


def commands(instruction: Instruction) -> Iterator[Command]:
    """The commands of an instruction, those of its here-documents and of ``sh -c`` too."""
    lines = [instruction.text]
    if instruction.bodies:
        lines = list(instruction.bodies)
    elif instruction.json:
        given = instruction.arguments
        lines = [given[2]] if len(given) > 2 and given[1] in ("-c", "-lc", "-ec") else [shlex.join(given)]  # noqa: PLR2004  one branch for each form of the language
    exported: tuple[tuple[str, str], ...] = ()
    for line in lines:
        for text in shell.split(line):
            bare = _CASE.sub("", text)
            bare = _KEYWORD.sub("", bare.removesuffix(shell.FORGIVEN), count=1).strip(" ()")
            bare = bare.removeprefix("export ")
            env, rest = _assignments(bare)
            if not rest:
                exported = (*exported, *env)
                continue
            kind, found = _kind(rest)
            yield Command(kind=kind, words=found, text=text, env=(*exported, *env))


def _assignments(text: str) -> tuple[tuple[tuple[str, str], ...], str]:
    env: list[tuple[str, str]] = []
    while found := _ASSIGNED.match(text):
        env.append((found[1], found[2]))
        text = text[found.end() :]
    return tuple(env), text


def _kind(text: str) -> tuple[str, tuple[str, ...]]:  # noqa: C901, PLR0911, PLR0912  one branch for each form of the language
    text = _REDIRECTED.sub("", text)
    given = [words.expand(word, {}).value if "$" not in word else word for word in words.split(text[: shell.LONGEST])]
    if not given:
        return "", ()
    program, rest = given[0], given[1:]
    if program == "find" and {"-exec", "-execdir", "-delete"} & set(rest):
        return "other", ()
    verbs = [word for word in rest if not word.startswith("-")]
    if program in _QUIET or (program == "node" and rest and rest[0] in ("-v", "--version", "-p")):
        return "", ()
    if program in _TOOLS:
        if {"add", "install"} & set(rest):
            return "packages", tuple(word for word in verbs if word not in ("add", "install"))
        return "", ()
    if program in MANAGERS and (managed := _manager(rest, verbs)):
        return managed
    if program == "sed" and (replaced := _sed(rest)):
        return "replace", replaced
    called = shell.call(text)
    if called:
        name = called.script
        if name in _BUILDERS:
            return ("script", ("build",)) if "build" in called.arguments else ("", ())
        return "script", (name,) if not called.package else (name, called.package)
    found = shell.words(text)
    if found[:2] == ("next", "build"):
        return "next-build", ()
    if found[:1] == ("next",) or (found[:1] == ("node",) and not found[1:]):
        return "", ()
    if found and found[0] in _BUILDERS:
        return ("script", ("build",)) if "build" in found else ("", ())
    if found and program in (*MANAGERS, "npx", "pnpx", "bunx"):
        return "program", found
    return "other", ()


def _manager(rest: list[str], verbs: list[str]) -> tuple[str, tuple[str, ...]] | None:  # noqa: PLR0911  one branch for each form of the language
    """What a package manager does by itself; None where it runs a script or a program."""
    verb = verbs[0] if verbs else ""
    if not verb and not [one for one in rest if one in ("--version", "-v")]:
        return "install", tuple(rest)
    if verb in _INSTALL:
        if {"-g", "--global"} & set(rest):
            return "global", tuple(verbs[1:])
        named = [one for one in verbs[1:] if not one.startswith("$")]
        if named and verb in ("add", "install", "i"):
            return "other", ()
        return "install", tuple(one for one in rest if one.startswith("-"))
    if verb == "global":
        return "global", tuple(verbs[2:])
    if verb in _MANAGER or not verb:
        return "", ()
    return None


def _sed(rest: list[str]) -> tuple[str, ...] | None:
    """Text, replacement and files of a ``sed -i`` whose pattern is plain text; None for any other."""
    given = [one for one in rest if one not in ("-i", "-e", "-ie", "--in-place")]
    if len(given) == len(rest) or len(given) < 2 or any(one.startswith("-") for one in given):  # noqa: PLR2004  one branch for each form of the language
        return None
    found = _SED.fullmatch(given[0])
    if not found or not found[2] or _PATTERN.search(found[2]) or re.search(r"[\\&]", found[3]):
        return None
    files = given[1:]
    return (found[2], found[3], *files) if not any(re.search(r"[$`{}\[\]]", one) for one in files) else None
