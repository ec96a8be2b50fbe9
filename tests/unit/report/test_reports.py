"""What people read: the summary, the doctor's report, a gate's explanation."""

from typing import Any

import pytest

from ci.commands import doctor
from ci.commands.doctor import Finding
from ci.errors import PublishError
from ci.intool.policy import GateResult, not_judged
from ci.release.result import Released, read, written
from ci.report.summary import megabytes, payload_lines, reference, sent_line, summary
from tests.unit.gate_results import GATES

DIGEST = "sha256:" + "a" * 64
REPOSITORY = "127.0.0.1:5000/moontv"
PUSHED: dict[str, Any] = {"ref": f"{REPOSITORY}@{DIGEST}", "sent": 2_340_000, "mounted": 0, "there": 81_000_000}


def tag(name: str, action: str, reason: str = "") -> dict[str, str]:
    """What became of a tag."""
    return {"name": name, "action": action, "reason": reason, "owner": DIGEST}


def platforms(**sizes: dict[str, int]) -> dict[str, Any]:
    """Platforms of an image, each with named layers."""
    return {
        f"linux/{name}": {"size": sum(size.values()), "layers": [{"name": n, "size": s} for n, s in size.items()]}
        for name, size in sizes.items()
    }


def released(platforms: dict[str, Any], *gates: GateResult, **payload: Any) -> Released:
    """An image that passed."""
    return Released(digest=DIGEST, platforms=platforms, gates=gates, payload=payload)


def promoted(*tags: dict[str, str]) -> dict[str, Any]:
    """What became of the tags."""
    return {"ref": f"{REPOSITORY}@{DIGEST}", "tags": tags}


def test_the_summary_of_the_same_release_again_says_since_when_and_what_was_verified() -> None:
    text = summary(
        released(platforms(amd64={"base": 40_000_000})),
        None,
        promoted(tag("1", "keep", "it is this image")),
        since="2026-11-30T23:12:41Z; verified now: attested",
        steps={},
        total=1.0,
        notes=[],
    )
    assert text.splitlines()[3] == "  unchanged    since 2026-11-30T23:12:41Z; verified now: attested"
    assert "sent" not in text


def test_the_summary_of_a_release() -> None:
    text = summary(
        released(
            platforms(
                amd64={"base": 40_000_000, "dependencies": 2_000_000, "server": 340_000},
                arm64={"base": 41_000_000},
            ),
            GateResult(name="smoke", figures={"a ready ms": 371, "b ready ms": 402.5}),
            GateResult(name="prove", findings=(not_judged("SC-13", "not built twice"),), checks={"SC-13": "not run"}),
            bytes=14_500_000,
            standalone=60_800_000,
            removed=(
                {"what": "docs", "why": "nobody reads them", "bytes": 200_000},
                {"what": "sharp", "why": "the optimizer is off", "bytes": 19_400_000},
            ),
        ),
        PUSHED,
        promoted(
            tag("2", "skip", "2.1.0 owns it"),
            tag("2.0.0", "set", "2.0.0 is final"),
            tag("latest", "keep", "it is this image"),
        ),
        steps={"cache": 0.04, "base": 1.24, "build": 61.0},
        total=61.6,
        notes=["node 22: from .nvmrc", "warning: beware"],
    )
    assert text.splitlines() == [
        f"{REPOSITORY}:2.0.0@{DIGEST}",
        "  tag          2: skip (2.1.0 owns it)",
        "  tag          2.0.0: set (2.0.0 is final)",
        "  tag          latest: keep (it is this image)",
        "  linux/amd64  42.3 MB compressed in 3 layers (dependencies 2.0 MB, server 0.3 MB)",
        "  linux/arm64  41.0 MB compressed in 1 layer",
        "  sent         2.3 MB; 81.0 MB were there already",
        "  payload      14.5 MB of 60.8 MB; left out: sharp, docs",
        "  gates        1 passed: smoke; 1 not run: prove",
        "  score        0 of 100 (checks: 53 not run)",
        "  findings     not run: SC-13: not built twice",
        "  steps        base 1.2 s, build 61.0 s",
        "  total        61.6 s",
        "  node 22: from .nvmrc",
        "  warning: beware",
    ]


def test_what_was_left_out_is_explained_where_it_is_asked_for() -> None:
    removed = (
        {"what": "docs", "why": "nobody reads them", "bytes": 200_000},
        {"what": "sharp", "why": "the optimizer is off", "bytes": 19_400_000},
    )
    assert payload_lines({"bytes": 14_500_000, "standalone": 60_800_000, "removed": removed}) == [
        "payload      14.5 MB of 60.8 MB",
        "             left out: 19.4 MB sharp (the optimizer is off)",
        "             left out: 0.2 MB docs (nobody reads them)",
    ]
    assert payload_lines({}) == []


def test_the_first_line_is_the_reference_alone() -> None:
    made = released({}, bytes=14_500_000, standalone=14_500_000, removed=())
    assert summary(made, PUSHED, promoted(), steps={}, total=0.0, notes=[]).splitlines() == [
        f"{REPOSITORY}@{DIGEST}",
        "  sent         2.3 MB; 81.0 MB were there already",
        "  payload      14.5 MB",
        "  total        0.0 s",
    ]


def test_the_summary_of_an_image_whose_payload_is_not_known() -> None:
    assert summary(released({}), PUSHED, promoted(), steps={}, total=0.0, notes=[]).splitlines() == [
        f"{REPOSITORY}@{DIGEST}",
        "  sent         2.3 MB; 81.0 MB were there already",
        "  total        0.0 s",
    ]


def test_the_summary_of_a_release_that_an_earlier_run_made() -> None:
    lines = summary(released({}), None, promoted(tag("dev", "keep")), steps={}, total=0.0, notes=[]).splitlines()
    assert lines[0] == f"{REPOSITORY}:dev@{DIGEST}"
    assert lines[2] == "  sent         nothing: an earlier run of the same inputs built, tested and pushed this image"


@pytest.mark.parametrize(
    ("tags", "named"),
    [
        ([], f"{REPOSITORY}@{DIGEST}"),
        ([tag("1.2.3", "set"), tag("latest", "set")], f"{REPOSITORY}:1.2.3@{DIGEST}"),
        ([tag("1.2.3", "keep"), tag("latest", "set")], f"{REPOSITORY}:1.2.3@{DIGEST}"),
        ([tag("latest", "skip"), tag("1.2.3", "set")], f"{REPOSITORY}:1.2.3@{DIGEST}"),
        ([tag("latest", "skip"), tag("1", "skip")], f"{REPOSITORY}@{DIGEST}"),
    ],
)
def test_the_reference_has_the_first_tag_that_names_the_image(tags: list[dict[str, str]], named: str) -> None:
    assert reference(PUSHED["ref"], tags) == named


@pytest.mark.parametrize(
    ("pushed", "line"),
    [
        ({"sent": 0, "there": 42_000_000, "mounted": 0}, "sent         0.0 MB; 42.0 MB were there already"),
        (
            {"sent": 1_000_000, "there": 0, "mounted": 3_000_000},
            "sent         1.0 MB; 0.0 MB were there already, 3.0 MB taken from other repositories",
        ),
    ],
)
def test_how_much_was_sent(pushed: dict[str, int], line: str) -> None:
    assert sent_line(pushed) == line


@pytest.mark.parametrize(
    ("size", "text"),
    [(0, "0.0 MB"), (49_999, "0.0 MB"), (50_001, "0.1 MB"), (1_000_000, "1.0 MB"), (79_450_000, "79.5 MB")],
)
def test_megabytes(size: int, text: str) -> None:
    assert megabytes(size) == text


def test_a_release_comes_back_from_the_registry() -> None:
    kept = released(platforms(amd64={"base": 1}), *GATES, bytes=1, standalone=2, removed=[])
    assert read(written(kept)) == kept


@pytest.mark.parametrize("text", ["", "[]", "{}", '{"gates": [{"name": "scan", "findings": ["CVE-1 (high) a: b"]}]}'])
def test_a_release_of_another_form_is_refused(text: str) -> None:
    with pytest.raises(PublishError) as error:
        read(text)
    assert error.value.id == "gates.stored"


def test_the_doctor_tells_errors_first_and_keeps_the_order_within_a_level() -> None:
    findings = [
        Finding("ok", "engine v0"),
        Finding("warning", "second", "repair it"),
        Finding("error", "first", "stop it"),
        Finding("warning", "third"),
        Finding("ok", "node 22"),
    ]
    assert doctor.text(findings).splitlines() == [
        "error    first",
        "         fix: stop it",
        "warning  second",
        "         fix: repair it",
        "warning  third",
        "ok       engine v0",
        "ok       node 22",
    ]


def test_the_doctor_has_no_words_for_an_unknown_level() -> None:
    with pytest.raises(KeyError):
        doctor.text([Finding("info", "what is this")])


@pytest.mark.parametrize(
    ("note", "finding"),
    [
        ("node 22: from default", Finding("ok", "node 22: from default")),
        ("warning: out of support", Finding("warning", "out of support")),
        ("stand-in: node:22 (…)", Finding("warning", "stand-in: node:22 (…)")),
        ("pipeline: a warning: is inside", Finding("ok", "pipeline: a warning: is inside")),
    ],
)
def test_notes_become_findings(note: str, finding: Finding) -> None:
    assert doctor.of_notes([note]) == [finding]
