"""Package managers: one module each (manifests, lockfile, checksums, commands), all behind ``protocol.Ecosystem``.

Nothing outside of here knows one of them by its name.
"""

import re
from collections.abc import Mapping, Sequence
from typing import Any

from ci.decide.ecosystems.berry import Berry
from ci.decide.ecosystems.bun import Bun
from ci.decide.ecosystems.locked import Locked
from ci.decide.ecosystems.lockfile import LockfileError
from ci.decide.ecosystems.npm import Npm
from ci.decide.ecosystems.pnpm import Pnpm
from ci.decide.ecosystems.protocol import Ecosystem, Settings
from ci.decide.ecosystems.yarn import Yarn
from ci.errors import ProjectError

ECOSYSTEMS: tuple[Ecosystem, ...] = (Pnpm(), Npm(), Yarn(), Berry(), Bun())
"""All of them; where several could be meant, the first wins."""

RUNTIMES = (Bun().name,)
"""Those that also run JavaScript, in place of Node.js."""


def by_id(id_: str) -> Ecosystem:
    """The one with this id.

    Raises:
        KeyError: there is none.
    """
    return {one.id: one for one in ECOSYSTEMS}[id_]


def names() -> tuple[str, ...]:
    """Names that ``packageManager`` may have."""
    return tuple(dict.fromkeys(one.name for one in ECOSYSTEMS))


def files() -> tuple[str, ...]:
    """Names of the files whose content decides: manifests, lockfiles and settings."""
    found = (name for one in ECOSYSTEMS for name in (*one.manifests, *one.lockfiles, one.settings.file))
    return tuple(dict.fromkeys(found))


def settings() -> Mapping[str, Settings]:
    """Settings files by their names."""
    return {one.settings.file: one.settings for one in ECOSYSTEMS}


def scanned_as() -> tuple[str, ...]:
    """Trivy's types of their lockfiles."""
    return tuple(dict.fromkeys(one.scanned_as for one in ECOSYSTEMS))


def workspaces(files: Mapping[str, str], package_json: Mapping[str, Any]) -> Sequence[str]:
    """Globs of a workspace's packages, by the first manager whose manifests have any; empty for a single package.

    Args:
        files: content of the source's files, by path.
        package_json: of the source's root; empty where it has none.

    Raises:
        ProjectError: a manifest cannot be read.
    """
    found = (one.workspaces(files, package_json) for one in ECOSYSTEMS)
    return next((globs for globs in found if globs is not None), ())


def read(ecosystem: Ecosystem, path: str, text: str) -> tuple[Locked, ...]:
    """Every package of a lockfile, in its order, each once; not the workspace's own, nor links and local files.

    Args:
        ecosystem: that it is of.
        path: of the lockfile, which ends with its name.
        text: its content; not looked at where the format is binary, which gives no packages.

    Raises:
        ProjectError: it cannot be read, or its format is too old.
    """
    if conflict := re.search(r"^<{7} .*$", text, re.MULTILINE):
        line = text.count("\n", 0, conflict.start()) + 1
        raise ProjectError.of("lockfile.conflict", lockfile=path, line=line)
    try:
        return tuple(dict.fromkeys(ecosystem.read(path.rpartition("/")[2], text)))
    except LockfileError as error:
        raise ProjectError.of("lockfile.unreadable", lockfile=path, problem=str(error), hint=error.fix) from None
