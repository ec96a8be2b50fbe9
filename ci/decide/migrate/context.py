"""What every part of a migration is given."""

import posixpath
from collections.abc import Mapping
from dataclasses import dataclass, field

from ci.decide.migrate.dockerfile import Dockerfile
from ci.decide.migrate.result import Findings
from ci.decide.project.facts import Project


@dataclass(frozen=True, kw_only=True)
class Context:
    """A Dockerfile that is carried over.

    Attributes:
        file: the Dockerfile.
        project: what detection says of the app.
        given: build arguments that a workflow or a compose file sets.
        findings: what is found.
        directory: of the build context, below the source.
    """

    file: Dockerfile
    project: Project
    findings: Findings
    given: Mapping[str, str] = field(default_factory=dict)
    directory: str = "."

    @property
    def app(self) -> str:
        """The app's directory below the build context."""
        found = posixpath.relpath(self.project.app, self.directory)
        return "." if found.startswith("..") else found

    def place(self, line: int) -> str:
        """File and line."""
        return self.file.place(line)

    def remark(self, line: int, what: str) -> None:
        """Add a remark on a line of the Dockerfile."""
        self.findings.remark(self.place(line), what)

    def below_app(self, path: str, directory: str) -> str | None:
        """A path in a stage as a path below the app's directory; None where it is elsewhere.

        Args:
            path: absolute, in the stage.
            directory: of the stage, in which the source, or the app alone, is.
        """
        app = self.app
        for root in (directory, directory[: -len(app) - 1] if directory.endswith(f"/{app}") else directory):
            found = posixpath.relpath(path, root or "/")
            if app == "." or root.endswith(f"/{app}"):
                if not found.startswith(".."):
                    return found
            elif found == app or found.startswith(f"{app}/"):
                return posixpath.relpath(found, app)
        return None
