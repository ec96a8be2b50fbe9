"""Which level of trust an image reaches, and why not a higher one. Pure."""

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass, field
from typing import Any

from ci.intool.attest import audit, provenance, sbom, scan
from ci.intool.attest.predicates import AUDIT, CYCLONEDX, PROVENANCE, SCAN, SIGNATURE, SPDX, name_of
from ci.intool.attest.statement import Statement

LEVELS = ("whole", "signed", "attested", "reproducible")
"""Lowest first; a level is reached when all below it are."""

Reason = tuple[str, str]
"""Why a level is not reached, and the next step; empty texts for nothing."""

NOTHING: Reason = ("", "")


@dataclass(frozen=True, kw_only=True)
class Evidence:
    """An image and the statements about it.

    Attributes:
        digest: of the index, or of the only image.
        platforms: name to the digests of its manifest and its configuration.
        trusted: the trusted signer; empty if none is given.
        damage: what is missing or altered of the image itself.
        statements: digest to the trusted signer's statements about that image.
        refused: digest and type to why a statement that is attached there does not count.
    """

    digest: str
    platforms: Mapping[str, tuple[str, str]]
    trusted: str = ""
    damage: Reason = NOTHING
    statements: Mapping[str, Sequence[Statement]] = field(default_factory=dict)
    refused: Mapping[tuple[str, str], str] = field(default_factory=dict)

    def predicates(self, digest: str, kind: str) -> list[Mapping[str, Any]]:
        """The predicates of a type in the trusted signer's statements about an image."""
        return [one.predicate for one in self.statements.get(digest, ()) if one.kind == kind]

    def missing(self, digest: str, kind: str, of: str = "") -> str:
        """The message for a missing statement, with the reason why an attached one does not count."""
        refused = self.refused.get((digest, kind))
        return f"there is no {name_of(kind)}{of}{f' ({refused})' if refused else ''}"


@dataclass(frozen=True, kw_only=True)
class Level:
    """One level.

    Attributes:
        name: one of ``LEVELS``.
        reached: whether it and all below are.
        why: why not.
        fix: the next step.
    """

    name: str
    reached: bool
    why: str = ""
    fix: str = ""


def levels(evidence: Evidence) -> list[Level]:
    """Each level, lowest first: whether it is reached, and if not, why and the next step."""
    reasons = (evidence.damage, _signed(evidence), _attested(evidence), _reproducible(evidence))
    results: list[Level] = []
    for name, (why, fix) in zip(LEVELS, reasons, strict=True):
        below = results[-1] if results else None
        if not why and below and not below.reached:
            results.append(Level(name=name, reached=False, why=f"the image is not {below.name}", fix=below.fix))
        else:
            results.append(Level(name=name, reached=not why, why=why, fix=fix))
    return results


def _signed(evidence: Evidence) -> Reason:
    if not evidence.trusted:
        return "no trusted signer is given", "give one: --key FILE, or --identity NAME and --issuer URL"
    if evidence.predicates(evidence.digest, SIGNATURE):
        return NOTHING
    why = evidence.missing(evidence.digest, SIGNATURE, f" of {evidence.digest} by {evidence.trusted}")
    return why, "do not use the image, unless its publisher signs with another key, or identity and issuer"


def _attested(evidence: Evidence) -> Reason:
    why = "; ".join(filter(None, _lacking(evidence)))
    return (why, "publish the image again: a release attaches all of them") if why else NOTHING


def _lacking(evidence: Evidence) -> Iterator[str]:
    """Each part that a complete set of statements lacks; empty texts for parts that are there."""
    yield _provenance(evidence)
    for platform, digests in evidence.platforms.items():
        for kind in (SPDX, CYCLONEDX):
            yield _sbom(evidence, kind, platform, digests)
        yield _scan(evidence, platform, digests[0])


def _provenance(evidence: Evidence) -> str:
    found = evidence.predicates(evidence.digest, PROVENANCE)
    if not found:
        return evidence.missing(evidence.digest, PROVENANCE)
    problems = [provenance.problem(one) for one in found]
    return "" if "" in problems else f"the provenance {problems[0]}"


def _sbom(evidence: Evidence, kind: str, platform: str, digests: tuple[str, str]) -> str:
    found = evidence.predicates(digests[0], kind)
    if not found:
        return evidence.missing(digests[0], kind, f" of {platform}")
    # An SBOM of another image is a fault: readers may take it for the SBOM of this image.
    wrong = next(filter(None, (sbom.problem(kind, one, digests) for one in found)), "")
    return f"the {name_of(kind)} of {platform} {wrong}" if wrong else ""


def _scan(evidence: Evidence, platform: str, digest: str) -> str:
    found = evidence.predicates(digest, SCAN)
    if not found:
        return evidence.missing(digest, SCAN, f" of {platform}")
    problems = [scan.problem(one) for one in found]
    return "" if "" in problems else f"the scan result of {platform} {problems[0]}"


def _reproducible(evidence: Evidence) -> Reason:
    second = set(map(provenance.rebuilt, evidence.predicates(evidence.digest, PROVENANCE))) - {""}
    if evidence.digest in second or any(map(audit.proved, evidence.predicates(evidence.digest, AUDIT))):
        return NOTHING
    if second:
        return f"a second build gave {min(second)}", "run `prove`: it names the first file that differs"
    return "no second build is recorded", "run `prove`, and release again"
