"""Refuses a source that holds a credential of a registry."""

import posixpath

from ci.decide import ecosystems
from ci.decide.project.source_files import SourceFiles
from ci.errors import ProjectError


def refuse(source: SourceFiles) -> None:
    """Look through the package managers' settings.

    Raises:
        ProjectError: a credential; it is not repeated.
    """
    settings = ecosystems.settings()
    for path, text in sorted(source.files.items()):
        found = settings.get(posixpath.basename(path))
        if found and found.credential.search(text):
            raise ProjectError.of("project.credential", file=path)
