"""Which level an image reaches."""

from collections.abc import Callable
from dataclasses import replace
from typing import Any

import pytest

from ci.intool.attest import audit, predicates
from ci.intool.attest.levels import LEVELS, Evidence, levels
from ci.intool.attest.provenance import Facts, provenance
from ci.intool.attest.scan import scanned
from ci.intool.attest.statement import Statement

TOP, AMD, ARM, CONFIG, OTHER = (f"sha256:{digit * 64}" for digit in "12345")


def statement(kind: str, predicate: dict[str, Any], *subjects: str) -> Statement:
    return Statement(kind=kind, subjects=subjects, predicate=predicate)


def sboms(digest: str, of: str = "") -> list[Statement]:
    component = {"component": {"version": of or digest}}
    package = {"packages": [{"SPDXID": "I", "versionInfo": of or digest}], "documentDescribes": ["I"]}
    return [
        statement(predicates.SPDX, package, digest),
        statement(predicates.CYCLONEDX, {"metadata": component}, digest),
    ]


def build(rebuilt: str = "") -> Statement:
    return statement(predicates.PROVENANCE, provenance(Facts(parameters={}, rebuilt=rebuilt)), TOP, AMD, ARM)


SCAN = statement(predicates.SCAN, scanned(scanner="x", version="1", started="", finished="", findings=[]), AMD, ARM)
PROVED = statement(
    predicates.AUDIT, audit.record(who="", when="", digest=TOP, gates={"p": {"checks": {"SC-13": "passed"}}}), TOP
)
RELEASE = [statement(predicates.SIGNATURE, {}, TOP), build(), SCAN, *sboms(AMD), *sboms(ARM, CONFIG)]


def evidence(statements: list[Statement], **changed: Any) -> Evidence:
    about: dict[str, list[Statement]] = {}
    for one in statements:
        for digest in one.subjects:
            about.setdefault(digest, []).append(one)
    whole = Evidence(
        digest=TOP,
        platforms={"linux/amd64": (AMD, OTHER), "linux/arm64": (ARM, CONFIG)},
        trusted="me",
        statements=about,
    )
    return replace(whole, **changed)


def reached(one: Evidence) -> tuple[str, str]:
    """The highest level, and why not the next."""
    judged = levels(one)
    assert [level.name for level in judged] == list(LEVELS)
    assert sorted(judged, key=lambda level: not level.reached) == judged
    assert all(bool(level.why) == bool(level.fix) == (not level.reached) for level in judged)
    highest = [level.name for level in judged if level.reached]
    return (highest or [""])[-1], next((level.why for level in judged if not level.reached), "")


def without(*kinds: str) -> list[Statement]:
    return [one for one in RELEASE if one.kind not in kinds]


@pytest.mark.parametrize(
    ("statements", "level", "why"),
    [
        ([*RELEASE, PROVED], "reproducible", ""),
        ([*RELEASE, build(TOP)], "reproducible", ""),
        ([*RELEASE, build(OTHER)], "attested", f"a second build gave {OTHER}"),
        (RELEASE, "attested", "no second build is recorded"),
        ([], "whole", f"there is no signature of {TOP} by me"),
        (without(predicates.SIGNATURE), "whole", f"there is no signature of {TOP} by me"),
        (
            [*without(predicates.SIGNATURE), statement(predicates.SIGNATURE, {}, AMD)],
            "whole",
            "there is no signature of",
        ),
        (without(predicates.PROVENANCE), "signed", "there is no provenance"),
        (without(predicates.SPDX), "signed", "there is no SBOM in SPDX of linux/amd64; there is no SBOM in SPDX of"),
        (without(predicates.CYCLONEDX), "signed", "there is no SBOM in CycloneDX of linux/amd64;"),
        (without(predicates.SCAN), "signed", "there is no scan result of linux/amd64; there is no scan result of"),
        ([*without(predicates.SCAN), statement(predicates.SCAN, SCAN.predicate, AMD)], "signed", "of linux/arm64"),  # type: ignore[arg-type]
        (
            [*without(predicates.SCAN), statement(predicates.SCAN, {}, AMD, ARM)],
            "signed",
            "the scan result of linux/amd64 does not name its scanner; the scan result of linux/arm64 does not",
        ),
        (
            [*without(predicates.PROVENANCE), statement(predicates.PROVENANCE, {}, TOP)],
            "signed",
            "the provenance has no valid buildDefinition.buildType",
        ),
        ([*RELEASE, statement(predicates.PROVENANCE, {}, TOP)], "attested", "no second build is recorded"),
        ([*RELEASE, sboms(AMD, ARM)[0]], "signed", f"the SBOM in SPDX of linux/amd64 describes another image, {ARM}"),
        (
            [*RELEASE, sboms(ARM, AMD)[1]],
            "signed",
            f"the SBOM in CycloneDX of linux/arm64 describes another image, {AMD}",
        ),
    ],
)
def test_levels(statements: list[Statement], level: str, why: str) -> None:
    found, reported = reached(evidence(statements))
    assert found == level
    assert why in reported
    assert bool(why) == bool(reported)


@pytest.mark.parametrize(
    ("change", "level", "why"),
    [
        (lambda one: replace(one, damage=("a layer is missing", "push again")), "", "a layer is missing"),
        (lambda one: replace(one, trusted="", statements={}), "whole", "no trusted signer is given"),
        (
            lambda one: replace(one, statements={}, refused={(TOP, predicates.SIGNATURE): "one by you does not count"}),
            "whole",
            "by me (one by you does not count)",
        ),
    ],
)
def test_why_not(change: Callable[[Evidence], Evidence], level: str, why: str) -> None:
    found, reported = reached(change(evidence([*RELEASE, PROVED])))
    assert found == level
    assert why in reported


def test_a_refused_statement_is_named_where_it_is_missing() -> None:
    refused = {(ARM, predicates.SPDX): "one by you does not count: it is about another"}
    statements = [one for one in RELEASE if not (one.kind == predicates.SPDX and ARM in one.subjects)]
    _, why = reached(evidence(statements, refused=refused))
    assert why == f"there is no SBOM in SPDX of linux/arm64 ({refused[ARM, predicates.SPDX]})"
