"""What a user should know of an app before it is built: a line each."""

import posixpath
from collections.abc import Iterator

from ci.decide.project import next_version, server
from ci.decide.project.addons import need_scripts
from ci.decide.project.facts import Project
from ci.decide.project.workspace import Workspace


def advise(project: Project, place: Workspace) -> Iterator[str]:
    """Find what the facts bode.

    Args:
        project: facts of the app.
        place: its package.json, and that of the workspace.
    """
    if text := next_version.warning(project.next):
        yield text
    if not project.router:
        yield f"{project.app} has no page below app or pages"
    if runner := server.foreign(project.scripts.get("start", "")):
        yield (
            f"the script start runs {runner}, which the image has not: it runs server.js, unless runtime.command "
            "names another program"
        )
    if scripts := need_scripts(project.locked):
        yield f"{', '.join(scripts)}: works only where install.allow-scripts lets its install script run"
    for package in {package.path: package for package in (place.owner, place.app)}.values():
        if command := package.table("scripts").get("postinstall"):
            yield (
                f"{package.path}: the install does not run the script postinstall (`{command}`): let the script build "
                "call it, if the build needs it"
            )
    if fix := project.manager.unread(posixpath.basename(project.lockfile)):
        yield f"{project.lockfile} cannot be read here, so nobody checks from where it takes packages: {fix}"
