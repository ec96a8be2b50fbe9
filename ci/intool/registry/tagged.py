"""What a repository has under its tags."""

import re
from collections.abc import Collection, Iterable
from concurrent.futures import ThreadPoolExecutor

from ci.intool.common.layout import DEPTH_LIMIT
from ci.intool.common.media import INDEXES
from ci.intool.registry.client import Manifest, Repository
from ci.intool.registry.image import configuration, is_image
from ci.intool.tags import Existing

VERSION = "org.opencontainers.image.version"
"""Annotation, and label, of the version (OCI image specification 1.1, "annotations")."""

_COMPLETE = re.compile(r"\d+\.\d+\.\d+")


class Held:
    """Reads the tags that matter to a release; what never changes is read once.

    Args:
        repository: the repository.
        wanted: names of the release's tags.
        digest: of the release; its version is known.
    """

    def __init__(self, repository: Repository, wanted: Collection[str], digest: str) -> None:
        self._repository = repository
        self._wanted = wanted
        self._versions = {digest: ""}
        self._complete: dict[str, str] = {}

    def read(self) -> dict[str, Existing]:
        """The release's tags as they are now, and all that may be complete versions."""
        others = {name for name in self._repository.tags() if _COMPLETE.search(name)} - set(self._wanted)
        self._complete |= self._resolved(others - self._complete.keys())
        wanted = self._resolved(self._wanted)
        for digest in set(wanted.values()) - self._versions.keys():
            self._versions[digest] = version(self._repository, self._repository.manifest(digest))
        return {
            **{name: Existing(digest=digest) for name, digest in self._complete.items() if name in others},
            **{name: Existing(digest=digest, version=self._versions[digest]) for name, digest in wanted.items()},
        }

    def _resolved(self, names: Iterable[str]) -> dict[str, str]:
        names = list(names)
        with ThreadPoolExecutor(8) as pool:
            digests = pool.map(self._repository.resolve, names)
            return {name: digest for name, digest in zip(names, digests, strict=True) if digest}


def version(repository: Repository, manifest: Manifest, depth: int = DEPTH_LIMIT) -> str:
    """Version of an image by the annotation of its index or manifest, else by the label in its config; may be empty.

    Args:
        repository: where it is.
        manifest: of the image.
        depth: how many indexes are followed.
    """
    noted = (manifest.content.get("annotations") or {}).get(VERSION)
    if noted:
        return str(noted)
    if manifest.media_type in INDEXES:
        listed = manifest.content.get("manifests") or []
        return version(repository, repository.manifest(listed[0]["digest"]), depth - 1) if listed and depth else ""
    config = configuration(repository, manifest) if is_image(manifest) else {}
    return str(((config.get("config") or {}).get("Labels") or {}).get(VERSION) or "")
