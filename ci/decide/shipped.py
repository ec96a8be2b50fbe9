"""The pipeline files that ship with the module: given by name, proposed by what the source has. Pure."""

from collections.abc import Collection, Mapping
from dataclasses import dataclass
from difflib import get_close_matches

from ci.decide.config.model import Pipeline
from ci.decide.config.parse import parse
from ci.errors import ConfigError

OWN_PIPELINE = "next-distroless.yaml"
"""Name of a pipeline file in the app itself."""

SUFFIX = ".yaml"
NOT = "!"
"""Before a glob of the key ``for``: no file may match."""

_PATHS = ("/", "\\")


@dataclass(frozen=True, kw_only=True)
class PipelineFile:
    """A pipeline file as it is written.

    Attributes:
        name: of the file; empty where there is none.
        origin: where it came from, for people.
        text: its content; empty where there is none, which means the same as an empty file.
        path: where it is in the source; empty where it is no part of it.
        proposals: names of shipped files that the source looks made for; only where no file was chosen.
    """

    name: str
    origin: str
    text: str
    path: str = ""
    proposals: tuple[str, ...] = ()


def is_path(given: str) -> bool:
    """Whether a value of ``--pipeline`` is a path in the source, and not the name of a shipped file."""
    return given.endswith((SUFFIX, ".yml")) or any(separator in given for separator in _PATHS)


def file_of(given: str, shipped: Collection[str]) -> str:
    """The shipped file of a name.

    Args:
        given: the value of ``--pipeline``, such as ``moontv``.
        shipped: names of the files in the directory of shipped ones; others than ``*.yaml`` do not count.

    Raises:
        ConfigError: there is none of that name; lists all, the nearest first.
    """
    known = names(shipped)
    if given in known:
        return f"{given}{SUFFIX}"
    near = get_close_matches(given, known, n=1)
    hint = f"did you mean `{near[0]}`? " if near else ""
    raise ConfigError.of("arguments.pipeline", given=given, hint=hint, known=known or ["none"])


def names(shipped: Collection[str]) -> list[str]:
    """What ``--pipeline`` calls the shipped files."""
    return sorted(file.removesuffix(SUFFIX) for file in shipped if file.endswith(SUFFIX))


def markers(shipped: Mapping[str, str]) -> Mapping[str, tuple[str, ...]]:
    """Which files of a source each shipped file is made for.

    Args:
        shipped: file to text. One that cannot be read is made for nothing: its own user gets the error.

    Returns:
        Name to the globs of its key ``for``; only those that have some.
    """
    found = {file.removesuffix(SUFFIX): _read(file, text).for_ for file, text in shipped.items()}
    return {name: globs for name, globs in found.items() if globs}


def proposals(wanted: Mapping[str, Collection[str]], there: Collection[str]) -> tuple[str, ...]:
    """The shipped files that a source looks made for.

    Args:
        wanted: name to globs, see `markers`.
        there: the globs that match a file of the source, without ``!``.

    Returns:
        Names whose globs all match, and of whose globs with ``!`` none does.
    """
    return tuple(
        sorted(
            name
            for name, globs in wanted.items()
            if all((glob.removeprefix(NOT) in there) is not glob.startswith(NOT) for glob in globs)
        )
    )


def _read(file: str, text: str) -> Pipeline:
    try:
        return parse(text, file)
    except ConfigError:
        return Pipeline()
