"""Which files of a source a migration reads, and which app they are about."""

import posixpath
import re
from collections.abc import Iterable, Mapping
from dataclasses import dataclass

from ci.decide.migrate.compose import NAMES
from ci.decide.migrate.workflow import ACTION
from ci.decide.project.package import parse
from ci.decide.project.source_files import SourceFiles
from ci.errors import ConfigError

LOOKED_AT = (
    *("Dockerfile", "docker/Dockerfile", "**/Dockerfile", *NAMES),
    *(f".github/workflows/*.{end}" for end in ("yml", "yaml")),
)
"""Globs of files that a migration may read where no path is given."""

_SCOPE = re.compile(r"(?:--scope|--filter|-F|prune)[ =]\"?'?(?P<name>@?[\w./-]{1,100})")


@dataclass(frozen=True, kw_only=True)
class Asked:
    """Paths that the caller gives, relative to the source; empty for those that are found.

    Attributes:
        dockerfile: a Dockerfile.
        compose: a compose file.
        workflow: a workflow of GitHub Actions.
    """

    dockerfile: str = ""
    compose: str = ""
    workflow: str = ""

    def paths(self) -> tuple[str, ...]:
        """Those that are given."""
        return tuple(path for path in (self.dockerfile, self.compose, self.workflow) if path)


@dataclass(frozen=True, kw_only=True)
class Sources:
    """Paths of the files that are read; empty for a kind that is not there.

    Attributes:
        dockerfile: as the caller gives it, or the first that is there.
        compose: the same.
        workflows: those that build an image, the caller's alone if there is one.
        dockerfiles: every Dockerfile of the source, the nearest first.
        alone: whether the caller named files, so that no other is looked for.
    """

    dockerfile: str
    compose: str
    workflows: tuple[str, ...]
    dockerfiles: tuple[str, ...]
    alone: bool = False


def choose(texts: Mapping[str, str], asked: Asked) -> Sources:
    """Choose what is read.

    Args:
        texts: content by path.
        asked: of the caller. If it names files, only those are read.

    Raises:
        ConfigError: a file is not there, or there is none.
    """
    for path in asked.paths():
        if path not in texts:
            raise ConfigError.of("migrate.no-file", given=path)
    found = [path for path in texts if posixpath.basename(path) == "Dockerfile"]
    found.sort(key=lambda path: (path.count("/"), path != "docker/Dockerfile", path))
    alone = bool(asked.paths())
    near = [path for path in found if path in ("Dockerfile", "docker/Dockerfile")]
    workflows = tuple(sorted(p for p, text in texts.items() if p.startswith(".github/workflows/") and ACTION in text))
    chosen = Sources(
        dockerfile=asked.dockerfile or ("" if alone else next(iter(near), "")),
        compose=asked.compose or ("" if alone else next((name for name in NAMES if name in texts), "")),
        workflows=(asked.workflow,) if asked.workflow else () if alone else workflows,
        dockerfiles=tuple(found),
        alone=alone,
    )
    if not (chosen.dockerfile or chosen.compose or chosen.workflows or chosen.dockerfiles):
        raise ConfigError.of("migrate.nothing", known=["Dockerfile", *NAMES, ".github/workflows/*.yml"])
    return chosen


def app_of(texts: Iterable[tuple[str, str]], files: SourceFiles) -> tuple[str, str]:
    """The directory of the app that Dockerfiles are about, and who says so; empty where they name none or several.

    Args:
        texts: path and content of Dockerfiles.
        files: of the source.
    """
    packages = [parse(path, text) for path, text in files.files.items() if posixpath.basename(path) == "package.json"]
    apps = {one.directory: one.text("name") for one in packages if "next" in one.dependencies}
    for path, text in texts:
        scopes = {found["name"].strip("./") for found in _SCOPE.finditer(text)}
        named = [directory for directory, name in apps.items() if {name, directory} & scopes]
        if not named:
            words = set(re.split(r"[\s\"'=:]+", text))
            named = [one for one in apps if one != "." and any(_below(word, one) for word in words)]
        if not named and posixpath.dirname(path) in apps:
            named = [posixpath.dirname(path)]
        if len(named) == 1:
            return named[0], path
    return "", ""


def _below(word: str, directory: str) -> bool:
    """Whether a path in a Dockerfile is the directory, or in it."""
    return f"/{word.strip('./')}/".find(f"/{directory}/") >= 0
