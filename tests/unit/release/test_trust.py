"""What is checked of an image before it is released: decided in the plan, judged by gates that only read."""

import json
from dataclasses import replace
from datetime import UTC, datetime
from typing import Any

import pytest

from ci.decide.config.model import Baseline, Pipeline, Release, Runtime
from ci.decide.config.security import Harden, Scan
from ci.decide.pins import ImageRef, Pins, Signer, load
from ci.decide.plan.cache_inputs import digest, of_release
from ci.decide.plan.labels import EPOCH
from ci.decide.plan.model import Plan
from ci.engine.signing import Signing
from ci.errors import ConfigError
from ci.gates import base
from ci.gates.hardening import expected
from ci.gates.plan import plan_gate
from ci.gates.sbom import utc
from ci.gates.signature import proven, signed
from ci.gates.waivers import waivers_gate
from ci.intool.checks.table import CHECKS
from ci.intool.policy import Artifact, BaselineEntry, Finding, GateResult, Package, Waiver
from ci.release.evidence import Known, audit_record, facts
from ci.report.compliance import BY_CHOICE, NOBODY, WEIGHTS, outcomes, report, score
from tests.results import found, places
from tests.unit.plans import PINS, app, plan_of

TODAY = datetime(2026, 11, 24, 12, tzinfo=UTC)
WAIVER = Waiver(id="SC-09", reason="its tag has nothing newer", owner="ann", expires="2026-12-31")
AGED = GateResult(name="base", figures={"days": 3}, checks={"SC-09": "passed"})
OLD = Finding(id="SC-09", severity="high", title="old", where=Artifact(name="a base"), fix="rebase")
UNSIGNED = {"status": "unsigned", "why": "it has no signature", "signer": ""}


def plan(pipeline: Pipeline | None = None, pinned: Pins = PINS, **asked: Any) -> Plan:
    return plan_of(pipeline=pipeline, pinned=pinned, **{"now": TODAY, **asked})


def test_the_day_is_that_of_the_caller() -> None:
    trust = plan().trust
    assert (trust.today, trust.now) == ("2026-11-24", "2026-11-24T12:00:00Z")


def test_who_signs_the_base_is_known_by_its_name() -> None:
    assert plan().trust.base_signer == Signer(
        identity="keyless@distroless.iam.gserviceaccount.com", issuer="https://accounts.google.com"
    )
    assert PINS.signer(ImageRef("docker.io/library/node:22", "sha256:x")) is None


def test_a_stand_in_is_signed_by_whom_the_engine_names(tmp_path: Any) -> None:
    (tmp_path / "signer.pub").write_text("a public key")
    (tmp_path / "stand-ins.toml").write_text(f'[images]\n"{PINS.image("distroless22").name}" = "sha256:{"5" * 64}"\n')
    pinned = load(
        {
            "NEXT_DISTROLESS_STAND_INS": str(tmp_path / "stand-ins.toml"),
            "NEXT_DISTROLESS_SIGNER": str(tmp_path / "signer.pub"),
        }
    )
    assert plan(pinned=pinned).trust.base_signer == Signer(key="a public key")


def test_the_database_is_the_newest_of_its_tag_unless_a_digest_is_given() -> None:
    assert plan().trust.database == ImageRef("ghcr.io/aquasecurity/trivy-db:2", "")
    own = f"mirror.example/trivy-db:2@sha256:{'1' * 64}"
    assert str(plan(Pipeline(scan=Scan(database=own))).trust.database) == own


def test_a_verdict_holds_for_the_day_and_the_policy() -> None:
    first = digest(of_release(plan(), {}))
    assert digest(of_release(plan(now=TODAY.replace(hour=13)), {})) == first
    others = [
        plan(now=TODAY.replace(day=25)),
        plan(Pipeline(waivers=(WAIVER,))),
        plan(Pipeline(scan=Scan(severity="low"))),
        plan(Pipeline(harden=Harden(budget=1))),
    ]
    assert len({first, *(digest(of_release(one, {})) for one in others)}) == 5


def test_images_without_a_digest_are_found_in_the_plan() -> None:
    pinned = plan()
    assert plan_gate(pinned).passed
    loose = replace(pinned, tools=replace(pinned.tools, trivy=ImageRef("ghcr.io/aquasecurity/trivy:latest", "")))
    gate = plan_gate(loose)
    assert not gate.passed
    assert gate.checks == {"SC-10": "passed", "SC-11": "passed", "SC-12": "failed"}
    assert places(gate) == [("SC-12", "tools.trivy: ghcr.io/aquasecurity/trivy:latest")]


@pytest.mark.parametrize(
    ("signed", "fails", "check"),
    [
        ({"status": "verified", "why": ""}, True, "passed"),
        (UNSIGNED, True, "failed"),
        (UNSIGNED, False, "not run"),
        ({"status": "wrong", "why": "one by ben does not count"}, True, "failed"),
        ({}, True, "not run"),
    ],
)
def test_the_signature_of_the_base(signed: dict[str, str], fails: bool, check: str) -> None:  # noqa: FBT001
    run = plan(Pipeline(harden=Harden(base_signature=fails)))
    gate = base.judge(run, {"result": AGED.to_json()}, signed)
    assert gate.passed == (check != "failed")
    assert gate.checks == {"SC-09": "passed", "LAY-06": check}
    assert places(gate) == ([("LAY-06", str(run.image.base))] if check == "failed" else [])
    assert all(signed["why"] in finding.title for finding in found(gate))


def test_a_base_may_fail_by_age_and_by_signature() -> None:
    old = replace(AGED, findings=(OLD,), checks={"SC-09": "failed"})
    gate = base.judge(plan(), {"result": old.to_json()}, UNSIGNED)
    assert [one.id for one in found(gate)] == ["LAY-06", "SC-09"]
    assert gate.checks == {"SC-09": "failed", "LAY-06": "failed"}


def test_what_the_image_is_compared_with() -> None:
    runtime = Runtime(writable=("public/manifest.json",), user=1234, env={"A": "b"}, files=("start.js",))
    found = expected(plan(Pipeline(runtime=runtime, harden=Harden(memory=512, budget=300))), None, seeded=False)
    assert found["user"] == 1234
    assert found["writable"] == ["public/manifest.json"]
    assert (found["memory_mb"], found["budget_mb"], found["seeded"]) == (512, 300, False)
    assert found["files"] == ["start.js"]
    assert found["created"] == ""
    assert expected(plan(Pipeline(runtime=Runtime(slim=False))), None, seeded=True)["files"] == ["."]


@pytest.mark.parametrize(
    ("level", "outcome"), [("attested", "passed"), ("reproducible", "passed"), ("whole", "not run")]
)
def test_what_was_read_back(level: str, outcome: str) -> None:
    gate = signed(plan(), level)
    assert gate.passed
    assert gate.status == outcome
    assert gate.checks == dict.fromkeys(["SC-03", "SC-04", "SC-05"], outcome)
    assert bool(gate.findings) == (level == "whole")
    required = plan(Pipeline(release=Release(signature="required")))
    assert signed(required, level).passed == (level != "whole")


def test_a_second_build_is_told() -> None:
    assert proven(equal=True).checks == {"SC-13": "passed"}
    assert proven(equal=False).checks == {"SC-13": "not run"}
    assert [one.id for one in proven(equal=False).not_judged] == ["SC-13"]


def covered(by: int) -> GateResult:
    """A gate that found something which a waiver covers."""
    return GateResult(name="base", findings=(replace(OLD, effect=WAIVER.effect(by)),), checks={"SC-09": "waived"})


def test_a_waiver_that_covers_nothing_anywhere_is_reported() -> None:
    run = plan(Pipeline(waivers=(WAIVER, replace(WAIVER, id="CVE-1", reason="gone"))))
    gate = waivers_gate(run, [covered(0)])
    assert gate.passed
    assert places(gate, "warns") == [("waiver-idle", "waivers[1]")]
    assert gate.figures == {"used": 1}


@pytest.mark.parametrize(("used", "idle_one"), [(0, "waivers[1]"), (1, "waivers[0]")])
def test_waivers_of_one_owner_reason_and_day_are_two(used: int, idle_one: str) -> None:
    run = plan(Pipeline(waivers=(WAIVER, replace(WAIVER, where="another"))))
    assert places(waivers_gate(run, [covered(used)]), "warns") == [("waiver-idle", idle_one)]


def test_entries_of_the_baseline_that_cover_nothing_are_one_warning_with_the_command() -> None:
    entries = [BaselineEntry(id=f"CVE-{number}", where="next", until="2026-12-31") for number in range(8)]
    run = plan(
        Pipeline(baseline=Baseline(owner="web", findings=(*entries, BaselineEntry(id="SC-09", until="2026-12-31"))))
    )
    there = Finding(id="CVE-1", severity="high", title="t", where=Package(name="next"), rule="vulnerability-high")
    waived = replace(there, id="CVE-0", effect=entries[0].effect(0, "web"))
    gate = waivers_gate(run, [GateResult(name="scan", findings=(there, waived))])
    assert gate.passed
    assert places(gate, "warns") == [("baseline-idle", "baseline")]
    assert gate.findings[0].title == (
        "7 of its entries cover nothing any more: CVE-2 at next, CVE-3 at next, CVE-4 at next, CVE-5 at next, "
        "CVE-6 at next and 2 more"
    )
    assert "dagger call baseline" in gate.findings[0].fix
    assert gate.figures == {"used": 0, "of the baseline": 2}


@pytest.mark.parametrize(
    ("file", "asked", "policy"),
    [("standard", "", "standard"), ("strict", "", "strict"), ("strict", "report", "report")],
)
def test_the_policy_of_the_caller_wins_and_is_stated(file: str, asked: str, policy: str) -> None:
    run = plan(Pipeline(policy=file), policy=asked)
    assert run.trust.policy == policy
    assert f"policy: {policy}" in run.notes
    assert run.trust.accepting()["by"]["policy"] == policy
    assert facts(run, Signing(), Known()).parameters["policy"] == policy
    assert facts(run, Signing(), Known(origin="a/b:1")).parameters["policy"] == policy


def test_a_policy_that_is_none_is_refused() -> None:
    with pytest.raises(ConfigError) as raised:
        plan(policy="lax")
    assert raised.value.id == "arguments.policy"


def test_all_that_judges_gets_what_the_last_release_had() -> None:
    known = Pipeline(scan=Scan(severity="low"), baseline=Baseline(owner="web"))
    by = plan(known).trust.accepting([{"id": "CVE-1", "subject": "next", "in": "source"}])["by"]
    assert by == {
        "policy": "standard",
        "severity": "low",
        "owner": "web",
        "baseline": [],
        "earlier": [{"id": "CVE-1", "subject": "next"}],
    }
    assert plan().trust.accepting()["by"]["earlier"] is None


def gate(**checks: str) -> GateResult:
    outcomes = {name.replace("_", "-"): outcome for name, outcome in checks.items()}
    broken = [
        Finding(id=name, severity="high", title="wrong") for name, outcome in outcomes.items() if outcome == "failed"
    ]
    return GateResult(name="some", findings=tuple(broken), checks=outcomes)


def test_what_was_not_run_gives_no_points() -> None:
    found = outcomes([])
    assert set(found) == {name for name, check in CHECKS.items() if check.gate not in {NOBODY, *BY_CHOICE}}
    assert set(found.values()) == {"not run"}
    assert score(found) == 0


def test_a_gate_that_the_pipeline_file_asks_for_counts_where_it_ran() -> None:
    ran = outcomes([GateResult(name="contract", checks={"RUN-01": "passed"})])
    assert (ran["RUN-01"], ran["RUN-06"]) == ("passed", "not run")
    assert "RUN-01" not in outcomes([])
    assert "RUN-17" not in ran


def test_the_worst_outcome_of_a_check_holds() -> None:
    assert outcomes([gate(LAY_06="passed"), gate(LAY_06="not run")])["LAY-06"] == "not run"
    assert outcomes([gate(LAY_06="failed"), gate(LAY_06="passed")])["LAY-06"] == "failed"


def test_the_score_is_the_share_of_the_weights() -> None:
    every = dict.fromkeys(outcomes([]), "passed")
    assert score(every) == 100
    plan_of = sum(WEIGHTS[CHECKS[name].severity] for name in every)
    weight = WEIGHTS[CHECKS["CFG-01"].severity]
    assert score({**every, "CFG-01": "waived"}) == int(100 * (plan_of - weight / 2) / plan_of)
    assert score({**every, "CFG-01": "failed"}) == int(100 * (plan_of - weight) / plan_of)


def test_the_report_has_checks_controls_and_waivers() -> None:
    text = report([gate(CFG_01="failed"), covered(0)])
    assert text.startswith("# Compliance: ")
    assert "Gates that failed: some." in text
    assert "| CFG-01 | failed | critical | The user is a number and not root | hardening |" in text
    assert "## CIS Docker 1.6" in text
    assert "| 4.1 | not met | CFG-01 |" in text
    assert text.endswith(f"## Waived\n\n- {covered(0).findings[0]}")


def test_provenance_is_honest_and_keeps_no_value() -> None:
    run = plan(Pipeline(runtime=Runtime(env={"SITE": "a value"})), revision="a" * 40, address="ghcr.io/me/app")
    signing = Signing(source=f"https://user:word@git.example/app#{'a' * 40}:apps/shop", actor="ann")
    stated = facts(run, signing, Known(lockfile="c" * 64, secrets=["npmrc"]))
    assert stated.builder == ""
    assert stated.lockfiles == {"package-lock.json": "c" * 64}
    assert stated.bases == [str(run.image.base)]
    assert str(run.tools.cosign) in stated.tools
    assert "SITE" in stated.plan["variables"]
    assert "a value" not in str(stated)
    assert "word" not in str(stated)


def test_the_provenance_of_a_rebase_states_no_build() -> None:
    origin = f"ghcr.io/me/app@sha256:{'e' * 64}"
    stated = facts(plan(revision="a" * 40), Signing(source="https://git.example/app"), Known(origin=origin))
    assert stated.parameters["rebase"] == origin
    assert origin in stated.bases
    assert (stated.plan, stated.lockfiles, stated.revision, stated.repository) == ({}, {}, "", "")


def test_the_audit_record_names_who_when_and_what() -> None:
    class Image:
        digest = f"sha256:{'d' * 64}"

    class Verdicts:
        gates = (gate(CFG_01="passed"), covered(1), proven(equal=False))

    waivers = (replace(WAIVER, where="another"), WAIVER, replace(WAIVER, id="CVE-1"))
    run, signing = plan(Pipeline(waivers=waivers)), Signing(actor="ann", source="https://git.example/app#abc")
    known = Known(tags=["1.2.3"])
    record = audit_record(run, signing, Image(), verdicts=Verdicts(), known=known)  # type: ignore[arg-type]
    rebased = audit_record(run, signing, Image(), verdicts=Verdicts(), known=replace(known, origin="a"))  # type: ignore[arg-type]
    assert (record["source"]["repository"], rebased["source"]["repository"]) == ("https://git.example/app", "")
    assert (record["who"], record["when"], record["digest"]) == ("ann", "2026-11-24T12:00:00Z", Image.digest)
    assert record["gates"]["some"]["checks"] == {"CFG-01": "passed"}
    assert record["gates"]["base"]["waived"] == [str(covered(1).findings[0])]
    assert record["gates"]["prove"]["skipped"] == ["SC-13: not built twice; pass --prove to `publish`"]
    assert [(waiver["id"], waiver["where"]) for waiver in record["waivers"]] == [("SC-09", "*")]
    assert json.loads(json.dumps(record)) == record
    assert record["tags"] == ["1.2.3"]


@pytest.mark.parametrize(
    ("time", "said"),
    [(EPOCH, "1970-01-01T00:00:00Z"), ("2026-01-02T03:04:05+02:00", "2026-01-02T01:04:05Z")],
)
def test_times_of_bills_are_in_utc(time: str, said: str) -> None:
    assert utc(time) == said


def test_dev_packages_and_own_packages_reach_the_plan() -> None:
    trust = plan_of(app(dev=("typescript",), members=("app", "ui")), now=TODAY).trust
    assert trust.dev == ("typescript",)
    assert trust.own == ("app", "ui")
