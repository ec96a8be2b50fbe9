"""A Dockerfile as instructions and stages.

Source of the rules: the reference of the Dockerfile format (docs.docker.com/reference/dockerfile): parser directives,
line continuations, comments between them, here-documents, flags, shell and JSON form. ``ONBUILD`` has no effect on the
image that is built, and is left out.
"""

import json
import re
from collections.abc import Iterator
from dataclasses import dataclass

from ci.decide.migrate import words
from ci.errors import ConfigError

MOST = 2_000
"""Instructions that a file may have."""

_DIRECTIVE = re.compile(r"#\s*(\w+)\s*=\s*(.*?)\s*$")
_HERE = re.compile(r"""<<-?\s*(['"]?)([A-Za-z_]\w*)\1""", re.ASCII)
_FLAG = re.compile(r"--([a-z][a-z-]*)(?:=(\S*))?(?:\s+|$)")
_WITH_BODIES = ("RUN", "COPY", "ADD")
_WITH_FLAGS = ("FROM", "RUN", "COPY", "ADD", "HEALTHCHECK")


@dataclass(frozen=True, kw_only=True)
class Instruction:
    """One instruction.

    Attributes:
        line: on which it begins, from 1.
        name: in capitals.
        flags: before its arguments, by name; a flag that is there twice has two entries.
        text: its arguments on one line.
        arguments: words in JSON form; none in shell form.
        json: whether it has the JSON form.
        bodies: of its here-documents.
    """

    line: int
    name: str
    flags: tuple[tuple[str, str], ...] = ()
    text: str = ""
    arguments: tuple[str, ...] = ()
    json: bool = False
    bodies: tuple[str, ...] = ()

    def flag(self, name: str) -> str:
        """Value of a flag; empty where it has none."""
        return dict(self.flags).get(name, "")

    def words(self) -> tuple[str, ...]:
        """Arguments, with their quotes in shell form."""
        return self.arguments if self.json else tuple(words.split(self.text))

    def pairs(self) -> list[tuple[str, str]]:
        """Names and values of ``ENV``, ``LABEL`` and ``ARG``, in both forms; the values with their quotes.

        The old form of ``ENV`` has a blank behind the name, and the rest of the line is the value.
        """
        found = words.split(self.text)
        if found and "=" not in found[0] and self.name in ("ENV", "LABEL"):
            return [(found[0], self.text[len(found[0]) :].strip())]
        return [(name.strip("\"'"), value) for name, _, value in (word.partition("=") for word in found)]


@dataclass(frozen=True, kw_only=True)
class Stage:
    """A stage.

    Attributes:
        line: of its ``FROM``.
        name: behind ``AS``, in small letters; else its number, from 0.
        base: image or stage that it begins with, as it is written.
        instructions: below ``FROM``.
    """

    line: int
    name: str
    base: str
    instructions: tuple[Instruction, ...]


@dataclass(frozen=True, kw_only=True)
class Dockerfile:
    """A file.

    Attributes:
        path: of the file, for remarks.
        arguments: ``ARG`` before the first stage.
        stages: in order; at least one.
    """

    path: str
    arguments: tuple[Instruction, ...]
    stages: tuple[Stage, ...]

    def place(self, line: int) -> str:
        """A line of the file, as remarks name it."""
        return f"{self.path}:{line}"


def parse(text: str, path: str) -> Dockerfile:
    """Read a Dockerfile.

    Args:
        text: its content.
        path: of the file, for errors and remarks.

    Raises:
        ConfigError: it has no ``FROM``, or more instructions than any image needs.
    """
    before: list[Instruction] = []
    stages: list[tuple[Instruction, list[Instruction]]] = []
    for number, found in enumerate(_instructions(text)):
        if number == MOST:
            raise ConfigError.of("migrate.too-large", file=path, most=MOST)
        if found.name == "FROM":
            stages.append((found, []))
        elif stages:
            stages[-1][1].append(found)
        else:
            before.append(found)
    if not stages:
        raise ConfigError.of("migrate.no-stage", file=path)
    return Dockerfile(
        path=path,
        arguments=tuple(one for one in before if one.name == "ARG"),
        stages=tuple(_stage(number, begin, body) for number, (begin, body) in enumerate(stages)),
    )


def _stage(number: int, begin: Instruction, body: list[Instruction]) -> Stage:
    base, word, name, *_ = (*begin.text.split(), "", "", "")
    named = name.lower() if word.upper() == "AS" and name else str(number)
    return Stage(line=begin.line, name=named, base=base, instructions=tuple(body))


def _instructions(text: str) -> Iterator[Instruction]:
    lines = text.removeprefix("\ufeff").splitlines()
    escape, at = _directives(lines)
    while at < len(lines):
        begin, joined = at, ""
        while at < len(lines):
            line = lines[at].strip()
            at += 1
            if line.startswith("#") or (joined and not line):
                continue
            if not line.endswith(escape):
                joined += line
                break
            joined += line[: -len(escape)].rstrip() + " "
            if begin == at - 1 and not joined.strip():
                begin = at
        while begin < at - 1 and (not lines[begin].strip() or lines[begin].strip().startswith("#")):
            begin += 1
        name, _, rest = _first(joined)
        if not name or name == "ONBUILD":
            continue
        bodies: list[str] = []
        if name in _WITH_BODIES:
            for _, mark in _HERE.findall(rest):
                body, at = _body(lines, at, mark)
                bodies.append(body)
        yield _instruction(begin + 1, name, rest, tuple(bodies))


def _first(line: str) -> tuple[str, str, str]:
    name, *rest = line.split(None, 1) or [""]
    return name.upper(), " ", rest[0].strip() if rest else ""


def _directives(lines: list[str]) -> tuple[str, int]:
    """The escape character, and the first line that is no directive."""
    escape = "\\"
    for at, line in enumerate(lines):
        found = _DIRECTIVE.match(line.strip())
        if not found:
            return escape, at
        if found[1].lower() == "escape" and found[2] in ("\\", "`"):
            escape = found[2]
    return escape, len(lines)


def _body(lines: list[str], at: int, mark: str) -> tuple[str, int]:
    """A here-document that begins at a line, and the line behind it."""
    for end in range(at, len(lines)):
        if lines[end].strip("\t ") == mark:
            return "\n".join(lines[at:end]), end + 1
    return "\n".join(lines[at:]), len(lines)


def _instruction(line: int, name: str, rest: str, bodies: tuple[str, ...]) -> Instruction:
    flags: list[tuple[str, str]] = []
    while name in _WITH_FLAGS and (found := _FLAG.match(rest)):
        flags.append((found[1], found[2] or ""))
        rest = rest[found.end() :]
    arguments = _json(rest) if name not in ("ENV", "ARG", "LABEL", "HEALTHCHECK") else None
    return Instruction(
        line=line,
        name=name,
        flags=tuple(flags),
        text=rest,
        arguments=arguments or (),
        json=arguments is not None,
        bodies=bodies,
    )


def _json(text: str) -> tuple[str, ...] | None:
    """The JSON form: a list of text; None for the shell form."""
    if not text.startswith("["):
        return None
    try:
        found = json.loads(text)
    except (ValueError, RecursionError):
        return None
    if not isinstance(found, list) or not all(isinstance(one, str) for one in found):
        return None
    return tuple(found)
