"""The artifact that holds results of a build. Pure."""

import re
from collections.abc import Mapping
from dataclasses import dataclass
from datetime import datetime

from ci.intool.common.failure import Failure

TAG = re.compile(r"cache-(?P<kind>[a-z][a-z0-9]*)-(?P<key>[0-9a-f]{40})")
NAME = re.compile(r"[A-Za-z0-9_][A-Za-z0-9_.-]{0,99}")
"""Names of entries: each becomes a file or a directory."""

_KEY = re.compile(r"(?:sha256:)?([0-9a-f]{40,128})")


UNUSABLE = "nothing has to be done: it is ignored; a build that may write the cache can replace it"
"""The next step for an artifact that cannot be trusted."""


@dataclass(frozen=True, kw_only=True)
class Layer:
    """One entry.

    Attributes:
        name: of the file or the directory.
        digest: of the blob.
        size: bytes of the blob.
        compression: ``gzip`` or ``zstd``.
        tar: digest of the uncompressed tar file.
    """

    name: str
    digest: str
    size: int
    compression: str
    tar: str


@dataclass(frozen=True, kw_only=True)
class Artifact:
    """An artifact: the stored result of one key.

    Attributes:
        tag: its name in the repository.
        digest: of the manifest.
        created: when it was stored; None if the manifest does not have it.
        config: digest of the configuration.
        layers: the entries.
        blobs: digest to bytes of all that it occupies, the manifest included.
    """

    tag: str
    digest: str
    created: datetime | None
    config: str
    layers: tuple[Layer, ...]
    blobs: Mapping[str, int]

    @property
    def kind(self) -> str:
        """The kind of its content, such as ``deps``."""
        return self.tag.split("-")[1]

    @property
    def key(self) -> str:
        """The first digits of its key."""
        return self.tag.split("-")[2]

    @property
    def size(self) -> int:
        """Bytes of all blobs."""
        return sum(self.blobs.values())


def tag_of(kind: str, key: str) -> str:
    """The tag of a key.

    Raises:
        Failure: the kind is not a lower-case word, or the key is not a digest.
    """
    digits = _KEY.fullmatch(key)
    tag = f"cache-{kind}-{digits[1][:40] if digits else ''}"
    if not TAG.fullmatch(tag):
        raise Failure(
            f"`{kind}` and `{key}` are not a kind and a key of the cache",
            "give a lower-case word and 40 or more hex digits",
        )
    return tag


def unusable(what: str) -> Failure:
    """The failure of an artifact that cannot be trusted."""
    return Failure(what, UNUSABLE)
