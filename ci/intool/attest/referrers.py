"""Bundles at an image: found, and attached so that none is lost.

Each bundle is the only layer of a manifest whose subject is the image (OCI image specification 1.1, "subject"), in the
form of cosign 3. Registries without the referrers API list referrers in a tag that clients rewrite (OCI distribution
specification 1.1, "Referrers Tag Schema"): of two that write at once, one loses. So the list is looked at again until
it no longer changes and holds all that was added: by then, each client that read an older list has written or failed.
"""

import time
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from pathlib import Path
from tempfile import TemporaryDirectory

from ci.intool.attest.bundle import MEDIA_PREFIX, MEDIA_TYPE, Bundle, parsed
from ci.intool.common.failure import Failure
from ci.intool.common.media import MANIFEST, canonical
from ci.intool.registry.client import Manifest, Repository, digest_of
from ci.intool.registry.regctl import call
from ci.intool.registry.retry import Retry, Retrying

LEASE = 3.0
"""Seconds that one write of the list may take; equal for all that attach to a repository."""

ROUNDS = 20
"""Times that the list is looked at before the writer gives up."""

LIMIT = 64 << 20
"""Bytes of the largest bundle that is read."""

_EMPTY = "application/vnd.oci.empty.v1+json"
_NAMED = frozenset({None, "", _EMPTY})
"""Artifact types without a meaning of their own; cosign's list of referrers has the type of the configuration."""


@dataclass(frozen=True, kw_only=True)
class AttachedBundle:
    """A bundle at an image.

    Attributes:
        subject: digest of the image.
        referrer: digest of the manifest that holds it.
        bundle: what it holds; None if it is not a bundle.
        problem: why it is not a bundle; empty if it is.
    """

    subject: str
    referrer: str
    bundle: Bundle | None = None
    problem: str = ""


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

    def manifest(self) -> bytes:
        """The referrer."""
        subject = {"mediaType": self.subject.media_type, "size": len(self.subject.body), "digest": self.subject.digest}
        annotations = {
            "dev.sigstore.bundle.content": "dsse-envelope",
            "dev.sigstore.bundle.predicateType": self.kind,
            **({"org.opencontainers.image.created": self.created} if self.created else {}),
        }
        return canonical(
            {
                "schemaVersion": 2,
                "mediaType": MANIFEST,
                "artifactType": MEDIA_TYPE,
                "config": {"mediaType": _EMPTY, "size": 2, "digest": digest_of(b"{}")},
                "layers": [{"mediaType": MEDIA_TYPE, "size": len(self.bundle), "digest": digest_of(self.bundle)}],
                "subject": subject,
                "annotations": annotations,
            }
        )


def bundles_at(repository: Repository, subject: str) -> Iterator[AttachedBundle]:
    """The bundles at an image; other referrers are left out, and what is broken has a ``problem``."""
    for descriptor in repository.referrers(subject):
        artifact_type = descriptor.get("artifactType")
        if artifact_type in _NAMED or str(artifact_type).startswith(MEDIA_PREFIX):
            referrer = str(descriptor["digest"])
            try:
                if bundle := _read(repository, referrer):
                    yield AttachedBundle(subject=subject, referrer=referrer, bundle=bundle)
            except (ValueError, Failure) as error:
                yield AttachedBundle(subject=subject, referrer=referrer, problem=str(error))


def _read(repository: Repository, referrer: str) -> Bundle | None:
    """The bundle that a manifest holds; None if it holds something else.

    Raises:
        ValueError: it is not a bundle of a statement.
        Failure: a part of it cannot be read.
    """
    layers = repository.manifest(referrer).content.get("layers") or [{}]
    if not str(layers[0].get("mediaType")).startswith(MEDIA_PREFIX):
        return None
    if layers[0]["size"] > LIMIT:
        raise ValueError(f"it is larger than {LIMIT} bytes")
    return parsed(repository.blob(layers[0]["digest"]))


def attach(repository: Repository, additions: Sequence[Addition], lease: float) -> list[str]:
    """Attach bundles.

    Returns:
        The digests of the referrers, in order.

    Raises:
        Failure: the registry refused, or others keep rewriting the list.
    """
    bodies = [addition.manifest() for addition in additions]
    for blob in dict.fromkeys([b"{}", *(addition.bundle for addition in additions)] if additions else ()):
        _upload(repository, blob)
    for body in bodies:
        _put(repository, body, lease)
    expected: dict[str, dict[str, bytes]] = {}
    for addition, body in zip(additions, bodies, strict=True):
        expected.setdefault(addition.subject.digest, {})[digest_of(body)] = body
    _settle(repository, expected, lease)
    return [digest_of(body) for body in bodies]


def _settle(repository: Repository, expected: Mapping[str, Mapping[str, bytes]], lease: float) -> None:
    for _ in range(ROUNDS):
        seen = {subject: repository.resolve(subject.replace(":", "-")) for subject in expected}
        listed = {subject: {one["digest"] for one in repository.referrers(subject)} for subject in expected}
        lost = [
            body for subject, all_ in expected.items() for digest, body in all_.items() if digest not in listed[subject]
        ]
        for body in lost:
            _put(repository, body, lease)
        if lost:
            continue
        if not any(seen.values()):
            return
        time.sleep(lease)
        if seen == {subject: repository.resolve(subject.replace(":", "-")) for subject in expected}:
            return
    raise Failure(
        f"the list of referrers in {repository.name} keeps changing: others attach to the same image",
        "wait for them, then run the same command again: what is attached already is not attached again",
    )


def _put(repository: Repository, body: bytes, lease: float) -> None:
    digest = digest_of(body)
    arguments = ("manifest", "put", "--content-type", MANIFEST, repository.at(digest))
    retrying = Retrying(repository.name, Retry())
    retrying(
        f"attach to an image of {repository.name}",
        lambda: call(arguments, body=body, until=time.monotonic() + lease),
    )


def _upload(repository: Repository, blob: bytes) -> None:
    digest = digest_of(blob)
    if repository.has_blob(digest):
        return
    with TemporaryDirectory() as directory:
        file = Path(directory, "blob")
        file.write_bytes(blob)
        repository.upload(file, digest)
