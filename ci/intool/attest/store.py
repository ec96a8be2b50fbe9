"""Attach signed statements to an image; an equal one that is attached already is not added again."""

from collections.abc import Sequence
from concurrent.futures import ThreadPoolExecutor
from typing import Any

from ci.intool.attest import cosign
from ci.intool.attest.image import Subject
from ci.intool.attest.predicates import AUDIT, name_of
from ci.intool.attest.referrers import Addition, AttachedBundle, attach, bundles_at
from ci.intool.attest.self_check import trusted
from ci.intool.attest.signer import Signer
from ci.intool.attest.statement import Statement
from ci.intool.attest.trust import Trust

AT_ONCE = 4
"""Statements that are signed at a time."""


def add(
    subject: Subject, statements: Sequence[Statement], signer: Signer, created: str, lease: float
) -> dict[str, Any]:
    """Sign and attach; arguments, result and failures are those of `ci.intool.attest.attest.attest`."""
    own = trusted(signer)
    there = {digest: list(bundles_at(subject.repository, digest)) for digest in subject.manifests}
    equal = [{digest: _equal(one, there[digest], own) for digest in one.subjects} for one in statements]
    missing = [not all(referrers.values()) for referrers in equal]
    with ThreadPoolExecutor(AT_ONCE) as pool:
        bundles = pool.map(lambda one, is_missing: cosign.sign(one, signer) if is_missing else b"", statements, missing)
    additions = [
        Addition(subject=subject.manifests[digest], bundle=bundle, kind=one.kind, created=created)
        for one, bundle, referrers in zip(statements, bundles, equal, strict=True)
        for digest, referrer in referrers.items()
        if not referrer
    ]
    new = iter(attach(subject.repository, additions, lease))
    return {
        "ref": subject.repository.at(subject.digest),
        "attached": [
            {"name": name_of(one.kind), "subject": digest, "referrer": referrer or next(new), "new": not referrer}
            for one, referrers in zip(statements, equal, strict=True)
            for digest, referrer in referrers.items()
        ],
    }


def _equal(statement: Statement, there: Sequence[AttachedBundle], own: Trust) -> str:
    """The referrer with an equal statement by the same signer, if any; audit records are never equal."""
    if statement.kind == AUDIT or not own:
        return ""
    for one in there:
        same = one.bundle and one.bundle.statement.encoded() == statement.encoded()
        if one.bundle and same and not cosign.refusal(one.bundle, one.subject, own):
            return one.referrer
    return ""
