"""The tags of a repository, and the version that an image was released as."""

import re
from collections.abc import Collection, Iterable
from concurrent.futures import ThreadPoolExecutor
from typing import Any

from ci.intool.common.layout import DEPTH_LIMIT
from ci.intool.common.media import INDEXES
from ci.intool.registry.client import Manifest, Repository
from ci.intool.registry.image import configuration, find, is_image
from ci.intool.tags import Existing, versions
from ci.intool.tags.updates import parts

VERSION = "org.opencontainers.image.version"
"""Annotation, and label, of the version (OCI image specification 1.1, "annotations")."""

_COMPLETE = re.compile(r"\d+\.\d+\.\d+")


class RepositoryTags:
    """Reads the tags that matter to a release; immutable content is read once.

    Args:
        repository: the repository.
        names: names of the release's tags.
        digest: of the release; its version is known.
    """

    def __init__(self, repository: Repository, names: Collection[str], digest: str) -> None:
        self._repository = repository
        self._names = names
        self._versions = {digest: ""}
        self._complete: dict[str, str] = {}

    def read(self) -> dict[str, Existing]:
        """The release's tags as they are now, all that may be complete versions, and parts of versions beside them."""
        names = self._repository.tags()
        others = {name for name in names if _COMPLETE.search(name)} - set(self._names)
        self._complete |= self._resolved(others - self._complete.keys())
        resolved = self._resolved(self._names)
        for digest in set(resolved.values()) - self._versions.keys():
            self._versions[digest] = version(self._repository, self._repository.manifest(digest))
        partial = {name for name in names if self._is_part(name)} - others - set(self._names)
        return {
            **{name: Existing(digest=digest) for name, digest in self._complete.items() if name in others},
            **{name: Existing(digest=digest) for name, digest in self._resolved(partial).items()},
            **{name: Existing(digest=digest, version=self._versions[digest]) for name, digest in resolved.items()},
        }

    def _is_part(self, name: str) -> bool:
        """Whether a tag may be a part, such as 1.2, of the version in the metadata of one of the images."""
        known = filter(None, (versions.semver(text) for text in self._versions.values()))
        return any(re.search(rf"(?<![0-9.]){re.escape(part)}(?![0-9.])", name) for one in known for part in parts(one))

    def _resolved(self, names: Iterable[str]) -> dict[str, str]:
        names = list(names)
        with ThreadPoolExecutor(8) as pool:
            digests = pool.map(self._repository.resolve, names)
            return {name: digest for name, digest in zip(names, digests, strict=True) if digest}


def released(reference: str, names: Collection[str] = ()) -> dict[str, Any]:
    """The version that an image was released as.

    The version in the image's metadata counts only if a tag of that version names the image: built from a branch, it is
    the version of package.json, which was not released.

    Args:
        reference: ``HOST/REPOSITORY:TAG`` or ``HOST/REPOSITORY@DIGEST``.
        names: the tags that a release of the version in its metadata would have.

    Returns:
        `version` (semver); empty if it is not a release.

    Raises:
        Failure: it is not there.
    """
    found = find(reference)
    repository, manifest = found.repository, found.manifest
    named = versions.semver(version(repository, manifest))
    if named and any(repository.resolve(name) == manifest.digest for name in names):
        return {"version": named.semver}
    return {"version": released_as(repository, manifest.digest)}


def released_as(repository: Repository, digest: str) -> str:
    """The highest complete version (semver) among the tags of an image; empty if there is none."""
    existing = RepositoryTags(repository, (), digest).read()
    tagged = [versions.semver(name) for name, one in existing.items() if one.digest == digest]
    texts = [versions.rebased(one.text) or one.text for one in tagged if one]
    return max(texts, key=lambda text: versions.precedence(text) or (), default="")


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
