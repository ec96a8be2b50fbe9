"""Which statements an image lacks: those that it has are not signed again. Pure."""

from collections.abc import Mapping, Sequence

from ci.intool.attest import audit, scan
from ci.intool.attest.collect import AttachedStatement
from ci.intool.attest.predicates import AUDIT, SCAN
from ci.intool.attest.statement import Statement
from ci.intool.common.media import canonical

Places = Mapping[str, str]
"""Digest of an image that a statement is about to the referrer that states the same there; empty where none does."""


def found(statements: Sequence[Statement], attached: Sequence[AttachedStatement]) -> Sequence[Places]:
    """Where each statement is attached already, signed by the trusted signer.

    Statements are the same where they say the same; when a scan ran or a release was made does not matter. But a run
    that attaches anything is recorded: where a statement is missing, so is every audit record.

    Args:
        statements: that are to be attached.
        attached: what the image has.
    """
    there = {
        (one.subject, one.statement.kind, _lasting(one.statement)): one.referrer
        for one in attached
        if one.statement and not one.refusal
    }
    same = [{digest: there.get((digest, one.kind, _lasting(one)), "") for digest in one.subjects} for one in statements]
    if all(referrer for one in same for referrer in one.values()):
        return same
    return [
        dict.fromkeys(one.subjects, "") if one.kind == AUDIT else referrers
        for one, referrers in zip(statements, same, strict=True)
    ]


def _lasting(statement: Statement) -> bytes:
    """What a statement says, without its moment."""
    without = {SCAN: scan.undated, AUDIT: audit.undated}.get(statement.kind, dict)
    return canonical(without(statement.predicate))
