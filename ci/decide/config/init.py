"""A pipeline file to begin with: what detection found, and what it cannot know, as comments."""

import textwrap
from collections.abc import Iterable

from ci.decide.config.model import PLATFORMS, VERSION
from ci.decide.project.addons import need_scripts
from ci.decide.project.facts import Project
from ci.decide.variables import TO_BROWSERS, Variable, public
from ci.decide.write import comment, flow

WIDTH = 118
"""Characters of a line of comments."""


def init(project: Project) -> str:
    """Write a pipeline file for an app.

    Args:
        project: facts of the app.

    Returns:
        YAML that reads back; only what differs from the defaults is not a comment.
    """
    blocks = [_head(project), _app(project), _platforms(), _image(project)]
    blocks += [_install(project), _build(project), _further(project), _runtime(project)]
    return "\n".join("".join(f"{line}\n" for line in block) for block in blocks if block)


def _head(project: Project) -> list[str]:
    manager = f"{project.manager.name} {project.manager_version}".strip()
    facts = (f"Next.js {project.next}", f"{project.router} router", manager, f"Node.js {project.node}")
    return [
        f"# {comment(project.name)}: {comment(', '.join(facts))}.",
        "# What is left out follows from the app: `dagger call config show` prints every key and where its value comes",
        "# from. All keys: docs/reference/pipeline.md",
        f"version: {VERSION}",
    ]


def _app(project: Project) -> list[str]:
    if project.app == ".":
        return []
    return [
        f"# The source is a workspace: {_why(project, 'app', 'this directory has the app')}.",
        _key("app", project.app),
    ]


def _platforms() -> list[str]:
    return [
        "# One platform, that of the engine, is the default. For both, without emulation:",
        f"# {_key('platforms', PLATFORMS)}",
    ]


def _image(project: Project) -> list[str]:
    name = project.name.rpartition("/")[2].lower()
    return _commented(
        ["Where `publish` pushes; without a tag, the version becomes the tag:"],
        ["image:", f"  {_key('repository', f'ghcr.io/OWNER/{name}')}"],
    )


def _install(project: Project) -> list[str]:
    names = need_scripts(project.locked)
    if not names:
        return []
    return _commented(
        ["No install script runs unless it is named here, and without theirs these do not work:"],
        ["install:", f"  {_key('allow-scripts', names)}"],
    )


def _build(project: Project) -> list[str]:
    required = [variable for variable in project.variables if variable.required]
    lines = _dummies(required)
    names = [variable.name for variable in required]
    frozen = [name for name in project.env if public(name) and name not in names]
    if frozen:
        why = [
            "The source reads these variables, and Next.js freezes into the bundle what they are when it is built.",
            "So no secrets, and nothing that differs from one deployment to the next:",
        ]
        values = ["env:", *(f'  {name}: ""' for name in frozen)]
        lines += (
            [f"  {line}" for line in _commented(why, values)]
            if lines
            else _commented(why, ["build:", *(f"  {line}" for line in values)])
        )
    return lines


def _dummies(required: Iterable[Variable]) -> list[str]:
    """Values for a build that checks its variables."""
    lines = [
        line
        for variable in required
        for line in (
            f"    # Required by {comment(variable.file)}." + (f" {TO_BROWSERS}" if public(variable.name) else ""),
            f"    {_key(variable.name, variable.dummy)}",
        )
    ]
    if not lines:
        return []
    return [
        "build:",
        "  # The build checks that these are set. The values are for the build alone, and are in no image:",
        "  # pass the real ones to the container.",
        "  dummies:",
        *lines,
    ]


def _further(project: Project) -> list[str]:
    """Names that the app reads or an example file lists: nothing says that the build needs them."""
    known = {variable.name for variable in project.variables if variable.required}
    names = sorted(
        name
        for name in {*project.env, *(variable.name for variable in project.variables)} - known
        if not (public(name) and name in project.env)
    )
    if not names:
        return []
    return wrap(
        f"The app may read these variables too, mostly at run time; pass them to the container: {', '.join(names)}."
    )


def _runtime(project: Project) -> list[str]:
    if project.output == "export":
        return [
            "runtime:",
            f"  # {_why(project, 'output', 'next.config')}: no server, since output is `export`.",
            "  serve: static",
        ]
    server, health = _server(project), _health(project)
    if len(project.health) > 1:
        return ["runtime:", *server, *health]
    # Named here, the start page would be asked even where the build shows that another path answers.
    return ["runtime:", *server, *_commented([], health)] if server else _commented([], ["runtime:", *health])


def _server(project: Project) -> list[str]:
    if not project.server:
        return []
    return [
        f"  # In place of Next.js' own server: {_why(project, 'server', 'the script `start` runs it')}.",
        f"  {_key('command', [project.server])}",
        "  # Files that the image needs and Next.js does not trace; add what the server requires.",
        f"  {_key('files', [project.server])}",
    ]


def _health(project: Project) -> list[str]:
    best, *others = project.health or ("/",)
    return [
        "  # Requested from inside the container; it must answer 200, without a redirect or a sign-in.",
        f"  # Why this path: {_why(project, 'health', 'it is the start page')}.",
        "  health:",
        f"    {_key('path', best)}",
        *(f"    # {_key('path', path)}" for path in others),
    ]


def _key(name: str, value: object) -> str:
    return f"{name}: {flow(value)}"


def _commented(why: Iterable[str], yaml: Iterable[str]) -> list[str]:
    return [f"# {line}" for line in (*why, *yaml)]


def wrap(text: str, indent: str = "") -> list[str]:
    """A text as lines of comments."""
    return [f"{indent}# {line}" for line in textwrap.wrap(comment(text), WIDTH - len(indent), break_on_hyphens=False)]


def _why(project: Project, fact: str, otherwise: str) -> str:
    return comment(project.reasons.get(fact, "")) or otherwise
