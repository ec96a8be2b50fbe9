"""The parts of an image's name, read as Docker and other clients do. Pure.

Source of the rules: distribution/reference, ``normalize.go`` (``splitDockerDomain``) and ``reference.go`` (grammar).
"""

from __future__ import annotations

from dataclasses import dataclass

DOCKER_HUB = "docker.io"
"""Default host of a name without a host, and the name under which clients store its login."""

ALIASES = ("index.docker.io", "registry-1.docker.io")
"""Further hosts of Docker Hub."""

OFFICIAL = "library"
"""Namespace of Docker Hub's repositories whose name has one part."""


@dataclass(frozen=True)
class Reference:
    """A name, taken apart.

    Attributes:
        name: repository as it was written.
        host: of its registry, with a port where one was given.
        path: of the repository there.
        tag: empty if there is none.
        digest: with its algorithm; empty if there is none.
    """

    name: str
    host: str
    path: str
    tag: str
    digest: str

    @property
    def repository(self) -> str:
        """The repository's name with its host: equal for two spellings of one repository."""
        return f"{self.host}/{self.path}"


def parse(reference: str) -> Reference:
    """Split a reference into its parts; an invalid name is split in the same way, for the registry client to refuse.

    The part before the first slash is a host only if it has a dot, a colon or a capital letter, or is ``localhost``.

    Args:
        reference: ``[HOST/]REPOSITORY[:TAG][@DIGEST]``.
    """
    written, _, digest = reference.partition("@")
    above, slash, last = written.rpartition("/")
    last, _, tag = last.partition(":")
    name = f"{above}{slash}{last}"
    host, slash, path = name.partition("/")
    if not slash or not (set(host) & set(".:") or host == "localhost" or host != host.lower()):
        host, path = DOCKER_HUB if name else "", name
    if host in ALIASES:
        host = DOCKER_HUB
    if host == DOCKER_HUB and "/" not in path:
        path = f"{OFFICIAL}/{path}"
    return Reference(name=name, host=host, path=path, tag=tag, digest=digest)


def split(reference: str) -> tuple[str, str]:
    """Repository as it is written, and its digest, or else its tag, or else ""."""
    parsed = parse(reference)
    return parsed.name, parsed.digest or parsed.tag


def host_of(reference: str) -> str:
    """Host of the registry, with its port; empty for an empty name."""
    return parse(reference).host


def same(one: str, other: str) -> bool:
    """Whether two references are of one repository."""
    return parse(one).repository == parse(other).repository
