"""The root file system that a container sees: layers over each other, links resolved inside it. Pure."""

import posixpath
import tarfile
from collections.abc import Iterable, Iterator, Sequence
from dataclasses import replace
from typing import cast

from ci.intool.rootfs.contents import Layer, merge
from ci.intool.rootfs.entry import Node, above

LINKS = 40
"""How many links may lead to a file (Linux, path_resolution(7))."""


class Rootfs:
    """What is in an image.

    Args:
        layers: lowest first; their entries are nodes.
    """

    def __init__(self, layers: Sequence[Layer]) -> None:
        merged = merge(layers)
        nodes = {path: replace(cast("Node", entry), layer=number) for path, (entry, number) in merged.items()}
        missing = {up: node.layer for path, node in nodes.items() for up in above(path) if up not in nodes}
        implied = {path: _directory(path, layer) for path, layer in missing.items()}
        self._nodes = implied | {path: _hard(node, nodes) for path, node in nodes.items()}

    def __iter__(self) -> Iterator[Node]:
        return iter(self._nodes.values())

    def get(self, path: str) -> Node | None:
        """What is at a path itself, links not followed."""
        return self._nodes.get(path)

    def below(self, directory: str) -> Iterable[Node]:
        """All that is below a directory."""
        return (node for path, node in self._nodes.items() if path.startswith(f"{directory}/"))

    def resolve(self, path: str) -> Node | None:
        """What a path leads to, as the kernel finds it with this root: None where that is nothing.

        Args:
            path: absolute, or from the root; the root itself cannot be asked for.
        """
        waiting = [part for part in reversed(path.split("/")) if part not in ("", ".")]
        at: list[str] = []
        followed = 0
        while waiting:
            part = waiting.pop()
            if part == "..":
                at = at[:-1]
                continue
            node = self._nodes.get("/".join([*at, part]))
            if node is None:
                return None
            if not node.symbolic:
                at.append(part)
                continue
            followed += 1
            if followed > LINKS:
                return None
            if node.content.startswith("/"):
                at = []
            waiting += [one for one in reversed(node.content.split("/")) if one not in ("", ".")]
        return self._nodes.get("/".join(at))

    def leaves(self, node: Node) -> bool:
        """Whether a symbolic link climbs above the root."""
        if node.content.startswith("/"):
            return False
        return posixpath.normpath(posixpath.join(posixpath.dirname(node.path), node.content)).split("/")[0] == ".."


def _directory(path: str, layer: int) -> Node:
    return Node("directory", 0, 0o755, "0:0", path=path, type=tarfile.DIRTYPE, layer=layer)


def _hard(node: Node, nodes: dict[str, Node]) -> Node:
    """A hard link as the file that it is; as it stands where that is not there."""
    target = nodes.get(posixpath.normpath(f"/{node.content}").lstrip("/")) if node.type == tarfile.LNKTYPE else None
    return replace(target, path=node.path, layer=node.layer) if target and target.kind == "file" else node
