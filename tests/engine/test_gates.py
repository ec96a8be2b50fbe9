"""Every gate stops what it is for, and then nothing is in the registry."""

import json
import tarfile
from collections.abc import Mapping
from io import BytesIO
from pathlib import Path

import pytest

from tests.apps import locks
from tests.apps.app import App
from tests.apps.sources import LAYOUT, app_manifest, page, written
from tests.conftest import REGISTRY, command
from tests.engine.released import Call, Released, digest, manifest, new_repository, tagged
from tests.engine.test_errors import assert_explained, pipeline
from tests.secrets import private_key

pytestmark = pytest.mark.engine

SINK = """\
export default async function Page({ searchParams }) {
  const { text } = await searchParams
  return <main dangerouslySetInnerHTML={{ __html: text }} />
}
"""


def small(name: str, dependencies: Mapping[str, str] | None = None, files: Mapping[str, str] | None = None) -> App:
    """A tiny app with something wrong."""
    own = {
        "package.json": app_manifest(name, 15, dependencies),
        "app/layout.js": LAYOUT,
        "app/page.js": page("A small app"),
    }
    return App(name=name, lock=locks.npm, write=written({**own, **(files or {})}))


WRONG = {
    "vulnerable lockfile": (
        small("vulnerable", {"lodash": "4.17.20"}),
        "",
        ("source", "CVE-2021-23337", "lodash@4.17.20"),
    ),
    "AGPL dependency": (
        small("copyleft", {"@nextcloud/calendar-js": "8.1.6"}),
        "",
        ("source", "AGPL-3.0-or-later", "@nextcloud/calendar-js@8.1.6"),
    ),
    "XSS sink": (small("sink", files={"app/page.js": SINK}), "", ("rules", "next-", "app/page.js:3")),
    "private key": (
        small("key", files={"public/release.pem": private_key()}),
        "",
        ("hardening", "FS-09", "app/public/release.pem"),
    ),
    "old base": (small("old"), 'node: "20"\n', ("base", "SC-09", "support of node20 ended on 2026-04-30")),
    "expired waiver": (
        small("waived"),
        "waivers:\n  - { id: CFG-01, reason: for a day, owner: ann, expires: 2026-01-01 }\n",
        ("hardening", "waiver of CFG-01 by ann expired on 2026-01-01"),
    ),
    "too large": (small("large"), "harden: { budget: 1 }\n", ("hardening", "FS-20")),
}


@pytest.mark.parametrize("name", WRONG)
def test_nothing_of_it_is_pushed(call: Call, name: str, tmp_path: Path) -> None:
    app, text, (gate, *said) = WRONG[name]
    place = new_repository(app.name)
    file = pipeline(tmp_path, f"version: 2\n{text}")
    called = call("--pipeline", file, "--address", place, "publish", source=app.make(tmp_path))
    assert_explained(called, f"{gate} failed", "so nothing was pushed", *said)
    assert tagged(place) == {}
    assert digest(f"{place}:dev") == ""


def test_the_root_user_is_refused_before_anything_runs(call: Call, tiny: Path, tmp_path: Path) -> None:
    called = call("--pipeline", pipeline(tmp_path, "version: 2\nruntime: { user: 0 }\n"), "plan", source=tiny)
    assert_explained(called, "runtime.user: 0 is out of range")


def test_a_build_variable_that_looks_like_a_secret_is_refused(call: Call, tiny: Path, tmp_path: Path) -> None:
    text = "version: 2\nbuild: { env: { API_TOKEN: ghp_0123456789abcdefghijABCDEFGHIJ012345 } }\n"
    called = call("--pipeline", pipeline(tmp_path, text), "plan", source=tiny)
    assert_explained(called, "API_TOKEN")
    assert "ghp_" not in called.stdout + called.stderr


def test_a_stale_database_is_refused(call: Call, tiny: Path, tmp_path: Path) -> None:
    place = f"{new_repository('database')}:2"
    found = next(p for p in (f"{REGISTRY}/{DATABASE}", DATABASE) if digest(p))
    assert command("regctl", "image", "copy", found, place).code == 0
    file = pipeline(tmp_path, f"version: 2\nscan: {{ database: '{place}' }}\n")
    target = new_repository("stale")
    called = call("--pipeline", file, "--address", target, "publish", source=tiny)
    assert_explained(called, "the vulnerability database is", "hours old", "and may be 24")
    assert tagged(target) == {}


def test_an_absent_database_is_no_empty_one(call: Call, tiny: Path, tmp_path: Path) -> None:
    file = pipeline(tmp_path, f"version: 2\nscan: {{ database: '{new_repository('none')}:2' }}\n")
    assert_explained(call("--pipeline", file, "scan", source=tiny), "the vulnerability database", "scan.database")


DATABASE = "ghcr.io/aquasecurity/trivy-db:2"


def test_an_unsigned_base_is_refused(call: Call, tiny: Path, shipped: Released) -> None:
    notes = manifest(shipped.ref)["annotations"]
    base, pinned = (notes[f"org.opencontainers.image.base.{key}"] for key in ("name", "digest"))
    repository = base.rpartition(":")[0]
    place = next(p for p in (f"{REGISTRY}/{repository}", repository) if digest(f"{p}@{pinned}"))
    signature = f"{place}:{pinned.replace(':', '-')}"
    kept = digest(signature)
    assert kept, "the stand-in is signed"
    target = new_repository("unsigned")
    try:
        assert command("regctl", "tag", "delete", signature).code == 0
        called = call("--address", target, "publish", source=tiny)
    finally:
        assert command("regctl", "image", "copy", f"{place}@{kept}", signature).code == 0
    assert_explained(called, "base failed", "LAY-06", "it has no signature")
    assert tagged(target) == {}


def layer(files: Mapping[str, tuple[bytes, int]]) -> bytes:
    """A tar archive of files with their modes; a mode of 0 makes a whiteout."""
    written_ = BytesIO()
    with tarfile.open(fileobj=written_, mode="w") as tar:
        for name, (content, mode) in files.items():
            entry = tarfile.TarInfo(name)
            entry.size, entry.mode = len(content), mode
            tar.addfile(entry, BytesIO(content))
    return written_.getvalue()


@pytest.fixture(scope="module")
def spoiled(shipped: Released, tmp_path_factory: pytest.TempPathFactory) -> str:
    """Version 1.2.3 with two layers more, as somebody might have pushed it; the second hides a part of the first."""
    home, place = tmp_path_factory.mktemp("spoiled"), f"{new_repository('spoiled')}:1.2.3"
    first = {
        "app/bin/sh": (b"#!/nodejs/bin/node\n", 0o755),
        "app/tool": (b"", 0o4755),
        "app/open": (b"", 0o666),
        "app/.env": (b"A=b\n", 0o644),
        "app/deploy.key": (private_key().encode(), 0o600),
    }
    (home / "first.tar").write_bytes(layer(first))
    (home / "second.tar").write_bytes(layer({"app/.wh.deploy.key": (b"", 0o644)}))
    assert command("regctl", "image", "copy", shipped.ref, f"ocidir://{home}/image:it").code == 0
    for archive in ("first", "second"):
        done = command(
            *("regctl", "image", "mod", f"ocidir://{home}/image:it"),
            *("--layer-add", f"tar={home}/{archive}.tar", "--replace"),
        )
        assert done.code == 0, done.stderr
    assert command("regctl", "image", "copy", f"ocidir://{home}/image:it", place).code == 0
    return place


def test_a_spoiled_image_is_not_released_again(call: Call, tiny: Path, spoiled: str) -> None:
    target = new_repository("respoiled")
    called = call("--address", target, "rebase", "--ref", spoiled, source=tiny)
    assert_explained(called, "so nothing was pushed")
    for check, where in (
        ("FS-01", "app/bin/sh"),
        ("FS-03", "app/tool"),
        ("FS-04", "app/open"),
        ("FS-09", "app/.env"),
        ("LAY-03", "app/deploy.key"),
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
    called = call("sbom", "export", "--path", tmp_path / "bills")
    assert called.code == 0, called.error
    names = sorted(path.name for path in (tmp_path / "bills").iterdir())
    assert [name.partition(".")[0] for name in names] == ["linux-amd64"] * 2 + ["linux-arm64"] * 2
    spdx = next(path for path in (tmp_path / "bills").iterdir() if "spdx" in path.name)
    assert json.loads(spdx.read_text())["spdxVersion"] == "SPDX-2.3"
