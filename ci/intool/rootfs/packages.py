"""Which npm package a file of an image belongs to. Pure."""

import re
from typing import NamedTuple

from ci.intool.common.json_reader import object_in
from ci.intool.common.layout import DOCUMENT_LIMIT
from ci.intool.rootfs.entry import Entry

STORE = re.compile(r"(?:^|/)node_modules/\.(?:pnpm|bun)/([^/]+)/node_modules/")
"""The isolated layout of pnpm and of Bun: one directory for each version, with the package itself below it."""

ROOT = re.compile(r"(?:^|.*/)node_modules/((?:@[^/]+/)?[^/.@][^/]*)(?=/)")
"""Greedy, so that it ends at the last ``node_modules`` of a path."""


class Owner(NamedTuple):
    """The package that a file belongs to.

    Attributes:
        root: its directory.
        name: such as ``@next/env``.
        version: as the directory of an isolated layout has it, else "".
    """

    root: str
    name: str
    version: str

    @property
    def title(self) -> str:
        """Name and, if the path has it, version: ``react@19.2.0``."""
        return f"{self.name}@{self.version}" if self.version else self.name


def owner(path: str) -> Owner | None:
    """The innermost package around a file, or None for the app's own files."""
    found = ROOT.match(path)
    if not found:
        return None
    stores = STORE.findall(found[0] + "/")
    return Owner(found[0], found[1], _version(stores[-1], found[1]) if stores else "")


def is_manifest(path: str) -> bool:
    """Whether a file is the package.json of an npm package."""
    package = owner(path) if path.endswith("/package.json") else None
    return package is not None and path == f"{package.root}/package.json"


def described(entry: Entry) -> tuple[str, str] | None:
    """Name and version of the npm package that an entry is the package.json of; None if it has neither."""
    if not is_manifest(entry.path) or entry.size > DOCUMENT_LIMIT:
        return None
    match object_in(entry.text):
        case {"name": str(name), "version": str(version)}:
            return name, version
    return None


def shortened(path: str) -> str:
    """A path for display: in an isolated layout the package and the path in it, as the full path repeats the name."""
    found = owner(path)
    return f"{found.title}:{path[len(found.root) :]}" if found and found.version else path


def _version(directory: str, name: str) -> str:
    """The version in a store's directory; "" where the directory is another package's.

    What follows it names the peers: ``react-dom@19.2.0_react@19.2.0`` and ``react-dom@19.2.0(react@19.2.0)``.
    """
    start = name.replace("/", "+") + "@"
    return re.split(r"[_(]", directory[len(start) :])[0] if directory.startswith(start) else ""
