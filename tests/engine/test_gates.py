"""Every gate stops what it is for, and then nothing is in the registry."""

import json
import re
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta
from pathlib import Path

import pytest
import yaml

from ci.report.report import Report
from tests.apps import locks
from tests.apps.app import App
from tests.apps.sources import LAYOUT, app_manifest, page, written
from tests.apps.wrong import SINK, WRONG
from tests.conftest import BASES, MINI, REGISTRY, Called, command
from tests.engine.released import COMMIT, Call, Released, digest, manifest, new_repository, passed, publish, tagged
from tests.engine.test_errors import assert_explained, pipeline
from tests.secrets import private_key
from tests.spoiled import spoil

pytestmark = pytest.mark.engine

PIPELINE = """\
version: 2
policy: strict
harden: { budget: 1 }
waivers:
  - { id: CFG-01, reason: for a day, owner: ann, expires: 2026-01-01 }
"""

KEY_WAIVED = """\
waivers:
  - {{ id: FS-09, where: app/public/release.pem, reason: a key of the tests, owner: ann, expires: {day} }}
  - {{ id: private-key, where: "*public/release.pem*", reason: a key of the tests, owner: ann, expires: {day} }}
"""
"""A secret in an image stops in every policy, so that no baseline accepts it."""

OWED = 20
"""Findings at least that stop the app in `strict`, beside the secret in its image."""


@dataclass(frozen=True)
class Refused:
    """A release that did not come to be."""

    called: Called
    place: str


@pytest.fixture(scope="module")
def refused(call: Call, tmp_path_factory: pytest.TempPathFactory) -> Refused:
    home, place = tmp_path_factory.mktemp("wrong"), new_repository("wrong")
    file = pipeline(home, PIPELINE)
    return Refused(call("--pipeline-file", file, "--address", place, "publish", source=WRONG.make(home)), place)


@pytest.mark.parametrize(
    "said",
    [
        ("CVE-2021-23337", "lodash@4.17.20"),
        ("AGPL-3.0-or-later", "@nextcloud/calendar-js@8.1.6"),
        ("next-", "app/page.js:3"),
        ("FS-09", "app/public/release.pem"),
        ("private-key", "public/release.pem"),
        ("FS-20", "MB"),
        ("waiver of CFG-01 by ann expired on 2026-01-01",),
    ],
    ids=lambda said: said[0],
)
def test_every_gate_tells_what_it_stops(refused: Refused, said: tuple[str, ...]) -> None:
    lines = refused.called.error.splitlines()
    assert any(all(text in line for text in said) for line in lines), refused.called.error


def test_nothing_of_it_is_pushed(refused: Refused) -> None:
    assert_explained(refused.called, "rules, source, hardening, scan failed, so nothing was pushed")
    assert tagged(refused.place) == {}
    assert digest(f"{refused.place}:dev") == ""


def test_what_fails_is_in_the_report(call: Call, refused: Refused, tmp_path: Path) -> None:
    assert refused.called.code != 0
    file = pipeline(tmp_path, PIPELINE)
    called = call(
        "--pipeline-file", file, "report", "export", "--path", tmp_path / "report", source=WRONG.make(tmp_path)
    )
    assert called.code == 0, called.error
    written = {path.name: path.read_text() for path in (tmp_path / "report").iterdir()}
    documents = {"index.html", "report.json", "summary.md", "results.sarif", "junit.xml"}
    assert set(written) == documents | {"annotations.txt", "timeline.svg"}
    assert "Refused by rules, source, hardening, scan." in written["index.html"]
    assert '<svg xmlns="http://www.w3.org/2000/svg" viewBox="0 0 960 420"' in written["index.html"]
    assert re.search(r"Node\.js</th><td>base</td>", written["index.html"])
    assert "Layers of linux/" in written["index.html"]
    assert "What the bundle does with each variable" in written["index.html"]
    ran = {one["name"]: one for one in json.loads(written["report.json"])["timeline"]}
    assert ran["gates: scan"]["depth"] == ran["build"]["depth"] + 1 == 1
    assert ran["build"]["after"] == "deps"
    assert 'class="failed"' in written["timeline.svg"]
    report = Report.from_json(json.loads(written["report.json"]))
    assert report.failed == ("rules", "source", "hardening", "scan")
    stopping = {(one.id, one.place) for gate in report.gates for one in gate.findings if one.stops}
    assert len(stopping) > OWED
    assert ("waiver-expired", "waivers[0]") in stopping
    assert any(place == "lodash@4.17.20" for _, place in stopping)
    results = json.loads(written["results.sarif"])["runs"][0]["results"]
    assert {one["ruleId"] for one in results if one["level"] == "error"} >= {name for name, _ in stopping}
    assert "<failure" in written["junit.xml"]


def test_what_is_there_is_accepted_for_a_time_and_one_more_finding_is_not(
    call: Call, refused: Refused, tmp_path: Path
) -> None:
    assert refused.called.code != 0, "all of it stops without a baseline"
    source, place = WRONG.make(tmp_path), new_repository("owing")
    written = call("--policy", "strict", "baseline", "--owner", "web", "contents", source=source)
    assert written.code == 0, written.error
    known = yaml.safe_load(written.stdout)["baseline"]
    assert known["owner"] == "web"
    listed = {(one["id"], one.get("where", "")) for one in known["findings"]}
    assert {
        ("CVE-2021-23337", "lodash"),
        ("AGPL-3.0-or-later", "@nextcloud/calendar-js"),
        ("KSV-0017", "deploy/pod.yaml"),
        ("next-xss-from-request", "app/page.js"),
        ("next-ssrf", "lib/ask.js"),
    } <= listed
    assert len(listed) >= OWED
    assert "FS-09" not in {name for name, _ in listed}
    assert "to correct, in every policy: FS-09" in written.stderr

    day = datetime.now(tz=UTC).date() + timedelta(days=9)
    file = pipeline(tmp_path, f"{written.stdout}policy: strict\n{KEY_WAIVED.format(day=day)}")
    accepted = publish(call, source, place, "--pipeline-file", file)
    assert {"rules", "source", "scan", "hardening"} <= passed(accepted.printed)
    assert "waived" in accepted.printed
    assert "baseline-idle" not in accepted.printed, "each entry covers something"

    (source / "lib" / "other.js").write_text(SINK)
    called = call(*COMMIT, "--pipeline-file", file, "--address", place, "publish", source=source)
    assert_explained(called, "rules failed, so nothing was pushed")
    stopping = [line for line in called.error.splitlines() if line.startswith("  - ") and not line.startswith("  - …")]
    assert len(stopping) == 1, called.error
    assert "(high, new) lib/other.js:3" in stopping[0]
    assert tagged(place) == accepted.tags
    assert call("--pipeline-file", file, "--policy", "report", "source-scan", source=source).code == 0


def test_the_suggested_patch_is_for_git(call: Call, tmp_path: Path) -> None:
    source = WRONG.make(tmp_path)
    called = call("fixes", "contents", source=source)
    assert called.code == 0, called.error
    (tmp_path / "fix.patch").write_text(called.stdout)
    applied = command("git", "apply", tmp_path / "fix.patch", cwd=source)
    assert applied.code == 0, applied.stderr
    wanted = json.loads((source / "package.json").read_text())["dependencies"]["lodash"]
    assert wanted not in {"4.17.20", ""}


def test_a_base_that_is_out_of_support_is_refused(call: Call, tiny: Path, tmp_path: Path) -> None:
    place = new_repository("old")
    file = pipeline(tmp_path, 'version: 2\npolicy: strict\nnode: "20"\n')
    called = call("--pipeline-file", file, "--address", place, "publish", source=tiny)
    assert_explained(called, "base failed", "SC-09", "support of node20 ended on 2026-04-30")
    assert tagged(place) == {}


CANARY = "node -p process.env.NEXT_DISTROLESS_CANARY"
LOUD = App(
    name="loud",
    lock=locks.npm,
    write=written(
        {
            "package.json": app_manifest("loud", 15, scripts={"gen:runtime": CANARY}),
            "app/layout.js": LAYOUT,
            "app/page.js": page("A loud app"),
            "next-distroless.yaml": "version: 2\nbuild: { scripts: ['gen:runtime', build] }\n",
        }
    ),
)
"""An app of which a script before the last one prints what nothing may print."""


def test_what_any_command_of_the_build_prints_is_searched(call: Call, tmp_path: Path) -> None:
    called = call("leaks", source=LOUD.make(tmp_path))
    assert_explained(called, "leaks failed", "LAY-02 (critical) texts: build-1-npm-run-gen-runtime.log", "canary")


def test_the_root_user_is_refused_before_anything_runs(call: Call, tiny: Path, tmp_path: Path) -> None:
    called = call("--pipeline-file", pipeline(tmp_path, "version: 2\nruntime: { user: 0 }\n"), "plan", source=tiny)
    assert_explained(called, "runtime.user: 0 is out of range")


def test_a_build_variable_that_looks_like_a_secret_is_refused(call: Call, tiny: Path, tmp_path: Path) -> None:
    text = "version: 2\nbuild: { env: { API_TOKEN: ghp_0123456789abcdefghijABCDEFGHIJ012345 } }\n"
    called = call("--pipeline-file", pipeline(tmp_path, text), "plan", source=tiny)
    assert_explained(called, "API_TOKEN")
    assert "ghp_" not in called.stdout + called.stderr


def test_a_stale_database_is_refused(call: Call, tiny: Path, tmp_path: Path) -> None:
    place = f"{new_repository('database')}:2"
    found = next(p for p in (f"{REGISTRY}/{DATABASE}", DATABASE) if digest(p))
    assert command("regctl", "image", "copy", found, place).code == 0
    file = pipeline(tmp_path, f"version: 2\nscan: {{ database: '{place}' }}\n")
    target = new_repository("stale")
    called = call("--pipeline-file", file, "--address", target, "publish", source=tiny)
    assert_explained(called, "the vulnerability database is", "hours old", "and may be 24")
    assert tagged(target) == {}


def test_an_absent_database_is_no_empty_one(call: Call, tiny: Path, tmp_path: Path) -> None:
    file = pipeline(tmp_path, f"version: 2\nscan: {{ database: '{new_repository('none')}:2' }}\n")
    assert_explained(call("--pipeline-file", file, "scan", source=tiny), "the vulnerability database", "scan.database")


DATABASE = "ghcr.io/aquasecurity/trivy-db:2"


def stand_in(shipped: Released) -> str:
    """The base of a release, by digest, where this machine's registry has it."""
    notes = manifest(shipped.ref)["annotations"]
    base, pinned = (notes[f"org.opencontainers.image.base.{key}"] for key in ("name", "digest"))
    repository = base.rpartition(":")[0]
    return next(f"{p}@{pinned}" for p in (f"{REGISTRY}/{repository}", repository) if digest(f"{p}@{pinned}"))


def test_an_unsigned_base_is_refused(call: Call, tiny: Path, shipped: Released) -> None:
    place, _, pinned = stand_in(shipped).partition("@")
    signature = f"{place}:{pinned.replace(':', '-')}"
    kept = digest(signature)
    assert kept, "the stand-in is signed"
    target = new_repository("unsigned")
    with BASES.alone():
        try:
            assert command("regctl", "tag", "delete", signature).code == 0
            called = call("--address", target, "publish", source=tiny)
        finally:
            assert command("regctl", "image", "copy", f"{place}@{kept}", signature).code == 0
    assert_explained(called, "base failed", "LAY-06", "it has no signature")
    assert tagged(target) == {}


def test_an_old_base_is_refused_with_the_newer_one_to_take(
    call: Call, tiny: Path, shipped: Released, tmp_path: Path
) -> None:
    place = f"{new_repository('base')}:1"
    dated = ("--config-time", "set=2026-01-02T03:04:05Z", "--create", place)
    assert command("regctl", "image", "mod", stand_in(shipped), *dated).code == 0
    old = digest(place)
    assert command("regctl", "image", "mod", place, "--label", "note=newer", "--replace").code == 0
    newer = digest(place)
    assert old != newer
    target = new_repository("based")
    file = pipeline(tmp_path, f"version: 2\npolicy: strict\nruntime: {{ base: '{place}@{old}' }}\n")

    called = call("--pipeline-file", file, "--address", target, "publish", source=tiny)

    assert_explained(called, "base failed", "SC-09", "2026-01-02", f"{place} is {newer} now")
    assert f"set `runtime.base: {place}@{newer}` in the pipeline file" in called.error
    assert tagged(target) == {}

    file = pipeline(tmp_path, f"version: 2\nruntime: {{ base: '{place}@{newer}' }}\n")
    done = publish(call, tiny, target, "--pipeline-file", file)
    assert manifest(done.ref)["annotations"]["org.opencontainers.image.base.digest"] == newer
    assert f"{place} has nothing newer" in done.printed


@pytest.fixture(scope="module")
def spoiled(shipped: Released, tmp_path_factory: pytest.TempPathFactory) -> str:
    """Version 1.2.3 as somebody might have changed it; its last layer hides a file of the one before."""
    home, place = tmp_path_factory.mktemp("spoiled"), f"{new_repository('spoiled')}:1.2.3"
    layout = home / "image"
    assert command("regctl", "image", "copy", shipped.ref, f"ocidir://{layout}:it").code == 0
    hidden = {"app/deploy.key": (private_key().encode(), 0o600)}
    last = {
        "app/bin/sh": (b"#!/nodejs/bin/node\n", 0o755),
        "app/tool": (b"", 0o4755),
        "app/open": (b"", 0o666),
        "app/.env": (b"A=b\n", 0o644),
        "app/.wh.deploy.key": (b"", 0o644),
    }
    spoil(layout, {-2: hidden, -1: last})
    copied = command("regctl", "image", "copy", f"ocidir://{layout}:it", place)
    assert copied.code == 0, copied.stderr
    return place


def test_a_spoiled_image_is_not_released_again(call: Call, tiny: Path, spoiled: str) -> None:
    target = new_repository("respoiled")
    called = call("--policy", "strict", "--address", target, "rebase", "--ref", spoiled, source=tiny)
    assert_explained(called, "so nothing was pushed")
    for check, where in (
        ("FS-01", "app/bin/sh"),
        ("FS-03", "app/tool"),
        ("FS-04", "app/open"),
        ("FS-09", "app/.env"),
        ("LAY-03", "deploy.key"),
    ):
        assert any(check in line and where in line for line in called.error.splitlines()), (check, called.error)
    assert any("private-key" in line and "deploy.key" in line for line in called.error.splitlines()), called.error
    assert tagged(target) == {}


def test_the_reference_app_passes_every_gate(call: Call) -> None:
    called = call("check")
    assert called.code == 0, called.error
    verdicts = dict(line.split()[:2] for line in called.stdout.splitlines() if line and not line.startswith(" "))
    gates = ("plan", "rules", "source", "hardening", "scan", "sbom", "base", "leaks", "environment", "smoke", "slim")
    assert {gate: verdicts.get(gate) for gate in gates} == dict.fromkeys(gates, "passed")
    assert "waived:" not in called.stdout


def test_the_compliance_report_counts_what_the_gates_say(call: Call) -> None:
    called = call("compliance")
    assert called.code == 0, called.error
    assert called.stdout.startswith("# Compliance: ")
    rows = dict(line.strip("| ").split(" | ")[:2] for line in called.stdout.splitlines() if line.startswith("| "))
    failed = [name for name, outcome in rows.items() if outcome == "failed"]
    assert failed == []
    assert rows["CFG-01"] == rows["SC-06"] == rows["LAY-02"] == "passed"


def test_the_bills_are_about_every_platform(call: Call, tmp_path: Path) -> None:
    called = call("sbom", "export", "--path", tmp_path / "sboms")
    assert called.code == 0, called.error
    names = sorted(path.name for path in (tmp_path / "sboms").iterdir())
    assert [name.partition(".")[0] for name in names] == ["linux-amd64"] * 2 + ["linux-arm64"] * 2
    spdx = next(path for path in (tmp_path / "sboms").iterdir() if "spdx" in path.name)
    assert json.loads(spdx.read_text())["spdxVersion"] == "SPDX-2.3"


def test_the_reference_app_runs_under_the_contract_of_a_cluster(call: Call) -> None:
    called = call("contract")
    assert called.code == 0, called.error or called.stderr[-3000:]
    assert called.stdout.startswith("contract     passed (ready ms ")
    unseen = set(re.findall(r"not run: (RUN-\d\d)", called.stdout))
    assert unseen - {"RUN-02", "RUN-11"} == {"RUN-12", "RUN-15", "RUN-17"}, called.stdout


def test_a_path_that_the_app_writes_and_does_not_declare_is_found(call: Call, tmp_path: Path) -> None:
    settings = yaml.safe_load((MINI / "next-distroless.yaml").read_text())
    del settings["runtime"]["writable"]
    called = call("--pipeline-file", pipeline(tmp_path, yaml.safe_dump(settings)), "contract")
    assert_explained(called, "contract failed", "add runtime.writable: [public/manifest.json]")
    assert "RUN-01 (high) localstorage: the container ended (exit code 1)" in called.error
    assert "RUN-04 (high) app/public/manifest.json: the app writes it (changed), and it is not declared" in called.error
