"""Which findings are one line, and what the lines and the next steps say."""

import json
from collections.abc import Sequence
from dataclasses import replace

import pytest

from ci.intool.policy import (
    Artifact,
    Effect,
    Finding,
    GateResult,
    ImagePath,
    NotAffected,
    NotJudged,
    Package,
    Setting,
    Source,
    Stops,
    Waived,
    Warns,
    not_judged,
)
from ci.report.compliance import report
from ci.report.grouping import grouped
from ci.report.junit import junit
from ci.report.lines import LIMIT, finding_lines, stopping_lines
from ci.report.report import Report
from ci.report.sarif import sarif
from ci.report.steps import ADOPT, NO_STEP, adoption, listed, steps
from ci.report.steps import LIMIT as STEPS
from ci.report.text import results
from ci.report.wording import inside, line
from tests.unit.gate_results import GATES, REPORT
from tests.unit.real_results import DIRECTORY, MANY, PASSED, REFUSED, after, before, refusal, release, snapshots

NEXT = Package(name="next", version="14.2.24")
LIBC = Package(name="libc6", version="2.36-9+deb12u10", system=True)
SSL = Package(name="libssl3", version="3.0.16-1~deb12u1", system=True)


def waived(number: int, reason: str = "no middleware") -> Waived:
    return Waived(by=f"waivers[{number}]", owner="ann", until="2026-12-31", reason=reason)


def cve(
    number: int,
    *fixed: str,
    where: Package = NEXT,
    severity: str = "high",
    effect: Effect | None = None,
    found_in: Sequence[str] = (),
) -> Finding:
    return Finding(
        id=f"CVE-{number}",
        severity=severity,
        title=f"weakness {number}",
        where=where,
        fix=f"update {where.name} to {' or '.join(fixed)}" if fixed else "there is no fix yet: waive it",
        fixed=fixed,
        check="SC-06",
        effect=effect or Stops(),
        found_in=tuple(found_in),
    )


def gate(name: str, *findings: Finding) -> GateResult:
    return GateResult(name=name, findings=findings)


def lines(*gates: GateResult, full: bool = False) -> list[str]:
    return finding_lines(gates, full=full)


@pytest.mark.parametrize("name", ["refusal.txt", "release.txt"])
def test_what_a_real_app_shows(name: str) -> None:
    written = (DIRECTORY / name).read_text("utf-8")
    assert snapshots()[name] == written, "run `python -m tests.unit.real_results`, and read the difference"


def test_a_real_app_shows_a_tenth_of_the_lines() -> None:
    assert (before(REFUSED, refused=True), after(refusal())) == (61, 5)
    assert (before(PASSED, refused=False), after(release())) == (59, 10)


@pytest.mark.parametrize("gates", [REFUSED, PASSED, MANY, GATES], ids=["refused", "passed", "many", "every kind"])
def test_every_finding_is_in_one_group_and_every_id_in_the_full_lines(gates: Sequence[GateResult]) -> None:
    given = [(gate.name, one) for gate in gates for one in gate.findings]
    for fold in (True, False):
        found = [(one.gate, one.finding) for group in grouped(gates, fold=fold) for one in group.found]
        assert sorted(map(repr, found)) == sorted(map(repr, given))
    text = "\n".join(finding_lines(gates, full=True))
    judged = [one for _, one in given if not isinstance(one.effect, NotJudged)]
    assert [one.id for one in judged if one.id not in text] == []
    unjudged = [str(one.effect) for _, one in given if isinstance(one.effect, NotJudged)]
    assert [why for why in unjudged if why not in text] == []


@pytest.mark.parametrize("gates", [REFUSED, PASSED, MANY, GATES], ids=["refused", "passed", "many", "every kind"])
def test_what_is_not_printed_is_counted(gates: Sequence[GateResult]) -> None:
    for shown, groups in (
        (finding_lines(gates), grouped(gates)),
        (stopping_lines(gates), [group for group in grouped(gates) if group.stopping]),
    ):
        assert len(shown) <= LIMIT
        last = shown[-1] if shown[-1].startswith("… and ") else ""
        printed = groups[: len(shown) - bool(last)]
        assert all(line(group) in text for group, text in zip(printed, shown, strict=False))
        left = sum(len(gate.findings) for gate in gates) - sum(len(group.found) for group in printed)
        numbers = [int(part.split()[0]) for part in last.removeprefix("… and ").split(", ") if part[:1].isdigit()]
        assert sum(numbers) == left


def test_reports_for_programs_have_each_finding_by_itself() -> None:
    made = Report.of(REPORT.subject, REFUSED, "standard")
    assert Report.from_json(json.loads(json.dumps(made.to_json()))).gates == REFUSED
    judged = [one.id for gate in REFUSED for one in gate.findings if not isinstance(one.effect, NotJudged)]
    assert [one["ruleId"] for one in sarif(made)["runs"][0]["results"]] == judged
    xml = junit(made)
    assert all(one.id in xml for gate in REFUSED for one in gate.findings if one.stops)


def test_the_same_vulnerability_of_source_and_image_is_one_line() -> None:
    assert lines(gate("source", cve(1, "14.2.25")), gate("scan", cve(1, "14.2.25"))) == [
        "CVE-1 (high) next@14.2.24: weakness 1, fixed in 14.2.25; in the source and the image"
    ]
    assert lines(gate("scan", cve(1, "14.2.25", found_in=["linux/arm64"]))) == [
        "CVE-1 (high) next@14.2.24: weakness 1, fixed in 14.2.25; in the image (linux/arm64)"
    ]
    assert lines(gate("source", cve(1, found_in=["source"]))) == [
        "CVE-1 (high) next@14.2.24: weakness 1, no fix yet; in the source"
    ]


def test_the_vulnerabilities_of_a_package_are_one_line() -> None:
    found = [cve(1, "14.2.25", severity="critical"), cve(2, "14.2.32"), cve(3, "14.2.35")]
    ids = "1 critical: CVE-1; 2 high: CVE-2, CVE-3"
    assert lines(gate("source", *found), gate("scan", *found)) == [
        f"next@14.2.24: 3 vulnerabilities ({ids}), fixed in 14.2.35; in the source and the image"
    ]
    other = replace(cve(1, "15.0.5"), where=Package(name="next", version="15.0.1"))
    assert len(lines(gate("scan", *found, other))) == 2


@pytest.mark.parametrize(
    ("found", "said"),
    [
        ([cve(1, "14.2.25"), cve(2)], "2 vulnerabilities (2 high: CVE-1, CVE-2), 1 of them fixed in 14.2.25"),
        ([cve(1), cve(2)], "2 vulnerabilities (2 high: CVE-1, CVE-2), no fix yet"),
        (
            [cve(1, "14.2.25"), cve(2, "14.2.30", effect=Warns()), cve(3, "14.2.28", effect=Warns())],
            "1 vulnerability stops (1 high: CVE-1), 2 warn (2 high), fixed in 14.2.30",
        ),
        (
            [cve(1, "14.2.25"), cve(2, "14.2.25"), cve(3, "14.2.25", severity="low", effect=Warns())],
            "2 vulnerabilities stop (2 high: CVE-1, CVE-2), 1 warns (1 low), fixed in 14.2.25",
        ),
        (
            [cve(number, "14.2.25") for number in range(1, 6)],
            "5 vulnerabilities (5 high: CVE-1, CVE-2, CVE-3 and 2 more), fixed in 14.2.25",
        ),
        (
            [cve(1, "14.2.25", severity="low"), cve(2, "14.2.25", severity="medium")],
            "2 vulnerabilities (1 medium: CVE-2; 1 low), fixed in 14.2.25",
        ),
        (
            [cve(1, "14.2.25"), replace(cve(2, "14.2.25", severity="low"), title="it, known to be exploited")],
            "2 vulnerabilities (1 high: CVE-1; 1 low: CVE-2, known to be exploited), fixed in 14.2.25",
        ),
    ],
)
def test_how_many_they_are_and_which_version_has_none(found: list[Finding], said: str) -> None:
    assert lines(gate("scan", *found)) == [f"next@14.2.24: {said}; in the image"]


def test_a_vendor_that_names_no_version_says_nothing_of_a_fix() -> None:
    one = Finding(id="SNYK-1", severity="high", title="bad", where=NEXT, found_in=("linux/arm64",))
    assert lines(gate("snyk", one, replace(one, id="SNYK-2"))) == [
        "next@14.2.24: 2 vulnerabilities (2 high: SNYK-1, SNYK-2); in linux/arm64"
    ]


def test_what_is_accepted_for_one_reason_is_one_line() -> None:
    found = [cve(number, "14.2.25", effect=waived(number)) for number in range(1, 3)]
    other = cve(3, "14.2.25", effect=waived(3, "another reason"))
    known = cve(4, effect=NotAffected(document="shop.vex.json", status="not_affected"))
    two = "next@14.2.24: 2 vulnerabilities (2 high: CVE-1, CVE-2), fixed in 14.2.25; in the image"
    third = "CVE-3 (high) next@14.2.24: weakness 3, fixed in 14.2.25; in the image"
    assert lines(gate("scan", *found, other, known)) == [
        f"waived: {two} (waivers[1], waivers[2] until 2026-12-31 by ann: no middleware)",
        f"waived: {third} (waivers[3] until 2026-12-31 by ann: another reason)",
        "waived: CVE-4 (high) next@14.2.24: weakness 4, no fix yet; in the image (not affected, by shop.vex.json)",
    ]
    assert report([gate("scan", *found)]).count("\n- next@14.2.24: 2 vulnerabilities") == 1


def test_warnings_of_the_base_are_one_line_unless_all_is_asked_for() -> None:
    found = [
        cve(1, where=LIBC, severity="low", effect=Warns()),
        cve(2, where=LIBC, severity="low", effect=Warns()),
        cve(2, "3.0.17-1~deb12u1", where=SSL, severity="medium", effect=Warns()),
    ]
    count = "3 vulnerabilities (1 medium, 2 low) of 2 packages (libc6, libssl3)"
    assert lines(gate("scan", *found)) == [f"warning: base image: {count}, 1 of them fixed in a newer package"]
    assert [text.split(":")[1].strip() for text in lines(gate("scan", *found), full=True)] == [
        "CVE-2 (medium) libssl3@3.0.16-1~deb12u1",
        "libc6@2.36-9+deb12u10",
    ]
    assert lines(gate("scan", found[0])) == [
        "warning: CVE-1 (low) libc6@2.36-9+deb12u10: weakness 1, no fix yet; in the image"
    ]
    stops = cve(9, "2.36-9+deb12u12", where=LIBC)
    assert lines(gate("scan", *found, stops))[0].startswith("libc6@2.36-9+deb12u10: 1 vulnerability stops")


def test_a_rule_is_one_line_with_its_files() -> None:
    found = [
        Finding(id="next-ssrf", severity="high", title="Asks anything", where=Source(file=f"src/{name}.ts", line=n))
        for name, n in (("a", 3), ("a", 9), ("b", 4), ("c", 1), ("d", 1))
    ]
    assert lines(gate("rules", *found)) == [
        "next-ssrf (high) src/a.ts:3,9, src/b.ts:4, src/c.ts:1 and 1 more: Asks anything"
    ]
    assert lines(gate("rules", *found), full=True) == [
        "next-ssrf (high) src/a.ts:3,9, src/b.ts:4, src/c.ts:1, src/d.ts:1: Asks anything"
    ]
    assert len(lines(gate("rules", *found, replace(found[0], effect=Warns())))) == 2


def test_a_check_is_one_line_with_its_places_and_a_licence_with_its_packages() -> None:
    shell = Finding(id="FS-01", severity="high", title="is a shell", where=ImagePath(path="bin/sh"))
    licence = Finding(id="AGPL-3.0-only", severity="high", title="its terms", where=NEXT, check="SC-08")
    assert lines(
        gate("hardening", shell, replace(shell, where=ImagePath(path="bin/bash"))),
        gate("scan", licence, replace(licence, where=Package(name="b", version="1.0.0"))),
    ) == [
        "AGPL-3.0-only (high) b@1.0.0, next@14.2.24: its terms",
        "FS-01 (high) bin/bash, bin/sh: is a shell",
    ]
    assert len(lines(gate("hardening", shell, replace(shell, found_in=("linux/arm64",))))) == 2


def test_a_digest_is_short_and_an_escape_sequence_is_shown() -> None:
    base = Artifact(name=f"gcr.io/base:1@sha256:{'0123456789abcdef' * 4}")
    assert lines(gate("base", not_judged("LAY-06", "no signer is \x1b[31mknown", base))) == [
        "not run: gcr.io/base:1@sha256:0123456789ab: no signer is \\x1b[31mknown"
    ]


@pytest.mark.parametrize(
    ("path", "shown"),
    [
        ("app/node_modules/tar/package.json", []),
        ("app/node_modules/.pnpm/tar@6.2.1_a@1/node_modules/tar/package.json", []),
        ("node_modules/tar", []),
        ("app/node_modules/npm/node_modules/tar/package.json", ["npm > tar"]),
        ("app/node_modules/.pnpm/npm@10.0.0/node_modules/npm/node_modules/tar/package.json", ["npm > tar"]),
        ("app/node_modules/next/dist/compiled/tar/package.json", ["next/dist/compiled/tar"]),
        ("app/apps/web/node_modules/tar/package.json", ["apps/web > tar"]),
        ("usr/lib/node_modules/npm/node_modules/tar/package.json", ["usr/lib > npm > tar"]),
        ("usr/local/bin/tool", ["usr/local/bin/tool"]),
    ],
)
def test_the_path_of_a_package_is_short(path: str, shown: list[str]) -> None:
    assert inside(Package(name="tar", version="6.2.1", paths=(path,))) == shown


def test_paths_are_on_the_line_of_the_package() -> None:
    paths = [f"app/node_modules/{name}/node_modules/tar/package.json" for name in "abcd"]
    one = cve(1, "7.5.3", where=Package(name="tar", version="6.2.1", paths=tuple(paths)))
    assert lines(gate("scan", one)) == [
        "CVE-1 (high) tar@6.2.1: weakness 1, fixed in 7.5.3; in the image, at a > tar, b > tar, c > tar and 1 more"
    ]


def test_where_all_findings_are_is_said_if_they_are_not_there() -> None:
    hint = "all findings, one by one: the same command with `report export --path report` in place of `check`"
    assert results([gate("scan", cve(1), cve(2))])[-1].strip() == hint
    assert results(MANY)[-1].strip() == hint
    assert len(results([gate("scan", cve(1))])) == 2
    assert len(results(MANY, full=True)) == 2 + 40 + 5
    assert results([gate("scan")]) == ["scan         passed"]


def test_more_than_fits_is_counted_by_gate() -> None:
    shown = stopping_lines(MANY)
    assert len(shown) == LIMIT
    assert shown[-1] == "… and 11 that stop of hardening, 11 warnings of scan: all in the report"
    assert len(finding_lines(MANY, full=True)) == 40 + 5


def test_each_step_is_there_once_and_for_every_finding_that_stops() -> None:
    found = [cve(1, "14.2.25", severity="critical"), cve(2, "14.2.32"), cve(3, "14.2.35", effect=Warns())]
    tar = Package(name="tar", version="6.2.1")
    base = [cve(6, "3.0.17", where=SSL), cve(7, "3.0.18", where=SSL), cve(8, "2.1", where=LIBC)]
    assert steps(
        [
            gate("source", *found, cve(4, "7.5.3", where=tar)),
            gate("scan", *found, cve(5), *base),
            gate("hardening", Finding(id="CFG-01", severity="high", title="t", where=Setting(key="a"), fix="set it")),
            gate("rules", Finding(id="r", severity="low", title="t", fix="not this", effect=Warns())),
        ]
    ) == [
        "update next to 14.2.35, tar to 7.5.3 (`fixes` writes a patch of package.json)",
        "take a newer base, with libssl3 3.0.17 and 3.0.18, libc6 2.1: `pins update`, then `rebase`",
        "CVE-5: there is no fix yet: waive it",
        "CFG-01: set it",
    ]


def test_the_step_of_an_app_names_all_commands() -> None:
    found = [cve(1, "14.2.25", severity="critical")]
    assert steps([gate("scan", *found)], "`pnpm install --lockfile-only`") == [
        (
            "update next to 14.2.25: `dagger call fixes -o fix.patch`, `git apply fix.patch`, then "
            "`pnpm install --lockfile-only`"
        )
    ]


def test_a_step_of_many_findings_names_the_first() -> None:
    found = [cve(number) for number in range(1, 6)]
    assert steps([gate("scan", *found)]) == ["CVE-1, CVE-2, CVE-3 and 2 more: there is no fix yet: waive it"]


def test_a_package_with_two_steps_has_both() -> None:
    found = [cve(1, "14.2.30"), cve(2, where=replace(NEXT, paths=("a",)))]
    assert steps([gate("scan", *found)]) == [
        "update next to 14.2.30 (`fixes` writes a patch of package.json)",
        "CVE-2: there is no fix yet: waive it",
    ]


def test_a_new_major_is_the_step_only_if_the_release_needs_it() -> None:
    found = [cve(1, "14.2.25"), cve(2, "14.2.30", "15.0.5")]
    warns, stops = cve(3, "15.1.0", effect=Warns()), cve(3, "15.1.0")
    assert steps([gate("scan", *found, warns)])[0].startswith("update next to 14.2.30 (")
    assert lines(gate("scan", *found, warns))[0].endswith(", 2 of them fixed in 14.2.30, all in 15.1.0; in the image")
    assert steps([gate("scan", *found, stops)])[0].startswith("update next to 15.1.0 (")
    assert lines(gate("scan", *found, stops))[0].endswith(", fixed in 15.1.0; in the image")


def test_steps_are_listed() -> None:
    assert listed(["a"]) == "a"
    assert listed(["a", "b"]) == "all of these:\n    - a\n    - b"
    many = [str(number) for number in range(20)]
    assert listed(many).splitlines()[-1] == f"    - and {20 - STEPS + 1} more: each finding of the report has its own"
    assert len(listed(many).splitlines()) == STEPS + 1
    assert len(listed(many, full=True).splitlines()) == 21
    assert listed([]) == NO_STEP


def test_what_is_new_says_so_on_its_own_and_among_others() -> None:
    """It is why the one of two findings of equal severity stops."""
    new, old = replace(cve(1, "14.2.25"), new=True), cve(2, "14.2.25", effect=Warns())
    assert lines(gate("source", new))[0].startswith("CVE-1 (high, new) next@")
    [both] = lines(gate("source", new, old))
    assert "1 vulnerability stops (1 high: CVE-1 (new)), 1 warns (1 high)" in both


def test_an_app_without_a_baseline_is_shown_how_to_write_one_if_that_helps() -> None:
    shell = Finding(id="FS-01", severity="high", title="is a shell")
    worst = replace(cve(1, "14.2.25", severity="critical"), rule="vulnerability-critical")
    assert adoption([gate("hardening", shell), gate("source", worst)]) == ADOPT
    assert adoption([gate("hardening", shell), gate("source", replace(worst, effect=Warns()))]) == ""
