"""Refuses a source that holds a credential of a registry."""

import posixpath
import re

from ci.decide.project.seen import Seen
from ci.errors import ProjectError

_SET = {
    ".npmrc": re.compile(r"(_authToken|_password|_auth)[ \t]*=[ \t]*(?![\"']?\$\{)\S"),
    ".yarnrc.yml": re.compile(r"(npmAuthToken|npmAuthIdent)[\"']?[ \t]*:[ \t]*(?![\"']?\$\{|[\"']{2})[^\s#]"),
}


def refuse(seen: Seen) -> None:
    """Look through the package managers' settings.

    Raises:
        ProjectError: a credential; it is not repeated.
    """
    for path, text in sorted(seen.files.items()):
        pattern = _SET.get(posixpath.basename(path))
        if pattern and pattern.search(text):
            raise ProjectError.of("project.credential", file=path)
