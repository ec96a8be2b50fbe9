"""Packages that carry the fonts of ``next/font/google``: of the pipeline file, the pinned, the newest. Pure."""

from collections.abc import Mapping

from ci.decide.config.model import Pipeline
from ci.decide.pins import Package, Pins
from ci.decide.project.facts import Project
from ci.decide.write import flow
from ci.messages import Message, message

SCOPES = ("@fontsource-variable", "@fontsource")
"""Of packages with one file for all weights, which some fonts have, and with a file for each, which all have."""

GOOGLE = "google"


def candidates(name: str) -> tuple[str, ...]:
    """Packages that may carry a font, the best first, by its name as ``next/font/google`` exports it."""
    return tuple(f"{scope}/{name.lower().replace('_', '-')}" for scope in SCOPES)


def unknown(project: Project, pipeline: Pipeline, pins: Pins) -> tuple[str, ...]:
    """Fonts that neither the pipeline file nor the pins have."""
    if pipeline.build.google_fonts == GOOGLE:
        return ()
    return tuple(name for name in project.fonts if name not in pipeline.build.fonts and name not in pins.fonts)


def packages(project: Project, pipeline: Pipeline, pins: Pins) -> Mapping[str, Package]:
    """The package of each font.

    A mock answers for all fonts or for none: with one family unknown the build has to ask the font host.

    Returns:
        Name of the font to package; nothing where the build asks the font host.
    """
    known = {**pins.newest_fonts, **pins.fonts, **{name: _read(text) for name, text in pipeline.build.fonts.items()}}
    if pipeline.build.google_fonts == GOOGLE or any(name not in known for name in project.fonts):
        return {}
    return {name: known[name] for name in project.fonts}


def pinned(project: Project, pipeline: Pipeline, pins: Pins) -> Mapping[str, str]:
    """``build.fonts`` of a pipeline file for the fonts that the pins of this project do not have, sorted."""
    chosen = packages(project, pipeline, pins)
    return {name: _written(chosen[name]) for name in sorted(chosen) if name not in pins.fonts}


def lines(project: Project, pipeline: Pipeline, pins: Pins) -> list[str]:
    """The same, a line each."""
    return [f"    {name}: {flow(text)}" for name, text in pinned(project, pipeline, pins).items()]


def warnings(project: Project, pipeline: Pipeline, pins: Pins) -> list[Message]:
    """Fonts whose package is not pinned, and fonts of the font host."""
    missing = unknown(project, pipeline, pins)
    absent = [name for name in missing if name not in pins.newest_fonts]
    if absent:
        return [message("warning.fonts", fonts=absent)]
    if not missing:
        return []
    found = [pins.newest_fonts[name] for name in missing]
    return [message("warning.fonts-not-pinned", packages=[f"{one.name}@{one.version}" for one in found])]


def notes(project: Project, pipeline: Pipeline, pins: Pins) -> list[str]:
    """Each font with its package, a line each."""
    if project.fonts and pipeline.build.google_fonts == GOOGLE:
        return [f"fonts: {', '.join(project.fonts)} from fonts.googleapis.com (build.google-fonts)"]
    chosen = packages(project, pipeline, pins)
    return [f"font {name}: {one.name} {one.version} ({_reason(name, pipeline, pins)})" for name, one in chosen.items()]


def _reason(name: str, pipeline: Pipeline, pins: Pins) -> str:
    if name in pipeline.build.fonts:
        return "build.fonts"
    return "pins.toml" if name in pins.fonts else "the newest"


def _read(text: str) -> Package:
    package, _, integrity = text.partition(" ")
    name, _, version = package.rpartition("@")
    return Package(name, version, integrity)


def _written(package: Package) -> str:
    return f"{package.name}@{package.version} {package.integrity}"
