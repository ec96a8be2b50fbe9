"""``package.json``, with every value of the type that it is used as."""

import posixpath
from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any

from ci.errors import ProjectError
from ci.intool.common.media import decoded


@dataclass(frozen=True)
class Package:
    """A package.json.

    Attributes:
        path: its place below the source.
        data: its content.
    """

    path: str
    data: Mapping[str, Any]

    @property
    def directory(self) -> str:
        """Its directory; ``.`` is the source itself."""
        return posixpath.dirname(self.path) or "."

    @property
    def dependencies(self) -> Mapping[str, str]:
        """Every package that it installs, with the wanted version."""
        keys = ("optionalDependencies", "devDependencies", "dependencies")
        return {name: wanted for key in keys for name, wanted in self.table(key).items()}

    def text(self, key: str, default: str = "") -> str:
        """A text; the default where it is empty or none."""
        value = self.data.get(key)
        return value if isinstance(value, str) and value else default

    def table(self, key: str) -> Mapping[str, str]:
        """Texts by name; a value that is not a text counts as empty.

        Raises:
            ProjectError: neither an object nor null.
        """
        value = self.data.get(key)
        if value is not None and not isinstance(value, dict):
            raise ProjectError.of("project.key-not-an-object", file=self.path, key=key)
        return {name: text if isinstance(text, str) else "" for name, text in (value or {}).items()}


def parse(path: str, text: str) -> Package:
    """Read a package.json.

    Raises:
        ProjectError: not JSON, or not an object.
    """
    try:
        data = decoded(text.removeprefix("\ufeff"))
    except ValueError as error:
        raise ProjectError.of("project.not-json", file=path, problem=error) from None
    if not isinstance(data, dict):
        raise ProjectError.of("project.not-an-object", file=path)
    return Package(path, data)
