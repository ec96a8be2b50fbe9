"""The root file system that a container sees: layers over each other, links resolved inside it. Pure."""

import posixpath
import tarfile
from collections.abc import Iterable, Iterator, Sequence
from dataclasses import replace

from ci.intool.rootfs.entry import Entry, above
from ci.intool.rootfs.layer import Layer, merge

LINKS = 40
"""How many links may lead to a file (Linux, path_resolution(7))."""


class Rootfs:
    """The files of an image; a hard link is the file that it leads to.

    Args:
        layers: lowest first.
    """

    def __init__(self, layers: Sequence[Layer]) -> None:
        entries = {path: replace(entry, layer=number) for path, (entry, number) in merge(layers).items()}
        missing = {up: entry.layer for path, entry in entries.items() for up in above(path) if up not in entries}
        implied = {path: _directory(path, layer) for path, layer in missing.items()}
        self._entries = implied | {path: _hard(entry, entries) for path, entry in entries.items()}

    def __iter__(self) -> Iterator[Entry]:
        return iter(self._entries.values())

    def get(self, path: str) -> Entry | None:
        """The entry at a path; links are not followed."""
        return self._entries.get(path)

    def below(self, directory: str) -> Iterable[Entry]:
        """All that is below a directory."""
        return (entry for path, entry in self._entries.items() if path.startswith(f"{directory}/"))

    def resolve(self, path: str) -> Entry | None:
        """The entry that a path leads to, as the kernel resolves it with this root; None if there is none.

        Args:
            path: absolute, or from the root; not the root itself.
        """
        waiting = [part for part in reversed(path.split("/")) if part not in ("", ".")]
        at: list[str] = []
        followed = 0
        while waiting:
            part = waiting.pop()
            if part == "..":
                at = at[:-1]
                continue
            entry = self._entries.get("/".join([*at, part]))
            if entry is None:
                return None
            if not entry.symbolic:
                at.append(part)
                continue
            followed += 1
            if followed > LINKS:
                return None
            if entry.target.startswith("/"):
                at = []
            waiting += [one for one in reversed(entry.target.split("/")) if one not in ("", ".")]
        return self._entries.get("/".join(at))

    def leaves(self, link: Entry) -> bool:
        """Whether a symbolic link climbs above the root."""
        if link.target.startswith("/"):
            return False
        return posixpath.normpath(posixpath.join(posixpath.dirname(link.path), link.target)).split("/")[0] == ".."


def _directory(path: str, layer: int) -> Entry:
    return Entry(path=path, kind="directory", type=tarfile.DIRTYPE, mode=0o755, layer=layer)


def _hard(entry: Entry, entries: dict[str, Entry]) -> Entry:
    """The file of a hard link; the link itself if its target is missing."""
    target = entries.get(posixpath.normpath(f"/{entry.target}").lstrip("/")) if entry.type == tarfile.LNKTYPE else None
    return replace(target, path=entry.path, layer=entry.layer) if target and target.kind == "file" else entry
