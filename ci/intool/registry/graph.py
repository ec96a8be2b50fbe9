"""The content of a repository, as a graph of manifests and what each needs. Pure."""

import re
from collections import defaultdict
from collections.abc import Iterable, Mapping
from dataclasses import dataclass, field
from datetime import datetime

ATTACHED = re.compile(r"(sha256|sha512)-([0-9a-f]{32,128})(\.\w+)?")
"""Tags that stand for a manifest's referrers: the referrers tag schema (OCI distribution specification 1.1, "Referrers
Tag Schema") and, with a suffix such as ``.sig``, the older scheme of cosign."""


@dataclass(frozen=True, kw_only=True)
class Stored:
    """One manifest of a repository.

    Attributes:
        digest: its name.
        size: bytes of the manifest itself.
        kind: ``image``, ``index`` or, for everything else, its artifact type.
        children: digests of the manifests that an index lists.
        subject: digest that this manifest refers to, or "".
        blobs: digest to bytes of configuration and layers.
        created: creation time by the image's metadata; None if it has none.
        version: from its labels or annotations, or "".
        platforms: such as ``linux/arm64``, in order.
    """

    digest: str
    size: int
    kind: str = "image"
    children: tuple[str, ...] = ()
    subject: str = ""
    blobs: Mapping[str, int] = field(default_factory=dict)
    created: datetime | None = None
    version: str = ""
    platforms: tuple[str, ...] = ()


@dataclass(frozen=True, kw_only=True)
class Inventory:
    """A repository at one moment.

    Attributes:
        name: such as ``ghcr.io/acme/shop``.
        tags: tag to digest.
        manifests: digest to manifest: all that can be reached from a tag. What an index lists but the repository does
            not hold is not in here.
    """

    name: str
    tags: Mapping[str, str]
    manifests: Mapping[str, Stored]

    def blobs(self, digests: Iterable[str]) -> dict[str, int]:
        """Digest to bytes of all that these manifests need, themselves included; each once."""
        found: dict[str, int] = {}
        for stored in (self.manifests[digest] for digest in digests):
            found |= {stored.digest: stored.size, **stored.blobs}
        return found

    def tree(self, digest: str) -> set[str]:
        """A manifest and all below it that the repository holds."""
        found: set[str] = set()
        waiting = [digest]
        while waiting:
            one = waiting.pop()
            if one in self.manifests and one not in found:
                found.add(one)
                waiting += self.manifests[one].children
        return found


def attached_to(tag: str) -> str:
    """The digest whose referrers a tag stands for, or "" for any other tag."""
    found = ATTACHED.fullmatch(tag)
    return f"{found[1]}:{found[2]}" if found else ""


def needed(inventory: Inventory, roots: Iterable[str]) -> set[str]:
    """All manifests that have to stay so that the roots stay complete.

    Those are the children of an index, the subject of a referrer, and the referrers of all of these, be it by their
    subject or by an attached tag.
    """
    follows = defaultdict(set, {digest: set(stored.children) for digest, stored in inventory.manifests.items()})
    for stored in inventory.manifests.values():
        if stored.subject:
            follows[stored.digest].add(stored.subject)
            follows[stored.subject].add(stored.digest)
    for tag, digest in inventory.tags.items():
        if subject := attached_to(tag):
            follows[subject].add(digest)
    found: set[str] = set()
    waiting = list(roots)
    while waiting:
        digest = waiting.pop()
        if digest in inventory.manifests and digest not in found:
            found.add(digest)
            waiting += follows[digest]
    return found
