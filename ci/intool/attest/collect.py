"""The statements that are attached to an image, and who signed them."""

from collections.abc import Mapping, Sequence
from concurrent.futures import ThreadPoolExecutor
from dataclasses import dataclass

from ci.intool.attest import cosign
from ci.intool.attest.bundle import Bundle
from ci.intool.attest.image import Subject
from ci.intool.attest.referrers import AttachedBundle, Attachment, bundles_at
from ci.intool.attest.statement import Statement
from ci.intool.attest.trust import Trust

AT_ONCE = 4
"""Processes at a time."""


@dataclass(frozen=True, kw_only=True)
class AttachedStatement(Attachment):
    """A statement at an image.

    Attributes:
        signer: the signer that it names; not verified.
        refusal: why it does not count; empty if it is the trusted signer's statement about this image.
        statement: what it states; None if it is unreadable.
    """

    signer: str = ""
    refusal: str = ""
    statement: Statement | None = None


def collect(image: Subject, trust: Trust, kind: str = "") -> list[AttachedStatement]:
    """The statements at an image and the images of its platforms.

    Args:
        image: the image.
        trust: whose statements count.
        kind: type of the predicate; others are left out as far as that is known without reading them.

    Raises:
        Failure: the registry cannot be read.
    """
    return verified(bundles_at(image.repository, *image.manifests, kind=kind), trust)


def verified(attached: Sequence[AttachedBundle], trust: Trust) -> list[AttachedStatement]:
    """Each bundle as a statement, with the reason why it does not count, if there is one.

    cosign verifies a bundle once, however many images it is attached to.
    """
    about: dict[bytes, tuple[Bundle, str]] = {}
    for one in attached:
        if one.bundle and trust and one.subject in one.bundle.statement.subjects:
            about.setdefault(one.bundle.body, (one.bundle, one.subject))
    with ThreadPoolExecutor(AT_ONCE) as pool:
        refusals = dict(
            zip(about, pool.map(lambda one: cosign.refusal(one[0], one[1], trust), about.values()), strict=True)
        )
    return [_statement(one, trust, refusals) for one in attached]


def _statement(one: AttachedBundle, trust: Trust, refusals: Mapping[bytes, str]) -> AttachedStatement:
    if one.bundle is None:
        return AttachedStatement(subject=one.subject, referrer=one.referrer, refusal=one.problem)
    return AttachedStatement(
        subject=one.subject,
        referrer=one.referrer,
        signer=one.bundle.signer,
        refusal=_refusal(one, one.bundle, trust, refusals),
        statement=one.bundle.statement,
    )


def _refusal(one: AttachedBundle, bundle: Bundle, trust: Trust, refusals: Mapping[bytes, str]) -> str:
    if not trust:
        return "no trusted signer is given"
    about = bundle.statement.subjects
    if one.subject not in about:
        return f"it is about {', '.join(about) or 'nothing'}, not about this image"
    return refusals[bundle.body]


def counting(attached: Sequence[AttachedStatement]) -> Mapping[str, list[Statement]]:
    """Digest of an image to the trusted signer's statements about it, wherever they are attached."""
    about: dict[str, list[Statement]] = {}
    for one in attached:
        if one.statement and not one.refusal:
            for digest in one.statement.subjects:
                about.setdefault(digest, []).append(one.statement)
    return about
