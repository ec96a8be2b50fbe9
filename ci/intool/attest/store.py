"""Attach signed statements to an image, and verify it as any user can; what is attached already is not added again."""

from collections.abc import Iterator, Sequence
from concurrent.futures import ThreadPoolExecutor
from typing import Any

from ci.intool.attest import cosign
from ci.intool.attest.attachment import Addition, settle, write
from ci.intool.attest.collect import verified
from ci.intool.attest.image import Subject
from ci.intool.attest.missing import Places, found
from ci.intool.attest.predicates import name_of
from ci.intool.attest.referrers import Attachment, bundles_at, bundles_of
from ci.intool.attest.self_check import trusted
from ci.intool.attest.signer import Signer
from ci.intool.attest.statement import Statement
from ci.intool.attest.trust import Trust
from ci.intool.attest.verify import damage, reported

AT_ONCE = 4
"""Statements that are signed at a time; cosign takes 120 MB of memory to decrypt the key."""


def add(
    subject: Subject,
    statements: Sequence[Statement],
    signer: Signer,
    trust: Trust | None,
    *,
    created: str,
    lease: float,
    require: str,
) -> dict[str, Any]:
    """Sign, attach and verify; arguments, result and failures are those of `ci.intool.attest.attest.attest`.

    What is new is read back and verified while the lists of referrers settle.
    """
    repository = subject.repository
    with ThreadPoolExecutor(AT_ONCE) as pool:
        own = pool.submit(lambda: trust or trusted(signer))
        broken = pool.submit(damage, subject)
        bundles = bundles_at(repository, *subject.manifests)
        attached = verified(bundles, own.result())
        places = found(statements, attached)
        lacking = [
            (one, tuple(digest for digest, referrer in at.items() if not referrer))
            for one, at in zip(statements, places, strict=True)
        ]
        wanted = [(one, digests) for one, digests in lacking if digests]
        signed = pool.map(lambda one: cosign.sign(one[0], signer), wanted)
        additions = [
            Addition(subject=subject.manifests[digest], bundle=bundle, kind=one.kind, created=created)
            for (one, digests), bundle in zip(wanted, signed, strict=True)
            for digest in digests
        ]
        write(repository, additions, lease)
        settled = pool.submit(settle, repository, additions, lease)
        level = ""
        if require:
            new = [Attachment(subject=one.subject.digest, referrer=one.digest) for one in additions]
            attached += verified(bundles_of(repository, new), own.result())
            level = reported(subject, attached, own.result(), broken.result(), require)["level"]
        settled.result()
    return {
        "ref": repository.at(subject.digest),
        "level": level,
        "attached": list(_described(statements, places, additions)),
    }


def _described(
    statements: Sequence[Statement], places: Sequence[Places], additions: Sequence[Addition]
) -> Iterator[dict[str, Any]]:
    new = iter(additions)
    for one, at in zip(statements, places, strict=True):
        for digest, referrer in at.items():
            yield {
                "name": name_of(one.kind),
                "subject": digest,
                "referrer": referrer or next(new).digest,
                "new": not referrer,
            }
