"""The table of policies: it covers all that is found, and severity and effect agree."""

import re
from pathlib import Path

import pytest

import ci
from ci.intool.checks.table import CHECKS
from ci.intool.common.failure import Failure
from ci.intool.policy import (
    POLICIES,
    SEVERITIES,
    BaselineEntry,
    Finding,
    GateResult,
    Judging,
    NotJudged,
    Package,
    Source,
    Stops,
    Waived,
    Warns,
    at_least,
    decided,
    gate_result,
    judging,
    not_judged,
    waivers_from,
)
from ci.intool.policy.baseline import REASON
from ci.intool.policy.judging import always
from ci.intool.policy.table import LEVELS, RULES
from ci.intool.scan.semgrep import row
from ci.report.policy_reference import PAGE, updated
from ci.report.policy_reference import row as row_of
from ci.report.rules_reference import rules
from tests.results import places

CODE = Path(ci.__file__).parent
TODAY = "2026-11-24"
TOMORROW, YESTERDAY = "2026-11-25", "2026-11-23"

VULNERABLE = Package(name="next", version="15.0.0")
ROUTE = Source(file="src/app/proxy/route.ts", line=14)


def found(rule: str, severity: str = "high", where: Package | Source = VULNERABLE, name: str = "X-1") -> Finding:
    return Finding(id=name, severity=severity, title="t", where=where, rule=rule)


def stopping(finding: Finding, **by: object) -> list[str]:
    """The policies in which a finding stops."""
    return [name for name in POLICIES if decided(finding, Judging(policy=name, **by)).stops]  # type: ignore[arg-type]


# The table is complete


def test_every_check_has_a_row() -> None:
    of_findings = {rule.check for rule in RULES.values()}
    missing = [
        name for name, check in CHECKS.items() if check.gate != "none" and name not in RULES and name not in of_findings
    ]
    assert missing == []
    assert {rule.check for rule in RULES.values() if rule.check} <= CHECKS.keys()


def test_every_id_and_every_row_that_the_code_names_is_in_the_table() -> None:
    texts = {path: path.read_text("utf-8") for path in [*CODE.rglob("*.py"), *CODE.rglob("*.cjs")]}
    named = set()
    for path, text in texts.items():
        if path.suffix == ".cjs":
            named |= {f"slim-{one}" for one in re.findall(r"\bfinding\('([a-z-]+)'", text)}
            named |= set(re.findall(r"(?:\b(?:report|warn)\(|\bid: )'([a-z]+-[a-z-]+)'", text))
        else:
            named |= set(re.findall(r"\bid=\"([a-z]+-[a-z-]+)\"", text))
            named |= set(re.findall(r"\brule=\"([a-z-]+)\"", text))
            named |= set(re.findall(r"\b_finding\(\"([a-z-]+)\"", text))
            named |= set(re.findall(r"^[A-Z_]*(?:ENDED|ANSWER|EXPIRED|IDLE) = \"([a-z-]+)\"", text, re.MULTILINE))
    assert {"smoke-start", "slim-missing", "secret-frozen", "waiver-idle", "baseline-expired", "not-signed"} <= named
    assert named - RULES.keys() == set()


def test_every_rule_of_semgrep_has_a_row() -> None:
    all_ = [rule for of in rules().values() for rule in of]
    assert len(all_) > 30
    assert {row_of(rule).id for rule in all_} == {"code-high", "code-guess", "code-lower"}


@pytest.mark.parametrize("severity", SEVERITIES)
def test_every_severity_of_a_scanner_has_a_row(severity: str) -> None:
    named = severity if at_least(severity, "high") else "lower"
    assert f"vulnerability-{named}" in RULES
    assert {row(severity, confidence) for confidence in ("HIGH", "MEDIUM", "LOW", "")} <= RULES.keys()


def test_severity_and_effect_of_checks_agree() -> None:
    """In `standard` a check stops exactly where its severity is high or critical.

    What `prove` finds is an error of the run, and never a finding.
    """
    for name, rule in RULES.items():
        if name in CHECKS and CHECKS[name].gate != "prove":
            assert rule.holds("standard", new=False) == at_least(CHECKS[name].severity, "high"), name
            assert rule.holds("strict", new=False), name


def test_a_stricter_policy_stops_all_that_another_one_does() -> None:
    for rule in RULES.values():
        for new in (False, True):
            holding = [rule.holds(name, new=new) for name in POLICIES]
            assert holding == sorted(holding), rule.id
        assert set(LEVELS[rule.stops]) <= set(LEVELS[rule.new]), rule.id


def test_every_row_has_a_reason_of_its_own_kind() -> None:
    for rule in RULES.values():
        assert rule.why
        assert not rule.why.endswith(".")
        assert bool(rule.what) == (rule.id not in CHECKS), rule.id


def test_the_page_is_that_of_the_table() -> None:
    page = PAGE.read_text("utf-8")
    assert updated(page) == page, "run `python -m ci.report.policy_reference`"
    assert page.count("<!-- end -->") == len(LEVELS) + 2


# The effect of a finding

FROM_STANDARD = ["standard", "strict"]
EARLIER = frozenset({("X-1", "next")})


@pytest.mark.parametrize(
    ("finding", "first", "known", "new"),
    [
        (found("vulnerability-critical", "critical"), FROM_STANDARD, FROM_STANDARD, FROM_STANDARD),
        (found("vulnerability-exploited", "low"), FROM_STANDARD, FROM_STANDARD, FROM_STANDARD),
        (found("vulnerability-high"), ["strict"], ["strict"], FROM_STANDARD),
        (found("vulnerability-lower", "medium"), [], [], []),
        (found("vulnerability-without-fix", "critical"), [], [], []),
        (found("license-network"), ["strict"], ["strict"], FROM_STANDARD),
        (found("license-refused"), FROM_STANDARD, FROM_STANDARD, FROM_STANDARD),
        (found("secret-in-source"), ["strict"], ["strict"], FROM_STANDARD),
        (found("setting-high"), ["strict"], ["strict"], FROM_STANDARD),
        (found("setting-lower", "medium"), [], [], []),
        (found("code-high"), ["strict"], ["strict"], FROM_STANDARD),
        (found("code-guess"), ["strict"], ["strict"], ["strict"]),
        (found("code-lower", "medium"), [], [], []),
        (found("FS-01"), [*POLICIES], [*POLICIES], [*POLICIES]),
        (found("LAY-01", "critical"), [*POLICIES], [*POLICIES], [*POLICIES]),
        (found("smoke-answer"), [*POLICIES], [*POLICIES], [*POLICIES]),
        (found("secret-frozen"), [*POLICIES], [*POLICIES], [*POLICIES]),
        (found("FS-12", "medium"), ["strict"], ["strict"], ["strict"]),
        (found("SC-09", "medium"), ["strict"], ["strict"], ["strict"]),
        (found("keys-without-seed", "medium"), [], [], []),
        (found("FS-20"), FROM_STANDARD, FROM_STANDARD, FROM_STANDARD),
        (found("a word that no table has"), [*POLICIES], [*POLICIES], [*POLICIES]),
    ],
)  # fmt: skip
def test_the_policies_in_which_a_finding_stops(
    finding: Finding, first: list[str], known: list[str], new: list[str]
) -> None:
    assert stopping(finding) == first
    assert stopping(finding, earlier=EARLIER) == known
    assert stopping(finding, earlier=frozenset({("X-1", "react")})) == new
    assert stopping(finding, baseline=()) == new


@pytest.mark.parametrize(
    ("rule", "severity", "limit", "policies"),
    [
        ("vulnerability-lower", "low", "low", FROM_STANDARD),
        ("vulnerability-critical", "critical", "low", FROM_STANDARD),
        ("vulnerability-high", "high", "critical", []),
        ("vulnerability-high", "high", "high", FROM_STANDARD),
        ("vulnerability-without-fix", "critical", "low", []),
        ("code-lower", "medium", "medium", FROM_STANDARD),
        ("setting-lower", "low", "medium", []),
        ("FS-12", "medium", "low", ["strict"]),
        ("FS-01", "high", "critical", [*POLICIES]),
        ("license-network", "high", "critical", ["strict"]),
    ],
)
def test_a_severity_of_the_pipeline_file_decides_where_it_is_about_that(
    rule: str, severity: str, limit: str, policies: list[str]
) -> None:
    assert stopping(found(rule, severity), severity=limit) == policies


def test_what_nobody_looked_for_before_is_not_new() -> None:
    """A rule that a newer version of this project brings finds old code."""
    code = found("code-high", name="next-ssrf", where=ROUTE)
    assert stopping(code, earlier=frozenset({("next-ssrf", "*")})) == ["strict"]
    assert stopping(code, earlier=frozenset({("next-xss", "*")})) == FROM_STANDARD


def test_what_is_new_says_so_and_what_is_the_same_for_new_does_not() -> None:
    by = Judging(policy="standard", baseline=())
    assert "(high, new) next@15.0.0" in str(decided(found("vulnerability-high"), by))
    assert "(critical) next@15.0.0" in str(decided(found("vulnerability-critical", "critical"), by))
    assert decided(found("vulnerability-high"), Judging(policy="standard")).effect == Warns()


def test_what_could_not_be_judged_stays_that() -> None:
    assert decided(not_judged("SC-06", "no package"), Judging()).effect == NotJudged(why="no package")


# What the baseline accepts


def judged(*findings: Finding, by: Judging, waivers: tuple[dict[str, str], ...] = ()) -> GateResult:
    return gate_result("some", findings, waivers_from(waivers), TODAY, by=by, checks=["SC-06"])


def standard(*entries: BaselineEntry, earlier: frozenset[tuple[str, str]] | None = None) -> Judging:
    return Judging(policy="standard", owner="web", baseline=entries, earlier=earlier)


HIGH = Finding(
    id="CVE-1", severity="high", title="t", where=VULNERABLE, rule="vulnerability-high", check="SC-06", fix="update"
)
CODE_HIGH = Finding(id="next-ssrf", severity="high", title="t", where=ROUTE, rule="code-high")


@pytest.mark.parametrize(
    "moved",
    [
        Finding(id="CVE-1", severity="high", title="u", where=Package(name="next", version="15.0.1"), rule=HIGH.rule),
        Finding(id="next-ssrf", severity="high", title="t", where=Source(file=ROUTE.file, line=99), rule="code-high"),
        Finding(id="next-ssrf", severity="high", title="t", where=Source(file=ROUTE.file), rule="code-high"),
    ],
)
def test_an_entry_covers_whatever_the_line_and_the_version(moved: Finding) -> None:
    entries = (
        BaselineEntry(id="CVE-1", where="next", until=TODAY),
        BaselineEntry(id="next-ssrf", where=ROUTE.file, until=TODAY),
    )
    gate = judged(moved, by=standard(*entries))
    assert gate.passed
    number = 0 if moved.id == "CVE-1" else 1
    effect = Waived(by=f"baseline.findings[{number}]", owner="web", until=TODAY, reason=REASON)
    assert [one.effect for one in gate.findings] == [effect]


@pytest.mark.parametrize(
    "other",
    [BaselineEntry(id="CVE-2", where="next", until=TOMORROW), BaselineEntry(id="CVE-1", where="nex*", until=TOMORROW)],
)
def test_an_entry_of_something_else_does_not_help(other: BaselineEntry) -> None:
    assert not judged(HIGH, by=standard(other)).passed


def test_what_always_stops_has_no_entry_that_helps() -> None:
    shell = Finding(id="FS-01", severity="high", title="a shell", where=VULNERABLE)
    assert always(shell)
    assert not judged(shell, by=standard(BaselineEntry(id="FS-01", where="next", until=TOMORROW))).passed


def test_an_entry_that_has_expired_holds_the_team_to_it() -> None:
    """Although the last release had the finding, so that it would not be new."""
    entries = [BaselineEntry(id=f"CVE-{n}", where="next", until=YESTERDAY) for n in (1, 7)]
    gate = judged(HIGH, by=standard(*entries, earlier=frozenset({("CVE-1", "next")})))
    assert places(gate) == [("baseline-expired", "baseline.findings[0]"), ("CVE-1", "next@15.0.0")]
    assert "CVE-7" not in str(gate.findings[0])
    report = Judging(policy="report", owner="web", baseline=tuple(entries))
    assert judged(HIGH, by=report).passed


def test_a_waiver_that_has_expired_stops_as_long_as_its_finding_would() -> None:
    waiver = {"id": "CVE-1", "reason": "r", "owner": "ann", "expires": YESTERDAY}
    known = frozenset({("CVE-1", "next")})
    gate = judged(HIGH, by=Judging(policy="standard", earlier=known), waivers=(waiver,))
    assert places(gate) == [("waiver-expired", "waivers[0]"), ("CVE-1", "next@15.0.0")]
    for policy, passed in (("report", True), ("standard", True), ("strict", False)):
        gone = judged(by=Judging(policy=policy), waivers=({**waiver, "id": "SC-06"},))
        assert gone.passed is passed
        assert [one.id for one in gone.findings] == ["waiver-expired"]


@pytest.mark.parametrize("policy", POLICIES)
def test_a_check_is_broken_in_every_policy_though_nothing_stops(policy: str) -> None:
    gate = judged(HIGH, by=Judging(policy=policy))
    assert gate.checks == {"SC-06": "failed"}
    assert gate.passed is (policy != "strict")


def test_how_findings_are_judged_comes_back_from_json() -> None:
    for by in (Judging(), standard(), standard(BaselineEntry(id="a", where="b", until=TODAY), earlier=EARLIER)):
        assert judging(by.to_json()) == by
    assert judging(None) == Judging(policy="strict")
    assert [type(decided(HIGH, judging(None)).effect)] == [Stops]


@pytest.mark.parametrize(
    ("field", "value", "said"),
    [
        ("policy", "lax", "is `lax`, and may be report, standard, strict"),
        ("policy", "", "policy is missing"),
        ("severity", "worst", "is `worst`, and may be low"),
        ("baseline", 1, "baseline is not a list"),
        ("earlier", [1], r"earlier\[0\] is not an object"),
        ("polcy", "strict", "polcy is unknown"),
    ],
)
def test_a_wrong_policy_is_refused(field: str, value: object, said: str) -> None:
    with pytest.raises(Failure, match=said):
        judging({**Judging().to_json(), field: value})
