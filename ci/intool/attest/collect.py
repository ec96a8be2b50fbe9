"""The statements that are attached to an image, and who signed them."""

from collections.abc import Mapping, Sequence
from concurrent.futures import ThreadPoolExecutor
from dataclasses import dataclass
from itertools import chain

from ci.intool.attest import cosign
from ci.intool.attest.image import Subject
from ci.intool.attest.referrers import AttachedBundle, bundles_at
from ci.intool.attest.statement import Statement
from ci.intool.attest.trust import Trust

AT_ONCE = 4
"""Processes at a time."""


@dataclass(frozen=True, kw_only=True)
class AttachedStatement:
    """A statement at an image.

    Attributes:
        subject: digest of the image that it is attached to.
        referrer: digest of the manifest that holds it.
        signer: the signer that it names; not verified.
        refusal: why it does not count; empty if it is the trusted signer's statement about this image.
        statement: what it states; None if it is unreadable.
    """

    subject: str
    referrer: str
    signer: str = ""
    refusal: str = ""
    statement: Statement | None = None


def collect(image: Subject, trust: Trust) -> list[AttachedStatement]:
    """The statements at an image and the images of its platforms.

    Raises:
        Failure: the registry cannot be read.
    """
    with ThreadPoolExecutor(AT_ONCE) as pool:
        attached = pool.map(lambda one: list(bundles_at(image.repository, one)), image.manifests)
        bundles = list(chain.from_iterable(attached))
        return list(pool.map(lambda one: _verified(one, trust), bundles))


def _verified(one: AttachedBundle, trust: Trust) -> AttachedStatement:
    """A bundle as an attestation, with the reason why it does not count, if there is one."""
    if one.bundle is None:
        return AttachedStatement(subject=one.subject, referrer=one.referrer, refusal=one.problem)
    return AttachedStatement(
        subject=one.subject,
        referrer=one.referrer,
        signer=one.bundle.signer,
        refusal=_refusal(one, one.bundle.statement, trust),
        statement=one.bundle.statement,
    )


def _refusal(one: AttachedBundle, statement: Statement, trust: Trust) -> str:
    if not trust:
        return "no trusted signer is given"
    if one.subject not in statement.subjects:
        return f"it is about {', '.join(statement.subjects) or 'nothing'}, not about this image"
    return cosign.refusal(one.bundle, one.subject, trust) if one.bundle else one.problem


def counting(attached: Sequence[AttachedStatement]) -> Mapping[str, list[Statement]]:
    """Digest of an image to the trusted signer's statements about it, wherever they are attached."""
    about: dict[str, list[Statement]] = {}
    for one in attached:
        if one.statement and not one.refusal:
            for digest in one.statement.subjects:
                about.setdefault(digest, []).append(one.statement)
    return about
