"""Statements about images (in-toto Attestation Framework v1, "Statement"). Pure."""

from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from typing import Any

from ci.intool.attest.predicates import SIGNATURE
from ci.intool.common.json_reader import object_in, objects_inside
from ci.intool.common.media import canonical, is_digest

TYPE = "https://in-toto.io/Statement/v1"
TYPES = frozenset({TYPE, "https://in-toto.io/Statement/v0.1"})
"""cosign writes the older one too; they differ in nothing that is read here."""

PAYLOAD = "application/vnd.in-toto+json"


@dataclass(frozen=True, kw_only=True)
class Statement:
    """A predicate and the images that it is about.

    Attributes:
        kind: type of the predicate.
        subjects: digests of manifests.
        predicate: the content; its form depends on ``kind``.
    """

    kind: str
    subjects: tuple[str, ...]
    predicate: Mapping[str, Any]

    def encoded(self) -> bytes:
        """The bytes to sign; equal statements have equal ones."""
        subjects = [{"digest": dict([digest.split(":", 1)])} for digest in self.subjects]
        return canonical(
            {"_type": TYPE, "subject": subjects, "predicateType": self.kind, "predicate": dict(self.predicate)}
        )


def signature(digest: str) -> Statement:
    """A statement without content, which is only a signature, as cosign 3 makes it."""
    return Statement(kind=SIGNATURE, subjects=(digest,), predicate={})


def parse(payload: bytes) -> Statement:
    """A statement from its bytes.

    Raises:
        ValueError: it is not a statement; the message gives the reason.
    """
    content = object_in(payload) or {}
    kind, predicate = content.get("predicateType"), content.get("predicate", {})
    if str(content.get("_type")) not in TYPES or not isinstance(kind, str) or not isinstance(predicate, dict):
        raise ValueError("the payload is not an in-toto statement")
    return Statement(kind=kind, subjects=tuple(_digests(content)), predicate=predicate)


def _digests(content: Mapping[str, Any]) -> Iterable[str]:
    for subject in objects_inside(content, "subject"):
        found = subject.get("digest")
        for algorithm, value in found.items() if isinstance(found, dict) else ():
            if is_digest(f"{algorithm}:{value}"):
                yield f"{algorithm}:{value}"
