"""What a user should know of an app before it is built."""

import posixpath
from collections.abc import Iterator

from ci.decide.project import next_version, server
from ci.decide.project.addons import need_scripts
from ci.decide.project.facts import Project
from ci.decide.project.workspace import Workspace
from ci.messages import Message, message


def advise(project: Project, place: Workspace) -> Iterator[Message]:
    """Find what may go wrong with such an app.

    Args:
        project: facts of the app.
        place: its package.json, and that of the workspace.
    """
    if old := next_version.warning(project.next):
        yield old
    if not project.router:
        yield message("warning.no-page", app=project.app)
    if runner := server.foreign(project.scripts.get("start", "")):
        yield message("warning.start", program=runner)
    if scripts := need_scripts(project.locked):
        yield message("warning.install-script", packages=scripts)
    for package in {package.path: package for package in (place.owner, place.app)}.values():
        if command := package.table("scripts").get("postinstall"):
            yield message("warning.postinstall", file=package.path, command=command)
    if hint := project.manager.unread(posixpath.basename(project.lockfile)):
        yield message("warning.unread-lockfile", lockfile=project.lockfile, hint=hint)
