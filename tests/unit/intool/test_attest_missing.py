"""Which statements an image lacks."""

from collections.abc import Mapping
from typing import Any

from ci.intool.attest.audit import record
from ci.intool.attest.collect import AttachedStatement
from ci.intool.attest.missing import found
from ci.intool.attest.predicates import AUDIT, SCAN, SPDX
from ci.intool.attest.scan import scanned
from ci.intool.attest.statement import Statement

A, B = (f"sha256:{digit * 64}" for digit in "ab")


def scan(day: int, *found: str) -> Statement:
    moment = f"2026-01-0{day}T00:00:00Z"
    findings = [{"id": one} for one in found]
    predicate = scanned(scanner="x", version="1", started=moment, finished=moment, findings=findings)
    return Statement(kind=SCAN, subjects=(A, B), predicate=predicate)


def audit(day: int, **changed: Any) -> Statement:
    made = {"who": "me", "when": f"2026-01-0{day}T00:00:00Z", "digest": A, "gates": {}, **changed}
    return Statement(kind=AUDIT, subjects=(A,), predicate=record(**made))


def sbom(name: str) -> Statement:
    return Statement(kind=SPDX, subjects=(B,), predicate={"name": name})


def attached(*statements: Statement, refusal: str = "") -> list[AttachedStatement]:
    return [
        AttachedStatement(subject=digest, referrer=f"{number}{digest[7]}", refusal=refusal, statement=one)
        for number, one in enumerate(statements)
        for digest in one.subjects
    ]


def test_nothing_is_attached() -> None:
    assert found([scan(1), audit(1)], []) == [{A: "", B: ""}, {A: ""}]


def test_moments_make_no_difference() -> None:
    there = attached(scan(1, "CVE-1"), sbom("a"), audit(1))
    assert found([scan(2, "CVE-1"), sbom("a"), audit(2)], there) == [{A: "0a", B: "0b"}, {B: "1b"}, {A: "2a"}]


def test_what_a_gate_measures_makes_no_difference() -> None:
    def smoke(ready: int, outcome: str) -> Mapping[str, Any]:
        return {"smoke": {"passed": True, "checks": {"RUN-01": outcome}, "figures": {"ready ms": ready}}}

    there = attached(audit(1, gates=smoke(900, "passed")))
    assert found([audit(2, gates=smoke(700, "passed"))], there) == [{A: "0a"}]
    assert found([audit(2, gates=smoke(900, "not run"))], there) == [{A: ""}]


def test_what_is_missing_is_recorded() -> None:
    there = attached(scan(1), sbom("a"), audit(1))
    assert found([scan(2, "CVE-1"), sbom("a"), audit(2)], there) == [{A: "", B: ""}, {B: "1b"}, {A: ""}]
    assert found([scan(2), sbom("b"), audit(2)], there) == [{A: "0a", B: "0b"}, {B: ""}, {A: ""}]
    assert found([scan(2), sbom("a"), audit(2, who="you")], there) == [{A: "0a", B: "0b"}, {B: "1b"}, {A: ""}]


def test_one_of_two_images_lacks_a_statement() -> None:
    there = attached(scan(1))[:1]
    assert found([scan(1)], there) == [{A: "0a", B: ""}]


def test_what_does_not_count_is_signed_again() -> None:
    there = attached(scan(1), refusal="it is signed by another key")
    there.append(AttachedStatement(subject=A, referrer="broken", refusal="it is no bundle"))
    assert found([scan(1)], there) == [{A: "", B: ""}]
