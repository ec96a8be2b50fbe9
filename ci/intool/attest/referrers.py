"""Bundles at an image: each is the only layer of a manifest whose subject is the image, in the form of cosign 3.

Reading takes a process for each manifest and each bundle, so many are read at a time, and a bundle that is attached to
several images is read once.
"""

from collections.abc import Callable, Iterable, Mapping, Sequence
from concurrent.futures import Executor, ThreadPoolExecutor
from dataclasses import dataclass
from typing import Any, TypeVar

from ci.intool.attest.bundle import MEDIA_PREFIX, Bundle, parsed
from ci.intool.common.failure import Failure
from ci.intool.registry.client import Repository

AT_ONCE = 8
"""Requests at a time."""

LIMIT = 64 << 20
"""Bytes of the largest bundle that is read."""

KIND = "dev.sigstore.bundle.predicateType"
"""Annotation with the type of the predicate; cosign writes it too."""

EMPTY = "application/vnd.oci.empty.v1+json"
_NAMED = frozenset({None, "", EMPTY})
"""Artifact types without a meaning of their own; cosign's list of referrers has the type of the configuration."""

T = TypeVar("T")


@dataclass(frozen=True, kw_only=True)
class Attachment:
    """Where a bundle is attached.

    Attributes:
        subject: digest of the image.
        referrer: digest of the manifest that holds the bundle.
    """

    subject: str
    referrer: str


@dataclass(frozen=True, kw_only=True)
class AttachedBundle(Attachment):
    """A bundle at an image.

    Attributes:
        bundle: what it holds; None if it is not a bundle.
        problem: why it is not a bundle; empty if it is.
    """

    bundle: Bundle | None = None
    problem: str = ""


def bundles_at(repository: Repository, *subjects: str, kind: str = "") -> list[AttachedBundle]:
    """The bundles at images; other referrers are left out, and what is broken has a ``problem``.

    Args:
        repository: of the images.
        subjects: their digests.
        kind: type of the predicate; bundles that are annotated with another one are not read.

    Raises:
        Failure: a list of referrers cannot be read.
    """
    with ThreadPoolExecutor(AT_ONCE) as pool:
        listed = list(pool.map(lambda subject: _listed(repository, subject, kind), subjects))
        return _read(repository, [one for several in listed for one in several], pool)


def bundles_of(repository: Repository, attachments: Sequence[Attachment]) -> list[AttachedBundle]:
    """The bundles of these referrers, read from the registry; the same as ``bundles_at`` otherwise."""
    with ThreadPoolExecutor(AT_ONCE) as pool:
        return _read(repository, attachments, pool)


def _listed(repository: Repository, subject: str, kind: str) -> list[Attachment]:
    return [
        Attachment(subject=subject, referrer=str(descriptor["digest"]))
        for descriptor in repository.referrers(subject)
        if _may_be_bundle(descriptor) and kind in {"", (descriptor.get("annotations") or {}).get(KIND, kind)}
    ]


def _may_be_bundle(descriptor: Mapping[str, Any]) -> bool:
    artifact_type = descriptor.get("artifactType")
    return artifact_type in _NAMED or str(artifact_type).startswith(MEDIA_PREFIX)


def _read(repository: Repository, attachments: Sequence[Attachment], pool: Executor) -> list[AttachedBundle]:
    layers = _each(pool, lambda referrer: _layer(repository, referrer), (one.referrer for one in attachments))
    wanted = (layer for layer in layers.values() if isinstance(layer, str) and layer)
    bundles = _each(pool, lambda layer: _bundle(repository, layer), wanted)
    found = []
    for one in attachments:
        layer = layers[one.referrer]
        result = bundles[layer] if isinstance(layer, str) and layer else layer
        if isinstance(result, Bundle):
            found.append(AttachedBundle(subject=one.subject, referrer=one.referrer, bundle=result))
        elif isinstance(result, Exception):
            found.append(AttachedBundle(subject=one.subject, referrer=one.referrer, problem=str(result)))
    return found


def _each(pool: Executor, read: Callable[[str], T], keys: Iterable[str]) -> dict[str, T | Exception]:
    """What is read for each key, or why it cannot be."""

    def attempt(key: str) -> T | Exception:
        try:
            return read(key)
        except (ValueError, Failure) as error:
            return error

    different = list(dict.fromkeys(keys))
    return dict(zip(different, pool.map(attempt, different), strict=True))


def _layer(repository: Repository, referrer: str) -> str:
    """The digest of the bundle that a manifest holds; empty if it holds something else.

    Raises:
        ValueError: it is too large.
        Failure: it cannot be read.
    """
    layers = repository.manifest(referrer).content.get("layers") or [{}]
    if not str(layers[0].get("mediaType")).startswith(MEDIA_PREFIX):
        return ""
    if layers[0]["size"] > LIMIT:
        raise ValueError(f"it is larger than {LIMIT} bytes")
    return str(layers[0]["digest"])


def _bundle(repository: Repository, digest: str) -> Bundle:
    """A bundle.

    Raises:
        ValueError: it is not a bundle of a statement.
        Failure: it cannot be read.
    """
    return parsed(repository.blob(digest))
