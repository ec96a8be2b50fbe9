"""The next step that a refusal names, read from its own words. Pure.

A step is what the message's ``fix`` says, in the form of a value that a program can do. What only a person can decide
has none.
"""

import re
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass


@dataclass(frozen=True, kw_only=True)
class Lock:
    """Run a command that writes the lockfile.

    Attributes:
        commands: the first that succeeds is enough.
        directory: below the source.
        of_app: whether that is the app's directory.
    """

    commands: tuple[str, ...]
    directory: str = "."
    of_app: bool = False


@dataclass(frozen=True, kw_only=True)
class Keep:
    """Delete all lockfiles but the first that fits.

    Attributes:
        checks: a command, which fails where the lockfile does not fit, and the path of the lockfile.
    """

    checks: tuple[tuple[str, str], ...]


@dataclass(frozen=True, kw_only=True)
class Argue:
    """Give an argument.

    Attributes:
        arguments: of the call.
    """

    arguments: tuple[str, ...]


@dataclass(frozen=True, kw_only=True)
class Write:
    """Write keys into the pipeline file.

    Attributes:
        text: YAML.
    """

    text: str


@dataclass(frozen=True, kw_only=True)
class Patch:
    """Apply the patch of `fixes`, and write the lockfile again.

    Attributes:
        lock: that writes the lockfile.
    """

    lock: Lock


@dataclass(frozen=True, kw_only=True)
class Propose:
    """Take the file that `config init --try` writes."""


Step = Lock | Keep | Argue | Write | Patch | Propose

_FIX = re.compile(r"^ *fix: (.*?)(?=^ *(?:repeat|all findings): |\Z)", re.MULTILINE | re.DOTALL)
_RUN = re.compile(
    r"run (?P<commands>`[^`]+`(?: or `[^`]+`)*)"
    r"(?: beside (?P<package>\S+?)|(?P<app> in the app's directory))?,? and commit"
)
_COMMAND = re.compile(r"`([^`]+)`")
_CHECK = re.compile(r"`([^`]+)` checks ([^\s,)]+)")
_APP = re.compile(r"--app (?:'([^']+)'|([^\s;,]+))")
_KEYS = re.compile(r"write `(\w[\w-]*: \{[^`]+\})` into the pipeline file")
_PATCHED = re.compile(
    r"`dagger call fixes -o \S+`, `git apply \S+`, then `(?P<lock>[^`]+)`(?: in `(?P<directory>[^`]+)`)?"
)


def _lock(fix: str) -> Step | None:
    found = _RUN.search(fix)
    if not found:
        return None
    directory = (found["package"] or "").rpartition("/")[0] or "."
    return Lock(commands=tuple(_COMMAND.findall(found["commands"])), directory=directory, of_app=bool(found["app"]))


def _keep(fix: str) -> Step | None:
    checks = _CHECK.findall(fix)
    return Keep(checks=tuple(checks)) if checks else None


def _argue(fix: str) -> Step | None:
    found = _APP.search(fix)
    return Argue(arguments=("--app", found[1] or found[2])) if found else None


def _write(fix: str) -> Step | None:
    found = _KEYS.search(fix)
    return Write(text=found[1]) if found else None


def _patch(fix: str) -> Step | None:
    found = _PATCHED.search(fix)
    return Patch(lock=Lock(commands=(found["lock"],), directory=found["directory"] or ".")) if found else None


def _propose(_: str) -> Step:
    return Propose()


STEPS: Mapping[str, Callable[[str], Step | None]] = {
    "project.several-apps": _argue,
    "lockfile.none": _lock,
    "lockfile.several": _keep,
    "lockfile.foreign-host": _write,
    "lockfile.no-checksum": _write,
    "lockfile.stale": _lock,
    "cause.types": _lock,
    "cause.variables": _propose,
    "cause.dummies": _propose,
    "cause.url": _propose,
    "gates.failed": _patch,
}
"""Id of a message (`ci/messages.toml`) to the step in its ``fix``; None where that names none."""


def step_of(ids: Sequence[str], error: str, done: Sequence[str] = ()) -> tuple[str, Step] | None:
    """The next step of a refusal.

    Args:
        ids: messages that the error has.
        error: its text.
        done: ids whose step was done already: what did not help once is not done again.

    Returns:
        Id of the message and the step; None where only a person can go on.
    """
    found = _FIX.search(error)
    fix = found[1].strip() if found else ""
    steps = ((name, read(fix)) for name, read in STEPS.items() if name in ids and name not in done)
    return next(((name, step) for name, step in steps if step), None)
