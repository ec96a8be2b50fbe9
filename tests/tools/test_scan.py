"""The scan gate with the real Trivy and a real database."""

import json
import subprocess
from collections.abc import Callable, Mapping, Sequence
from datetime import datetime, timedelta
from pathlib import Path
from typing import Any

import pytest

from ci.intool.common.failure import Failure
from ci.intool.oci.config import MARK
from ci.intool.oci.layers import ORDER
from ci.intool.policy import ImagePath, Judging, NotAffected
from ci.intool.scan import commands
from ci.intool.scan.database import database
from ci.intool.scan.failures import failure_of
from ci.intool.scan.flatten import flatten
from ci.intool.scan.published import published
from ci.intool.scan.suggest import suggest
from ci.intool.scan.verdict import evaluate
from ci.intool.scan.vex import prepare
from tests.conftest import CHECKOUT, Called, command
from tests.results import found, places, result
from tests.tools.layers import DEBIAN, KEY, Layer, image_layout, package, system

SECRETS = str(CHECKOUT / "ci" / "intool" / "scan" / "secrets.yaml")
TODAY = "2026-11-25"
NEXT = "CVE-2025-29927"
"""Critical, of next before 14.2.25."""

Scan = Callable[..., dict[str, str]]


@pytest.fixture
def scan(tmp_path: Path, trivy_cache: Path) -> Scan:
    """Scan every platform of an image; platform to report."""

    def run(platforms: Mapping[str, Sequence[Layer]], *, vex: Sequence[str] = (), **over: Any) -> dict[str, str]:
        number = len(list(tmp_path.glob("layout-*")))
        layout = image_layout(tmp_path / f"layout-{number}", platforms, **over)
        reports = {}
        for platform, one in flatten(str(layout), str(tmp_path / f"flat-{number}")).items():
            reports[platform] = str(tmp_path / f"{number}-{platform.replace('/', '-')}.json")
            argv = commands.image(one["input"], str(trivy_cache), reports[platform], secrets=SECRETS, vex=vex)
            done(argv, tmp_path)
        return reports

    return run


def done(argv: Sequence[str], cwd: Path) -> Called:
    called = command(*argv, cwd=cwd)
    assert called.code == 0, called.stderr
    return called


def test_a_clean_image_passes(scan: Scan) -> None:
    reports = scan({"amd64": [{**DEBIAN, **system("openssl", "3.0.20-1~deb12u2")}, package("next", "15.5.29")]})
    report = evaluate(reports, {}, [], TODAY)
    gate = result(report)
    assert places(gate) == places(gate, "warns") == []
    assert gate.checks == {"LAY-01": "passed", "SC-06": "passed", "SC-08": "passed"}
    assert report["packages"] == {"linux/amd64": 2}


def test_every_platform_is_scanned_and_what_is_common_is_reported_once(scan: Scan) -> None:
    base = {**DEBIAN, **system("openssl", "3.0.11-1~deb12u2")}
    reports = scan(
        {"amd64": [base, package("next", "14.2.24")], "arm64": [base, package("next", "14.2.25")]},
    )
    gate = result(evaluate(reports, {}, [], TODAY))
    by_id = {one.id: one for one in gate.findings}
    assert (by_id[NEXT].place, by_id[NEXT].found_in) == ("next@14.2.24", ("linux/amd64",))
    openssl = by_id["CVE-2024-6119"]
    assert (openssl.place, openssl.found_in) == ("openssl@3.0.11-1~deb12u2", ())
    assert gate.checks["SC-06"] == "failed"


@pytest.mark.parametrize("place", ["app/key.pem", "app/node_modules/a/key.pem", "app/test/key.pem", "examples/key.pem"])
def test_a_key_is_found_in_a_layer_that_a_later_one_deletes(scan: Scan, place: str) -> None:
    directory, _, name = place.rpartition("/")
    reports = scan({"amd64": [DEBIAN, {place: KEY}, {f"{directory}/.wh.{name}": ""}]})
    gate = result(evaluate(reports, {}, [], TODAY))
    layers = json.loads(Path(reports["linux/amd64"]).read_text())["Metadata"]["DiffIDs"]
    assert [(one.id, one.where) for one in found(gate)] == [("private-key", ImagePath(path=place, layer=layers[1]))]
    assert gate.checks["LAY-01"] == "failed"
    assert "MIIE" not in json.dumps(gate.to_json())


def test_a_documented_value_is_no_secret(scan: Scan) -> None:
    reports = scan({"amd64": [DEBIAN, {"app/docs.js": "const id = 'AKIAIOSFODNN7EXAMPLE'\n"}]})
    assert result(evaluate(reports, {}, [], TODAY)).checks["LAY-01"] == "passed"
    real = scan({"amd64": [DEBIAN, {"app/docs.js": "const id = 'AKIAIOSFODNN7QZXWVUT'\n"}]})
    assert result(evaluate(real, {}, [], TODAY)).checks["LAY-01"] == "failed"


def test_a_value_that_a_public_package_has_is_no_secret(scan: Scan, tmp_path: Path) -> None:
    key, own = f"sk_test_{'aB3dE5gH' * 3}", f"sk_live_{'zY8xW6vU' * 3}"
    around = "x=1;" * 60
    chunk = f"{around}p('{key}');q('é',{{k:'{key}'}});{around}\nend\n"
    layers = [DEBIAN, {"app/a.js": chunk, "app/b.js": f"{around}p('{key}');p('{own}');{around}"}]
    reports = scan({"amd64": layers})
    place = tmp_path / "installed" / "node_modules" / "pay"
    place.mkdir(parents=True)
    (place / "package.json").write_text('{"name": "pay", "version": "1.0.0"}')
    (place / "example.js").write_text(f"// new Pay({json.dumps(key)})")
    (tmp_path / "source").mkdir()
    source, installed, packages = str(tmp_path / "source"), str(tmp_path / "installed"), [["pay", "1.0.0"]]
    searched = published(reports, str(tmp_path / "layout-0"), source, installed, packages)
    gate = result(evaluate(reports, {}, [], TODAY, published=searched["published"]))
    assert [place for _, place in places(gate)] == ["app/b.js"]
    assert [one.place for one in found(gate, "warns") if one.rule == "secret-published"] == ["app/a.js"]
    (tmp_path / "source" / "pay.ts").write_text(key)
    assert published(reports, str(tmp_path / "layout-0"), source, installed, packages) == {"published": []}


def test_a_base_past_its_end_of_life_fails(scan: Scan) -> None:
    old = {"etc/os-release": 'ID="debian"\nVERSION_ID="9"\n', "etc/debian_version": "9.13\n"}
    gate = result(evaluate(scan({"amd64": [{**old, **system("openssl", "1.1.0l-1~deb9u1")}]}), {}, [], TODAY))
    assert ("SC-09", "debian 9.13") in places(gate)


def test_a_key_is_found_in_what_looks_like_the_base(scan: Scan) -> None:
    history = [{"created_by": "ADD"}, {"created_by": 'CMD ["node"]', "empty_layer": True}, {"created_by": "COPY"}]
    reports = scan({"amd64": [{**DEBIAN, "srv/key.pem": KEY}, package("a", "1.0.0")]}, history=history)
    assert result(evaluate(reports, {}, [], TODAY)).checks["LAY-01"] == "failed"


def test_a_secret_in_the_configuration_is_found(scan: Scan) -> None:
    token = f"ghp_{'a1B2' * 9}"
    reports = scan({"amd64": [DEBIAN]}, history=[{"created_by": f"ARG TOKEN={token}"}])
    gate = result(evaluate(reports, {}, [], TODAY))
    assert ("github-pat", "the image's configuration") in places(gate)
    assert gate.checks["LAY-01"] == "failed"
    assert token not in json.dumps(gate.to_json())


def test_a_license_of_the_network_kind_fails_unless_allowed(scan: Scan) -> None:
    reports = scan({"amd64": [DEBIAN, {**package("free", "1.0.0"), **package("strict", "2.0.0", "AGPL-3.0-or-later")}]})
    gate = result(evaluate(reports, {}, [], TODAY))
    assert places(gate) == [("AGPL-3.0-or-later", "strict@2.0.0")]
    assert gate.checks["SC-08"] == "failed"
    assert result(evaluate(reports, {"licenses_allowed": ["strict@2.0.0"]}, [], TODAY)).passed
    choice = scan({"amd64": [DEBIAN, package("both", "1.0.0", "(AGPL-3.0-only OR MIT)")]})
    assert result(evaluate(choice, {}, [], TODAY)).passed


def waiver(expires: str) -> dict[str, str]:
    return {"id": NEXT, "reason": "no middleware", "owner": "me", "expires": expires, "where": "next@*"}


def test_a_waiver_clears_until_its_day(scan: Scan) -> None:
    reports = scan({"amd64": [DEBIAN, package("next", "14.2.24")]})
    policy = Judging(severity="critical").to_json()
    assert result(evaluate(reports, {}, [waiver(TODAY)], TODAY, policy)).checks["SC-06"] == "waived"
    expired = result(evaluate(reports, {}, [waiver("2026-11-24")], TODAY, policy))
    assert not expired.passed
    assert places(expired)[0] == ("waiver-expired", "waivers[0]")


@pytest.mark.parametrize(
    "product",
    [
        {"@id": "pkg:npm/next@14.2.24"},
        {"@id": "pkg:npm/next"},
        {"@id": "pkg:oci/app?repository_url=ghcr.io/me/app", "subcomponents": [{"@id": "pkg:npm/next@14.2.24"}]},
    ],
)
def test_a_vex_statement_clears_with_its_reason(scan: Scan, tmp_path: Path, product: dict[str, Any]) -> None:
    files = vex(tmp_path, product)
    gate = result(
        evaluate(
            scan({"amd64": [DEBIAN, package("next", "14.2.24")]}, vex=files),
            {},
            [],
            TODAY,
            Judging(severity="critical").to_json(),
        )
    )
    assert gate.passed
    assert NEXT not in {one.id for one in found(gate)}
    effect = next(one.effect for one in gate.waived if one.id == NEXT)
    assert isinstance(effect, NotAffected)
    assert (effect.status, effect.reason) == ("not_affected", "vulnerable_code_not_in_execute_path")


@pytest.mark.parametrize(
    "product",
    [{"@id": "pkg:npm/next@14.2.23"}, {"@id": "pkg:oci/other", "subcomponents": [{"@id": "pkg:npm/next@14.2.24"}]}],
)
def test_a_vex_statement_on_something_else_clears_nothing(scan: Scan, tmp_path: Path, product: dict[str, Any]) -> None:
    files = vex(tmp_path, product)
    gate = result(
        evaluate(
            scan({"amd64": [DEBIAN, package("next", "14.2.24")]}, vex=files),
            {},
            [],
            TODAY,
            Judging(severity="critical").to_json(),
        )
    )
    assert gate.checks["SC-06"] == "failed"


def vex(home: Path, product: dict[str, Any]) -> list[str]:
    statement = {
        "vulnerability": {"name": NEXT},
        "products": [product],
        "status": "not_affected",
        "justification": "vulnerable_code_not_in_execute_path",
    }
    document = {
        "@context": "https://openvex.dev/ns/v0.2.0",
        "@id": "https://example.org/vex/1",
        "author": "me",
        "timestamp": "2026-01-08T18:02:03Z",
        "version": 1,
        "statements": [statement],
    }
    (home / "vex.json").write_text(json.dumps(document))
    return list(prepare([str(home / "vex.json")], "app", str(home / "prepared"))["files"])


def test_in_standard_only_new_findings_of_high_severity_fail(scan: Scan) -> None:
    last = evaluate(scan({"amd64": [DEBIAN, package("next", "14.2.24")]}), {}, [], TODAY)
    assert not result(last).passed
    now = scan({"amd64": [DEBIAN, package("next", "14.2.25")]})
    known = frozenset((one["id"], one["subject"]) for one in last["found"])
    by = Judging(policy="standard", earlier=known).to_json()
    assert result(evaluate(now, {}, [], TODAY, by)).passed
    more = scan({"amd64": [{**DEBIAN, **system("openssl", "3.0.11-1~deb12u2")}, package("next", "14.2.25")]})
    gate = result(evaluate(more, {}, [], TODAY, by))
    assert {place for _, place in places(gate)} == {"openssl@3.0.11-1~deb12u2"}


LOCK: dict[str, Any] = {
    "name": "app",
    "version": "1.0.0",
    "lockfileVersion": 3,
    "packages": {
        "": {"name": "app", "version": "1.0.0", "dependencies": {"next": "14.2.24"}},
        "node_modules/next": {"version": "14.2.24", "dependencies": {"postcss": "8.4.30"}},
        "node_modules/postcss": {"version": "8.4.30"},
    },
}


@pytest.fixture
def source(tmp_path: Path) -> Path:
    """An app with a vulnerable lockfile, which tries to change its scan."""
    app = tmp_path / "app"
    app.mkdir()
    (app / "package.json").write_text('{\n  "name": "app",\n  "dependencies": {\n    "next": "14.2.24"\n  }\n}\n')
    (app / "package-lock.json").write_text(json.dumps(LOCK))
    (app / ".trivyignore").write_text(f"{NEXT}\n")
    (app / "trivy.yaml").write_text("severity: [LOW]\nscan:\n  scanners: [misconfig]\n")
    return app


def test_a_vulnerable_lockfile_fails_and_the_patch_repairs_it(source: Path, trivy_cache: Path, tmp_path: Path) -> None:
    report = str(tmp_path / "source.json")
    done(commands.source(str(source), str(trivy_cache), report), source)
    gate = result(evaluate({"source": report}, {}, [], TODAY))
    assert NEXT in {one.id for one in found(gate)}
    assert gate.checks == {"SC-06": "failed", "SC-08": "not run"}

    reported = suggest({"source": report}, str(source / "package.json"), ["overrides"], ["npm"], by_range=True)
    kinds = {(one["package"], one["kind"]) for one in reported["suggestions"]}
    assert kinds == {("next", "bump"), ("postcss", "override")}
    subprocess.run(["git", "apply", "-"], cwd=source, input=reported["patch"].encode(), check=True)
    wanted = json.loads((source / "package.json").read_text())
    lock = json.loads(json.dumps(LOCK))
    lock["packages"]["node_modules/next"]["version"] = wanted["dependencies"]["next"]
    for name, version in wanted.get("overrides", {}).items():
        lock["packages"][f"node_modules/{name}"]["version"] = version
    (source / "package-lock.json").write_text(json.dumps(lock))
    done(commands.source(str(source), str(trivy_cache), report), source)
    removed = {
        one for each in reported["suggestions"] for one in each["ids"] if each["target"].startswith(("14.", "8."))
    }
    assert NEXT in removed
    assert not removed & {one["id"] for one in evaluate({"source": report}, {}, [], TODAY)["found"]}


def test_a_scan_of_the_lowest_layers_spares_reading_them_again_and_finds_the_same(
    trivy_cache: Path, tmp_path: Path
) -> None:
    lower = {**DEBIAN, **system("openssl", "3.0.11-1~deb12u1"), "etc/old.pem": KEY}
    upper = {**package("next", "14.2.24"), "app/key.pem": KEY}
    history = [{"created_by": "Debian"}, {"created_by": f"{MARK}{ORDER[1]}"}]
    home = image_layout(tmp_path / "layout", {"amd64": [lower, upper]}, history)
    flat = tmp_path / "flat"
    (one,) = flatten(str(home), str(flat)).values()
    reports = [str(tmp_path / f"{name}.json") for name in ("alone", "below", "above")]
    done(commands.image(one["input"], str(trivy_cache), reports[0], secrets=SECRETS), tmp_path)
    kept = tmp_path / "kept"
    kept.mkdir()
    (kept / "db").symlink_to(trivy_cache / "db")
    (below,) = one["below"]
    whole = (flat / "index.json").read_bytes()
    (flat / "index.json").write_bytes((flat / below["index"]).read_bytes())
    done(commands.image(below["input"], str(kept), reports[1], secrets=SECRETS, kept=True), tmp_path)
    (flat / "index.json").write_bytes(whole)
    lowest = flat / below["blobs"][-1]
    lowest.write_bytes(b"\0" * lowest.stat().st_size)
    done(commands.image(one["input"], str(kept), reports[2], secrets=SECRETS, kept=True), tmp_path)
    alone, _, above = (json.loads(Path(report).read_bytes()) for report in reports)
    for report in (alone, above):
        del report["ReportID"], report["CreatedAt"]
    assert above == alone
    assert len(places(result(evaluate({"image": reports[2]}, {}, [], TODAY)))) > 2


def test_a_weak_setting_is_found_without_a_network_and_a_database(tmp_path: Path) -> None:
    (tmp_path / "deploy").mkdir()
    (tmp_path / "deploy" / "Dockerfile").write_text('FROM gcr.io/distroless/nodejs22-debian12\nUSER root\nCMD ["a"]\n')
    report = str(tmp_path / "config.json")
    done(commands.settings(str(tmp_path / "deploy"), str(tmp_path / "empty"), report), tmp_path)
    gate = result(evaluate({"deploy": report}, {}, [], TODAY))
    assert not gate.passed
    assert "Dockerfile:2" in {place for _, place in places(gate)}


def test_a_secret_of_the_source_is_found_and_one_of_an_installed_package_is_others_business(
    source: Path, trivy_cache: Path, tmp_path: Path
) -> None:
    for place in ("src/deploy.pem", "node_modules/a/test.pem", "packages/ui/node_modules/a/test.pem"):
        (source / place).parent.mkdir(parents=True, exist_ok=True)
        (source / place).write_text(KEY)
    report = str(tmp_path / "files.json")
    done(commands.files(str(source), str(trivy_cache), report, secrets=SECRETS), source)
    gate = result(evaluate({"files": report}, {}, [], TODAY))
    assert {place for _, place in places(gate)} == {"src/deploy.pem"}


def test_the_databases_age_is_gated(trivy_cache: Path) -> None:
    file = trivy_cache / "db" / "metadata.json"
    updated = datetime.fromisoformat(json.loads(file.read_text())["UpdatedAt"])
    assert database(str(file), (updated + timedelta(hours=23)).isoformat())["age_hours"] == 23
    late = (updated + timedelta(hours=25)).isoformat()
    with pytest.raises(Failure, match="is 25 hours old"):
        database(str(file), late)
    assert database(str(file), late, stand_in=True)["stand_in"]


@pytest.mark.parametrize(
    ("files", "message"),
    [
        ({}, "there is no vulnerability database"),
        ({"trivy.db": b"", "metadata.json": b"{}"}, "has a format that this Trivy does not read"),
        (
            {"trivy.db": b"x" * 9000, "metadata.json": b'{"Version": 2, "UpdatedAt": "2026-01-01T00:00:00Z"}'},
            "the vulnerability database cannot be read",
        ),
    ],
)
def test_a_missing_or_broken_database_is_never_a_clean_scan(
    tmp_path: Path, source: Path, files: dict[str, bytes], message: str
) -> None:
    (tmp_path / "cache" / "db").mkdir(parents=True)
    for name, content in files.items():
        (tmp_path / "cache" / "db" / name).write_bytes(content)
    called = command(*commands.source(str(source), str(tmp_path / "cache"), str(tmp_path / "r.json")), cwd=tmp_path)
    assert called.code != 0
    failure = failure_of(called.stderr)
    assert message in failure.what
    assert failure.fix


def test_a_broken_image_is_reported(tmp_path: Path, trivy_cache: Path) -> None:
    (tmp_path / "empty").mkdir()
    called = command(*commands.image(str(tmp_path / "empty"), str(trivy_cache), str(tmp_path / "r.json")), cwd=tmp_path)
    assert called.code != 0
    assert "the image cannot be read" in failure_of(called.stderr).what


def test_scans_run_side_by_side_with_one_cache_that_cannot_be_written(tmp_path: Path, trivy_cache: Path) -> None:
    layout = image_layout(tmp_path / "layout", {"amd64": [DEBIAN, package("next", "14.2.24")]})
    one = flatten(str(layout), str(tmp_path / "flat"))["linux/amd64"]["input"]
    running = [
        subprocess.Popen(
            commands.image(one, str(trivy_cache), str(tmp_path / f"{n}.json")), cwd=tmp_path, stderr=subprocess.PIPE
        )
        for n in range(2)
    ]
    assert [process.communicate(timeout=120)[1] and process.returncode for process in running] == [0, 0]
