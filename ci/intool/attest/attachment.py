"""Bundles are attached to an image so that none is lost.

Registries without the referrers API list referrers in a tag that clients rewrite (OCI distribution specification 1.1,
"Referrers Tag Schema"): of two that write at once, one loses. So the list is looked at again until it no longer changes
and holds all that was added: by then, each client that read an older list has written or failed.
"""

import time
from collections.abc import Iterable, Mapping, Sequence
from concurrent.futures import ThreadPoolExecutor
from dataclasses import dataclass
from functools import partial
from pathlib import Path
from tempfile import TemporaryDirectory

from ci.intool.attest.bundle import MEDIA_TYPE
from ci.intool.attest.referrers import AT_ONCE, EMPTY, KIND
from ci.intool.common.failure import Failure
from ci.intool.common.media import MANIFEST, canonical
from ci.intool.registry.client import Manifest, Repository, digest_of
from ci.intool.registry.regctl import Done, call
from ci.intool.registry.retry import Retry, Retrying

LEASE = 3.0
"""Seconds that one write of the list may take; equal for all that attach to a repository."""

ROUNDS = 20
"""Times that the list is looked at before the writer gives up."""

CONFIG = b"{}"
"""The configuration of every referrer."""


@dataclass(frozen=True, kw_only=True)
class Addition:
    """A bundle to attach.

    Attributes:
        subject: manifest of the image.
        bundle: what is attached.
        kind: type of its predicate.
        created: RFC 3339; empty for no moment.
    """

    subject: Manifest
    bundle: bytes
    kind: str
    created: str = ""

    @property
    def digest(self) -> str:
        """Of the referrer."""
        return digest_of(self.manifest())

    def manifest(self) -> bytes:
        """The referrer, in the form of cosign 3."""
        subject = {"mediaType": self.subject.media_type, "size": len(self.subject.body), "digest": self.subject.digest}
        annotations = {
            "dev.sigstore.bundle.content": "dsse-envelope",
            KIND: self.kind,
            **({"org.opencontainers.image.created": self.created} if self.created else {}),
        }
        return canonical(
            {
                "schemaVersion": 2,
                "mediaType": MANIFEST,
                "artifactType": MEDIA_TYPE,
                "config": {"mediaType": EMPTY, "size": len(CONFIG), "digest": digest_of(CONFIG)},
                "layers": [{"mediaType": MEDIA_TYPE, "size": len(self.bundle), "digest": digest_of(self.bundle)}],
                "subject": subject,
                "annotations": annotations,
            }
        )


def attach(repository: Repository, additions: Sequence[Addition], lease: float) -> list[str]:
    """Attach bundles, and wait until they cannot be lost any more.

    Returns:
        The digests of the referrers, in order.

    Raises:
        Failure: the registry refused, or others keep rewriting the list.
    """
    write(repository, additions, lease)
    settle(repository, additions, lease)
    return [addition.digest for addition in additions]


def write(repository: Repository, additions: Sequence[Addition], lease: float) -> None:
    """Write bundles and referrers; one list of referrers is written by one thread only.

    Raises:
        Failure: the registry refused.
    """
    blobs = list(dict.fromkeys(addition.bundle for addition in additions))
    if blobs and not repository.has_blob(digest_of(CONFIG)):
        blobs.append(CONFIG)
    with ThreadPoolExecutor(AT_ONCE) as pool:
        list(pool.map(lambda blob: _upload(repository, blob), blobs))
        list(pool.map(lambda bodies: _put(repository, bodies.values(), lease), _by_subject(additions).values()))


def settle(repository: Repository, additions: Sequence[Addition], lease: float) -> None:
    """Wait until each list of referrers holds what was written and no longer changes.

    Raises:
        Failure: the registry refused, or others keep rewriting the list.
    """
    expected = _by_subject(additions)
    with ThreadPoolExecutor(AT_ONCE) as pool:
        for _ in range(ROUNDS):
            seen = _tags(repository, expected, pool)
            listed = dict(zip(expected, pool.map(repository.referrers, expected), strict=True))
            present = {subject: {one["digest"] for one in listed[subject]} for subject in expected}
            lost = {
                subject: [body for digest, body in bodies.items() if digest not in present[subject]]
                for subject, bodies in expected.items()
            }
            list(pool.map(lambda bodies: _put(repository, bodies, lease), lost.values()))
            if any(lost.values()):
                continue
            if not any(seen):
                return
            time.sleep(lease)
            if seen == _tags(repository, expected, pool):
                return
    raise Failure(
        f"the list of referrers in {repository.name} keeps changing: others attach to the same image",
        "wait for them, then run the same command again: what is attached already is not attached again",
    )


def _tags(repository: Repository, subjects: Iterable[str], pool: ThreadPoolExecutor) -> list[str | None]:
    return list(pool.map(lambda subject: repository.resolve(subject.replace(":", "-")), subjects))


def _by_subject(additions: Sequence[Addition]) -> Mapping[str, Mapping[str, bytes]]:
    """Digest of an image to the referrers that it gets, by digest."""
    found: dict[str, dict[str, bytes]] = {}
    for addition in additions:
        body = addition.manifest()
        found.setdefault(addition.subject.digest, {})[digest_of(body)] = body
    return found


def _put(repository: Repository, bodies: Iterable[bytes], lease: float) -> None:
    retrying = Retrying(repository.name, Retry())
    for body in bodies:
        arguments = ("manifest", "put", "--content-type", MANIFEST, repository.at(digest_of(body)))
        retrying(
            f"attach to an image of {repository.name}",
            partial(_attempt, arguments, body, lease),
        )


def _attempt(arguments: Sequence[str], body: bytes, lease: float) -> Done:
    return call(arguments, body=body, until=time.monotonic() + lease)


def _upload(repository: Repository, blob: bytes) -> None:
    with TemporaryDirectory() as directory:
        file = Path(directory, "blob")
        file.write_bytes(blob)
        repository.upload(file, digest_of(blob))
