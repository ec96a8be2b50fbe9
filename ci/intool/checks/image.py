"""The image of one platform, as the checks see it."""

import posixpath
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from functools import cached_property
from typing import Any

from ci.intool.checks.expected import Expected
from ci.intool.common.json_reader import object_in
from ci.intool.oci.config import layer_names, variables
from ci.intool.rootfs.entry import Entry
from ci.intool.rootfs.layer import Layer
from ci.intool.rootfs.packages import is_manifest
from ci.intool.rootfs.rootfs import Rootfs


@dataclass(frozen=True, kw_only=True)
class CheckedImage:
    """The image of one platform.

    Attributes:
        platform: such as ``linux/arm64``.
        config: the whole configuration.
        annotations: of the index and of the manifest, by what messages call them.
        layers: lowest first.
        expected: what the image should be.
    """

    platform: str
    config: Mapping[str, Any]
    annotations: Mapping[str, Mapping[str, Any]]
    layers: Sequence[Layer]
    expected: Expected

    @cached_property
    def files(self) -> Rootfs:
        """The files that a container sees."""
        return Rootfs(self.layers)

    @cached_property
    def started(self) -> Mapping[str, Any]:
        """The configuration of containers: ``config`` of the image's configuration."""
        return self.config.get("config") or {}

    @cached_property
    def env(self) -> Mapping[str, str]:
        """Variables of a container."""
        return variables(self.started)

    @cached_property
    def argv(self) -> Sequence[str]:
        """The command of a container."""
        return [*(self.started.get("Entrypoint") or []), *(self.started.get("Cmd") or [])]

    @cached_property
    def layer_names(self) -> Sequence[str]:
        """The name of each layer by the history; ``base`` for layers that are not the pipeline's."""
        return layer_names(self.config)

    @cached_property
    def below(self) -> int:
        """How many layers are the base's: as many as it is known to have, else those that are not the pipeline's."""
        known = self.expected.base_layers.get(self.platform)
        return len(known) if known else next((n for n, name in enumerate(self.layer_names) if name != "base"), 0)

    @cached_property
    def own(self) -> Sequence[Entry]:
        """The layers above the base's."""
        return [node for node in self.files if node.layer >= self.below]

    @property
    def app(self) -> str:
        """Directory of the app; by default, the one that the server is started in."""
        return self.expected.app or str(self.started.get("WorkingDir") or "").strip("/") or self.expected.root

    @property
    def dist(self) -> str:
        """Directory of the build; by default, the first with a build id, else the default of Next.js."""
        if self.expected.dist:
            return f"{self.expected.root}/{self.expected.dist}"
        found = (node.path for node in self.files if posixpath.basename(node.path) == "BUILD_ID")
        return posixpath.dirname(next(found, f"{self.app}/.next/BUILD_ID"))

    @property
    def served(self) -> tuple[str, ...]:
        """Directories whose files go to browsers as they are."""
        if self.expected.serve == "static":
            return (self.dist,)
        return f"{self.app}/public", f"{self.dist}/static"

    def object(self, path: str) -> Mapping[str, Any] | None:
        """A document of the build; None if it is not there, or not a JSON object."""
        node = self.files.get(path)
        return object_in(node.text) if node else None

    def packages(self) -> Iterator[tuple[str, Mapping[str, Any]]]:
        """Directory and package.json of each npm package."""
        for node in self.own:
            facts = self.object(node.path) if is_manifest(node.path) else None
            if facts is not None:
                yield posixpath.dirname(node.path), facts
