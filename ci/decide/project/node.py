"""Which line (major version) of Node.js the app is built and run with."""

import posixpath
import re
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, replace

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

_NAMES = ("argon", "boron", "carbon", "dubnium", "erbium", "fermium", "gallium", "hydrogen", "iron", "jod", "krypton")
_LTS = {f"lts/{name}": str(line) for line, name in zip(range(4, 26, 2), _NAMES, strict=True)}
"""nvm's names of the lines with long-term support."""

_SHOWN = 60
"""Characters of a range in a message."""


@dataclass(frozen=True, kw_only=True)
class Choice:
    """A line of Node.js.

    Attributes:
        line: its major version.
        reason: why this one.
        warnings: what the app names and does not get: a line out of support, a range of ``engines``.
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

    The last two say what an app's developers use. Where that is out of support or not known here, another line takes
    its place, with a warning: the newest that is supported for one that is supported no longer, the oldest for older
    ones. Next.js itself leaves no line out: its ``engines`` name a lower end only (16.8 or 16.14 in version 13, 18.17
    in 14, 18.18 in 15, 20.9 in 16), and every release here is above that.

    Args:
        source: the source.
        workspace: the app.
        wanted: version that the pipeline file names; empty to let the app decide.

    Raises:
        ProjectError: the pipeline file names a line that is not supported.
    """
    engines = [found for package in _packages(workspace) if (found := _engines(package))]
    if wanted and (line := _line(wanted)):
        if line not in NODE:
            raise ProjectError.of("project.node", reason="the pipeline file", version=line, known=NODE)
        chosen = Choice(line=line, reason="the pipeline file")
    else:
        chosen = _of_developers(source, workspace, engines) or _fitting(engines)
    unmet = (_unmet(one, chosen.line) for one in engines if not one.met_by(chosen.line))
    return replace(chosen, warnings=(*chosen.warnings, *unmet))


def _line(text: str) -> str:
    """The line that a version or an alias names; empty where it names none."""
    match = re.match(r"v?(\d{1,9})", _LTS.get(text.strip(), text.strip()))
    return match[1] if match else ""


def _of_developers(source: SourceFiles, workspace: Workspace, engines: Sequence[_Engines]) -> Choice | None:
    places = dict.fromkeys((workspace.app.directory, "."))
    paths = [posixpath.normpath(f"{d}/{name}") for d in places for name in (".nvmrc", ".node-version")]
    named = ((path, line) for path in paths if (line := _line(source.files.get(path, ""))))
    path, line = next(named, ("", ""))
    if not path:
        return None
    if line in NODE and line not in ENDED:
        return Choice(line=line, reason=path)
    chosen, which = _instead(line, engines)
    if chosen == line:
        return Choice(line=line, reason=path)
    state = "not known here" if int(line) > int(NODE[-1]) else "out of support"
    return Choice(
        line=chosen,
        reason=f"{path}: {line} is {state}, {chosen} is the {which} line that engines allow",
        warnings=(message("warning.node-line", file=path, version=line, state=state, line=chosen),),
    )


def _instead(line: str, engines: Sequence[_Engines]) -> tuple[str, str]:
    """The line that takes the place of one that is not supported, and which one it is of those that fit."""
    allowed = _allowed(engines, NODE)
    fitting = [one for one in allowed if one not in ENDED] or [*allowed]
    if line in ENDED or int(line) > int(NODE[-1]):
        return fitting[-1], "newest supported"
    return next((one for one in fitting if int(one) >= int(line)), fitting[-1]), "oldest supported"


def _allowed(engines: Sequence[_Engines], lines: Sequence[str]) -> Sequence[str]:
    """Those of the lines that all ranges allow; a range that would leave none is passed over."""
    for one in engines:
        lines = tuple(line for line in lines if one.allows(line)) or lines
    return lines


def _fitting(engines: Sequence[_Engines]) -> Choice:
    lines = _allowed(engines, PREFERRED)
    best = min(lines, key=lambda line: (line in ENDED, [not one.met_by(line) for one in engines]))
    if best == DEFAULT_NODE:
        return Choice(line=best, reason="default")
    reason = next(f"engines in {one.path}" for one in engines if not one.met_by(DEFAULT_NODE))
    return Choice(line=best, reason=reason)


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
