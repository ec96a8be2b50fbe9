"""Which line (major version) of Node.js the app is built and run with."""

import posixpath
import re
from collections.abc import Mapping, Sequence
from dataclasses import dataclass

from ci.decide import pins
from ci.decide.project.package import Package
from ci.decide.project.source_files import SourceFiles
from ci.decide.project.workspace import Workspace
from ci.errors import ProjectError
from ci.intool.common import semver, semver_range
from ci.intool.common.semver import Version
from ci.intool.common.semver_range import Range
from ci.messages import Message, message

NODE = ("20", "22", "24")
"""Major versions of Node.js that are supported."""

DEFAULT_NODE = "22"

PREFERRED: Sequence[str] = ("22", "24", "20")
"""All lines: the default, then those that are supported the longest."""

ENDED = frozenset({"20"})
"""Lines out of support at this release: used only if the app allows no other."""

_LTS = {"lts/hydrogen": "18", "lts/iron": "20", "lts/jod": "22", "lts/krypton": "24"}
_SHOWN = 60
"""Characters of a range in a message."""


@dataclass(frozen=True, kw_only=True)
class Choice:
    """A line of Node.js.

    Attributes:
        line: its major version.
        reason: why this one.
        warnings: what of the app's ``engines`` it does not meet.
    """

    line: str
    reason: str
    warnings: tuple[Message, ...] = ()


@dataclass(frozen=True, kw_only=True)
class _Engines:
    """``engines.node`` of a package.json.

    Attributes:
        path: of the package.json.
        text: what it has.
        range: the same, read by npm's rules; None where it is not a range.
    """

    path: str
    text: str
    range: Range | None

    def met_by(self, line: str) -> bool:
        """Whether the pinned release of a line is in the range."""
        return self.range is not None and self.range.allows(_release(line))

    def allows(self, line: str) -> bool:
        """Whether any version of a line is in the range."""
        lowest = self.range.lowest(Version(int(line), 0, 0)) if self.range else None
        return lowest is not None and lowest.major == int(line)


def choose(source: SourceFiles, workspace: Workspace, wanted: str = "") -> Choice:
    """Choose the version of Node.js; what is nearer to the app wins.

    A line that is named decides alone: in the pipeline file, ``.nvmrc`` or ``.node-version``. Else ``engines.node`` of
    package.json leaves lines out. npm takes ``engines`` as advice, so a range that is not met is a warning.

    Args:
        source: the source.
        workspace: the app.
        wanted: version that the pipeline file names; empty to let the app decide.

    Raises:
        ProjectError: a line is named that is not supported.
    """
    engines = [found for package in _packages(workspace) if (found := _engines(package))]
    line, reason = _named(source, workspace, wanted) or _fitting(engines)
    return Choice(
        line=line, reason=reason, warnings=tuple(_unmet(one, line) for one in engines if not one.met_by(line))
    )


def _named(source: SourceFiles, workspace: Workspace, wanted: str) -> tuple[str, str] | None:
    places = dict.fromkeys((workspace.app.directory, "."))
    paths = [posixpath.normpath(f"{d}/{name}") for d in places for name in (".nvmrc", ".node-version")]
    for text, reason in ((wanted, "the pipeline file"), *((source.files.get(path, ""), path) for path in paths)):
        match = re.match(r"v?(\d+)", _LTS.get(text.strip(), text.strip()))
        if match:
            if match[1] not in NODE:
                raise ProjectError.of("project.node", reason=reason, version=match[1], known=NODE)
            return match[1], reason
    return None


def _fitting(engines: Sequence[_Engines]) -> tuple[str, str]:
    lines = PREFERRED
    for one in engines:
        lines = tuple(line for line in lines if one.allows(line)) or lines
    best = min(lines, key=lambda line: (line in ENDED, [not one.met_by(line) for one in engines]))
    if best == DEFAULT_NODE:
        return best, "default"
    return best, next(f"engines in {one.path}" for one in engines if not one.met_by(DEFAULT_NODE))


def _unmet(engines: _Engines, line: str) -> Message:
    """The warning for a range that the image does not meet."""
    shown = " ".join(engines.text.split())[:_SHOWN]
    if engines.range is None:
        return message("warning.engines-not-a-range", file=engines.path, range=shown, line=DEFAULT_NODE)
    release = _release(line)
    met = [one for one in NODE if engines.met_by(one)]
    if not met:
        releases = tuple(map(_release, NODE))
        return message(
            "warning.engines-met-by-none", file=engines.path, range=shown, release=release, releases=releases
        )
    lines = " or ".join(met) + (", which is out of support" if set(met) <= ENDED else "")
    return message("warning.engines-unmet", file=engines.path, range=shown, release=release, lines=lines)


def _packages(workspace: Workspace) -> Sequence[Package]:
    return tuple({package.path: package for package in (workspace.app, workspace.owner)}.values())


def _engines(package: Package) -> _Engines | None:
    """The range that a package.json requires; None where it has none. Pre-releases count, as they do for npm."""
    engines = package.data.get("engines")
    wanted = engines.get("node") if isinstance(engines, Mapping) else None
    text = str(wanted) if isinstance(wanted, str | int | float) else ""
    if not text.strip():
        return None
    return _Engines(path=package.path, text=text, range=semver_range.parse(text, prereleases=True))


def _release(line: str) -> Version:
    """The release of a line that the pinned images have."""
    found = semver.parse(pins.releases()[f"node{line}"])
    if found is None:
        raise AssertionError(f"pins.toml: releases.node{line} is not a version")
    return found
