"""Scripts of package.json, read as the commands that they consist of. None is run."""

import shlex
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass, field
from fnmatch import fnmatchcase

from ci.decide.project.shell import FORGIVEN, call, of_others, split, words

HOOKED = ("pre{}", "{}", "post{}")
"""What a manager runs for a script, in order; yarn 2 and on runs the script alone."""

_SEVERAL = frozenset({"run-s", "run-p", "npm-run-all", "npm-run-all2", "concurrently"})


@dataclass(frozen=True, kw_only=True)
class Scripts:
    """The scripts of a package.

    Attributes:
        path: of its package.json below the source.
        name: of the package.
        commands: by the script's name.
        text: of the package.json.
    """

    path: str
    name: str
    commands: Mapping[str, str] = field(default_factory=dict)
    text: str = field(default="", repr=False)


def called(command: str, scripts: Mapping[str, str]) -> list[tuple[str, Sequence[str]]]:
    """The scripts that a command runs, with further arguments; none where it runs a program or those of others."""
    found = words(command)
    if found and found[0] in _SEVERAL:
        names = [name.removeprefix("npm:") for word in found[1:] for name in [*word.split()][-1:]]
        return [(name, ()) for wanted in names for name in scripts if fnmatchcase(name, wanted)]
    one = call(command)
    own = one is not None and not one.package and one.script in scripts and not of_others(command)
    return [(one.script, one.arguments)] if one and own else []


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
                inner = _expanded(scripts, further, hooks=hooks, within=(*within, name, event))
                yield from (_forgiven(one) for one in inner) if command.endswith(FORGIVEN) else inner


def _forgiven(command: str) -> str:
    return command if command.endswith(FORGIVEN) else command + FORGIVEN
