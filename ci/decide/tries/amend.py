"""From what failed to the next pipeline file, or to what only a person can decide: one table by the id of the message.

Nothing here makes a check weaker, allows a host, or gives a secret. Values of variables are dummies.
"""

import re
from collections.abc import Callable, Mapping

from ci.decide.config.model import Pipeline
from ci.decide.config.parse import parse
from ci.decide.project.facts import Project
from ci.decide.project.node import PREFERRED
from ci.decide.tries import SLIM, START, Amended, Failure, Stop, start, variables
from ci.decide.tries import scripts as steps
from ci.decide.tries.edit import put
from ci.intool.common import semver_range
from ci.intool.common.semver import Version

NAME = "next-distroless.yaml"
HEAP = "--max-old-space-size=4096"

Rule = Callable[[str, Pipeline, Failure, Project], Amended | Stop | None]


def amend(text: str, failure: Failure, project: Project) -> Amended | Stop:
    """What to try next.

    Args:
        text: of the pipeline file that was tried.
        failure: what failed with it.
        project: facts of the app.

    Returns:
        The next file, which is valid; or why a person has to decide.

    Raises:
        ConfigError: the text is not a pipeline file.
    """
    pipeline = parse(text, NAME)
    rule = _RULES.get(failure.id, steps.amend)
    found = rule(text, pipeline, failure, project)
    if not found and failure.id in _UNKNOWN:
        found = variables.declared(text, pipeline, failure, project)
    found = found or Stop(reason=failure.heading, fix=failure.fix)
    if isinstance(found, Amended):
        parse(found.text, NAME)
        if found.text == text:
            return Stop(reason=failure.heading, fix=failure.fix)
    return found


def _install_script(text: str, pipeline: Pipeline, failure: Failure, project: Project) -> Amended | None:
    package, allowed = str(failure.facts["package"]), pipeline.install.allow_scripts
    if package in allowed or all(package != one.name for one in project.locked):
        return None
    why = f"{package} does not work before its install script has run"
    return Amended(text=put(text, ("install", "allow-scripts"), [*allowed, package], f"{why}."), why=why)


def _heap(text: str, pipeline: Pipeline, _: Failure, __: Project) -> Amended | None:
    if "NODE_OPTIONS" in pipeline.build.env:
        return None
    why = "the build needs more heap memory than Node.js takes by itself"
    return Amended(text=put(text, ("build", "env", "NODE_OPTIONS"), HEAP, f"{why[0].upper()}{why[1:]}."), why=why)


def _node(text: str, pipeline: Pipeline, failure: Failure, project: Project) -> Amended | None:
    wanted = semver_range.parse(str(failure.facts["node"]), prereleases=True)
    fitting = [line for line in PREFERRED if wanted and line != project.node and _allows(wanted, line)]
    if pipeline.node or not fitting:
        return None
    why = f"{failure.facts['package']} needs Node.js {failure.facts['node']}"
    return Amended(text=put(text, ("node",), fitting[0], f"{why}."), why=why)


def _allows(wanted: semver_range.Range, line: str) -> bool:
    lowest = wanted.lowest(Version(int(line), 0, 0))
    return lowest is not None and lowest.major == int(line)


def _no_script(text: str, pipeline: Pipeline, failure: Failure, project: Project) -> Amended | None:
    building = [name for name, command in project.scripts.items() if re.search(r"\bnext build\b", command)]
    if pipeline.build.scripts or not building:
        return None
    why = f"there is no script `{failure.facts['script']}`; `{building[0]}` runs `next build`"
    return Amended(text=put(text, ("build", "scripts"), [building[0]], f"{why}."), why=why)


def _static(text: str, _: Pipeline, failure: Failure, __: Project) -> Amended:
    why = f"{failure.facts['file']} sets output to export, so there is no server"
    return Amended(text=put(text, ("runtime", "serve"), "static", f"{why}."), why=why)


def _all_files(text: str, pipeline: Pipeline, _: Failure, __: Project) -> Amended | None:
    return start.whole(text, pipeline, "without what seems to be needless, the image gives other answers")


_UNKNOWN = ("build.failed", "cause.url")
"""Failures of builds that may come from any variable that is missing."""

_RULES: Mapping[str, Rule] = {
    "cause.variables": variables.missing,
    "cause.dummies": variables.refused,
    "cause.url": variables.url,
    "cause.host": variables.host,
    "cause.loopback": variables.host,
    "cause.install-script": _install_script,
    "cause.foreign-binary": _install_script,
    "cause.heap": _heap,
    "cause.node": _node,
    "arguments.no-script": _no_script,
    "arguments.static-export": _static,
    START: start.amend,
    SLIM: _all_files,
}
