"""What a user should know of an app before it is built."""

import posixpath
from collections.abc import Iterator

from ci.decide.project import next_version, server
from ci.decide.project.addons import need_scripts
from ci.decide.project.facts import Project
from ci.messages import Message, message


def advise(project: Project) -> Iterator[Message]:
    """Find what may go wrong with such an app.

    Args:
        project: facts of the app.
    """
    if old := next_version.warning(project.next):
        yield old
    if not project.router:
        yield message("warning.no-page", app=project.app)
    if runner := server.foreign(project.scripts.get("start", "")):
        yield message("warning.start", program=runner)
    if scripts := need_scripts(project.locked):
        yield message("warning.install-script", packages=scripts)
    for one in project.left_out:
        if not one.why:
            yield message("warning.life-cycle", script=one.script, command=one.command)
    if hint := project.manager.unread(posixpath.basename(project.lockfile)):
        yield message("warning.unread-lockfile", lockfile=project.lockfile, hint=hint)
