import json
from pathlib import Path
from typing import Any

import pytest

from ci.intool.common.failure import Failure
from ci.intool.policy import Finding, GateResult, ImagePath, Judging, NotAffected, Package, Source, Waived
from ci.intool.scan.licenses import DENIED, denied, matches
from ci.intool.scan.policy import rules
from ci.intool.scan.verdict import evaluate, evaluated
from tests.results import found, places, result
from tests.unit.trivy_reports import LAYER, report, scanned, secret, vulnerability

TODAY = "2026-03-01"


def reported(*reports: dict[str, Any], policy: dict[str, Any] | None = None, **over: Any) -> GateResult:
    named = [scanned(one, name) for one, name in zip(reports, ("linux/amd64", "linux/arm64", "source"), strict=False)]
    return result(
        evaluated(
            named,
            rules(policy or {}),
            over.pop("waivers", []),
            TODAY,
            Judging(policy=over.pop("name", "strict"), **over),
        )
    )


def waiver(id: str, expires: str = "2026-04-01") -> dict[str, str]:  # noqa: A002
    return {"id": id, "reason": "not reachable", "owner": "me", "expires": expires}


@pytest.mark.parametrize(
    ("severity", "fixed", "policy", "limit", "passed"),
    [
        ("CRITICAL", "1.0.1", {}, "", False),
        ("HIGH", "1.0.1", {}, "", False),
        ("MEDIUM", "1.0.1", {}, "", True),
        ("MEDIUM", "1.0.1", {}, "medium", False),
        ("LOW", "1.0.1", {}, "medium", True),
        ("UNKNOWN", "1.0.1", {}, "low", True),
        ("", "1.0.1", {}, "low", True),
        ("HIGH", "1.0.1", {}, "critical", True),
        ("CRITICAL", "", {}, "", True),
        ("CRITICAL", "", {"unfixed": True}, "", False),
        ("LOW", "", {"kev": ["CVE-2025-0001"]}, "", False),
        ("LOW", "", {"kev": ["CVE-2025-0002"]}, "", True),
    ],
)
def test_severity_and_fix_decide(
    severity: str,
    fixed: str,
    policy: dict[str, Any],
    limit: str,
    passed: bool,  # noqa: FBT001
) -> None:
    gate = reported(report(vulnerability("a", "1.0.0", fixed, severity=severity)), policy=policy, severity=limit)
    assert gate.passed is passed
    assert gate.checks["SC-06"] == ("passed" if passed else "failed")
    assert [one.effect.kind for one in gate.findings if one.id == "CVE-2025-0001"] == ["warns" if passed else "stops"]


def test_a_vulnerability_says_where_what_and_the_next_step() -> None:
    gate = reported(
        report(
            vulnerability("next", "14.2.30", "13.5.9, 14.2.31, 15.4.5", PkgPath="app/node_modules/next/package.json")
        )
    )
    assert gate.findings[0] == Finding(
        id="CVE-2025-0001",
        severity="high",
        title="next: a weakness",
        where=Package(name="next", version="14.2.30", paths=("app/node_modules/next/package.json",)),
        fix="update next to 14.2.31 or 15.4.5",
        fixed=("14.2.31", "15.4.5"),
        check="SC-06",
        rule="vulnerability-high",
    )
    assert gate.figures == {
        "critical": 0, "high": 1, "medium": 0, "low": 0, "unknown": 0, "accepted by VEX": 0, "without a license": 1,
    }  # fmt: skip


def test_what_was_looked_at_and_what_the_next_release_compares_with() -> None:
    both = [scanned(report(vulnerability("a", "1.0.0", "1.0.1")), name) for name in ("linux/amd64", "linux/arm64")]
    given = evaluated(both, rules({}), [], TODAY)
    assert given["found"] == [{"id": "CVE-2025-0001", "subject": "a"}]
    assert given["packages"] == {"linux/amd64": 1, "linux/arm64": 1}


def test_what_all_platforms_have_is_one_finding_and_what_one_has_names_it() -> None:
    both, single = vulnerability("a", "1.0.0", "1.0.1"), vulnerability("b", "1.0.0", "1.0.1", id="CVE-2025-0002")
    gate = reported(report(both), report(both, single))
    assert [one.found_in for one in found(gate)] == [(), ("linux/arm64",)]


def test_a_package_in_several_places_is_one_finding() -> None:
    paths = ["app/node_modules/a/package.json", "app/node_modules/b/node_modules/a/package.json"]
    gate = reported(report(*(vulnerability("a", "1.0.0", "1.0.1", PkgPath=path) for path in paths)))
    assert [one.where for one in found(gate)] == [Package(name="a", version="1.0.0", paths=tuple(paths))]
    assert gate.figures["high"] == 1


def test_a_package_of_the_system_needs_a_newer_base() -> None:
    given = report(
        results=[
            {
                "Target": "app (debian 12.11)",
                "Class": "os-pkgs",
                "Type": "debian",
                "Packages": [{"Name": "libc6", "Version": "2.36", "Release": "9+deb12u10", "Epoch": 1}],
                "Vulnerabilities": [vulnerability("libc6", "1:2.36-9+deb12u10", "1:2.36-9+deb12u13")],
            }
        ]
    )
    assert [str(package) for package in scanned(given).packages] == ["libc6@1:2.36-9+deb12u10"]
    assert "take a newer base, with libc6 1:2.36-9+deb12u13" in reported(given).findings[0].fix


@pytest.mark.parametrize(
    ("earlier", "rules", "policy", "passed"),
    [
        ({("CVE-2025-0001", "a")}, {}, "standard", True),
        ({("CVE-2025-0001", "a")}, {}, "strict", False),
        ({("CVE-2025-0001", "b")}, {}, "standard", False),
        ({("CVE-2025-0001", "b")}, {}, "report", True),
        ({("CVE-2025-0002", "a")}, {}, "standard", False),
        (set(), {}, "standard", False),
        (None, {}, "standard", True),
        ({("CVE-2025-0001", "a")}, {"kev": ["CVE-2025-0001"]}, "standard", False),
    ],
)
def test_in_standard_only_new_findings_of_high_severity_fail(
    earlier: set[tuple[str, str]] | None,
    rules: dict[str, Any],
    policy: str,
    passed: bool,  # noqa: FBT001
) -> None:
    known = None if earlier is None else frozenset(earlier)
    gate = reported(report(vulnerability("a", "1.0.1", "1.0.2")), policy=rules, earlier=known, name=policy)
    assert gate.passed is passed
    assert [one.id for one in gate.findings if one.effect.kind != "not-judged"] == ["CVE-2025-0001"]


def test_a_secret_fails_though_it_is_old_and_is_not_repeated() -> None:
    given = report(results=[secret()])
    gate = reported(given, name="report", severity="critical", earlier=frozenset({("private-key", "app/key.pem")}))
    assert gate.checks["LAY-01"] == "failed"
    assert [(one.id, one.where) for one in found(gate)] == [("private-key", ImagePath(path="app/key.pem", layer=LAYER))]
    assert "BEGIN" not in json.dumps(gate.to_json())


def test_a_secret_in_the_source_is_none_in_a_layer() -> None:
    gate = reported(report(), report(image=False, results=[secret(layer="")]))
    assert not gate.passed
    assert gate.checks["LAY-01"] == "passed"


def test_a_waiver_holds_until_its_day_and_fails_afterwards() -> None:
    given = report(vulnerability("a", "1.0.0", "1.0.1"))
    held = reported(given, waivers=[waiver("CVE-2025-0001", "2026-03-01")])
    assert held.passed
    assert held.checks["SC-06"] == "waived"
    assert held.waived[0].effect == Waived(by="waivers[0]", owner="me", until="2026-03-01", reason="not reachable")
    expired = reported(given, waivers=[waiver("CVE-2025-0001", "2026-02-28")])
    assert not expired.passed
    assert places(expired) == [("waiver-expired", "waivers[0]"), ("CVE-2025-0001", "a@1.0.0")]


def modified(status: str, **over: Any) -> dict[str, Any]:
    found = vulnerability("a", "1.0.0", "1.0.1")
    return {
        "Type": "vulnerability",
        "Status": status,
        "Statement": "x_y",
        "Source": "app.json",
        "Finding": found,
        **over,
    }


@pytest.mark.parametrize("status", ["not_affected", "fixed"])
def test_what_vex_declares_harmless_is_accepted_with_its_reason(status: str) -> None:
    gate = reported(report(vulnerability("b", "1.0.0"), modified=[modified(status)]))
    assert gate.passed
    assert found(gate) == []
    assert [one.effect for one in gate.waived] == [NotAffected(document="app.json", status=status, reason="x_y")]
    assert places(gate, "not-affected") == [("CVE-2025-0001", "a@1.0.0")]
    assert gate.checks["SC-06"] == "passed"
    assert gate.figures["accepted by VEX"] == 1


def test_what_something_else_suppresses_is_not_accepted() -> None:
    gate = reported(report(modified=[modified("ignored")]))
    assert not gate.passed
    assert gate.waived == ()


@pytest.mark.parametrize(
    ("expression", "bad"),
    [
        ("AGPL-3.0-only", True),
        ("agpl-3.0", True),
        ("MIT", False),
        ("GPL-3.0-or-later", False),
        ("(MIT OR AGPL-3.0-only)", False),
        ("MIT AND AGPL-3.0-only", True),
        ("MIT and (SSPL-1.0 or AGPL-3.0-only)", True),
        ("MIT OR Apache-2.0 AND AGPL-3.0-only", False),
        ("AGPL-3.0-only WITH Autoconf-exception-3.0 OR BUSL-1.1", True),
        ("AGPL-3+ with autoconf exception", True),
        ("SEE LICENSE IN AGPL.txt", False),
        ("(AGPL-3.0-only", False),
        ("AGPL-3.0-only OR", True),
        ("AND", False),
        ("", False),
        ("(" * 5000, False),
        ("CC-BY-NC-4.0", True),
        ("CC-BY-4.0", False),
    ],
)
def test_a_license_is_denied_where_no_choice_is_left(expression: str, bad: bool) -> None:  # noqa: FBT001
    assert denied(expression, lambda one: matches(one, DENIED)) is bad


@pytest.mark.parametrize(
    ("policy", "passed"),
    [
        ({}, False),
        ({"licenses_allowed": ["grafana@1.0.0"]}, True),
        ({"licenses_allowed": ["grafana@2.0.0"]}, False),
        ({"licenses_allowed": ["grafana@*"]}, True),
        ({"licenses_allowed": ["AGPL-3.0-only"]}, True),
        ({"licenses_denied": []}, True),
        ({"licenses_denied": ["MIT"]}, False),
    ],
)
def test_a_license_fails_unless_it_is_allowed(policy: dict[str, Any], passed: bool) -> None:  # noqa: FBT001
    packages = [
        {"Name": "grafana", "Version": "1.0.0", "Licenses": ["AGPL-3.0-only"]},
        {"Name": "next", "Version": "1.0.0", "Licenses": ["MIT"]},
    ]
    gate = reported(report(packages=packages), policy=policy)
    assert gate.passed is passed
    assert gate.checks["SC-08"] == ("passed" if passed else "failed")
    if not policy:
        assert places(gate) == [("AGPL-3.0-only", "grafana@1.0.0")]


def test_a_weak_setting_is_judged_by_its_severity() -> None:
    setting = {
        "ID": "DS-0002", "Title": "Image user should not be root", "Message": "Specify a USER.", "Severity": "HIGH",
        "Status": "FAIL", "Resolution": "Add a USER.", "CauseMetadata": {"StartLine": 3},
    }  # fmt: skip
    passing = {**setting, "ID": "DS-0001", "Status": "PASS"}
    given = report(results=[{"Target": "Dockerfile", "Class": "config", "Misconfigurations": [setting, passing]}])
    assert [(one.id, one.where) for one in found(reported(given))] == [("DS-0002", Source(file="Dockerfile", line=3))]
    assert reported(given, severity="critical").passed


def test_a_system_past_its_end_of_life_fails() -> None:
    gate = reported(report(Metadata={"OS": {"Family": "debian", "Name": "10.1", "EOSL": True}}))
    assert not gate.passed
    assert places(gate) == [("SC-09", "debian 10.1")]


def test_what_could_not_be_checked_is_reported() -> None:
    assert "LAY-01" not in reported(report(image=False)).checks
    nothing = reported(report(image=False))
    assert (nothing.checks["SC-06"], nothing.checks["SC-08"]) == ("not run", "not run")
    unknown = reported(report(Metadata={}, packages=[{"Name": "a", "Version": "1.0.0", "Licenses": ["MIT"]}]))
    assert unknown.checks["SC-06"] == "not run"
    [finding] = found(unknown, "not-judged")
    assert finding.id == "SC-06"
    assert "the operating system of linux/amd64 is unknown" in str(finding)


@pytest.mark.parametrize(
    ("policy", "message"),
    [
        ({"severety": "high"}, "severety is unknown"),
        ({"unfixed": "yes"}, "unfixed is neither true nor false"),
        ({"licenses_denied": "AGPL-*"}, "licenses_denied is not a list"),
        ({"kev": [1]}, r"kev\[0\] is not a text"),
        ([], "is not an object"),
    ],
)
def test_a_malformed_policy_is_reported(policy: Any, message: str) -> None:
    with pytest.raises(Failure, match=message):
        rules(policy)


@pytest.mark.parametrize(
    ("over", "message"),
    [
        ({"SchemaVersion": 1}, "SchemaVersion is not 2"),
        ({"SchemaVersion": "2"}, "SchemaVersion is not a whole number"),
        ({"ArtifactType": None}, "ArtifactType is missing"),
        ({"Metadata": []}, "Metadata is not an object"),
        ({"Metadata": {"OS": {"EOSL": "no"}}}, r"Metadata\.OS\.EOSL is neither"),
        ({"Results": {}}, "Results is not a list"),
        ({"Results": [3]}, r"Results\[0\] is not an object"),
        ({"Results": [{"Vulnerabilities": [{}]}]}, r"Results\[0\]\.Vulnerabilities\[0\]\.PkgName is missing"),
        ({"Results": [{"Vulnerabilities": [vulnerability("a", "1", severity="BAD")]}]}, "which is not a severity"),
        (
            {"Results": [{"Vulnerabilities": [vulnerability("a", "1", FixedVersion=["2"])]}]},
            "FixedVersion is not a text",
        ),
        ({"Results": [{"Secrets": [{"RuleID": "x"}]}]}, "Target is missing"),
        ({"Results": [{"Packages": [{"Name": "a", "Licenses": "MIT"}]}]}, "Licenses is not a list"),
        ({"Results": [{"ExperimentalModifiedFindings": [{"Type": "vulnerability"}]}]}, "Finding.PkgName is missing"),
    ],
)
def test_a_malformed_report_is_reported_with_its_place(over: dict[str, Any], message: str) -> None:
    with pytest.raises(Failure, match=rf"^linux/amd64: .*{message}"):
        scanned(report(**{**over, "results": []}) if "Results" not in over else {**report(), **over})


def test_reports_come_from_files(tmp_path: Path) -> None:
    (tmp_path / "one.json").write_text(json.dumps(report(vulnerability("a", "1.0.0", "1.0.1"))))
    given = {"linux/amd64": str(tmp_path / "one.json")}
    first = evaluate(given, {}, [], TODAY)
    assert not result(first).passed
    known = frozenset((one["id"], one["subject"]) for one in first["found"])
    assert result(evaluate(given, {}, [], TODAY, Judging(policy="standard", earlier=known).to_json())).passed
    for text in ("", "[]", "{", '{"a": NaN}', "\ud800".encode("utf-8", "surrogatepass").decode("latin-1")):
        (tmp_path / "one.json").write_text(text)
        with pytest.raises(Failure, match="Trivy's report on linux/amd64 is not"):
            evaluate(given, {}, [], TODAY)
    with pytest.raises(Failure, match=r"cannot be read \(No such file"):
        evaluate({"linux/amd64": str(tmp_path / "none.json")}, {}, [], TODAY)
    with pytest.raises(Failure, match=r"the policy: earlier\[0\] is not an object"):
        evaluate({}, {}, [], TODAY, {**Judging().to_json(), "earlier": ["CVE"]})
    with pytest.raises(Failure, match="no report of Trivy is given"):
        evaluate({}, {}, [], TODAY)
