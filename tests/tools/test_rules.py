"""The rules of ci/rules by the real Semgrep: every annotated line of tests/rules, and nothing else."""

import json
import os
import shutil
import subprocess
from pathlib import Path
from typing import Any

import pytest

from ci.gates.semgrep import as_json
from ci.intool.scan import commands
from ci.intool.scan.semgrep import semgrep
from tests.results import found, result
from tests.rules.annotations import FIXTURES, annotations
from tests.tools.conftest import required

MINI = Path(__file__).parents[2] / "examples/moontv-mini"
PROXY = FIXTURES / "next-ssrf/app/api/image-proxy/route.ts"


@pytest.fixture(scope="module", autouse=True)
def _tool() -> None:
    required("semgrep")


def scanned(source: Path, report: Path) -> dict[str, Any]:
    """Semgrep's findings in a source, with the arguments of the gate."""
    rules = Path(f"{report}.rules.json")
    rules.write_text(as_json(), "utf-8")
    private = {"SEMGREP_SETTINGS_FILE": f"{report}.settings", "SEMGREP_LOG_FILE": f"{report}.log"}
    done = subprocess.run(  # noqa: PLW1510  # the code is asserted with what was said
        commands.semgrep(".", str(rules), str(report)),
        cwd=source,
        env={**os.environ, **private},
        capture_output=True,
        text=True,
    )
    assert done.returncode == 0, done.stderr
    document: dict[str, Any] = json.loads(report.read_bytes())
    return document


def places(document: dict[str, Any]) -> set[tuple[str, int, str]]:
    return {(one["path"], one["start"]["line"], one["check_id"]) for one in document["results"]}


def test_exactly_the_annotated_lines_are_found(tmp_path: Path) -> None:
    document = scanned(FIXTURES, tmp_path / "report.json")
    assert places(document) == {(note.file, note.line, note.rule) for note in annotations() if note.found}
    assert document["errors"] == []


def test_the_reference_app_gives_no_alarm(tmp_path: Path) -> None:
    document = scanned(MINI, tmp_path / "report.json")
    assert places(document) == set()
    assert document["errors"] == []
    assert "src/app/api/login/route.ts" in document["paths"]["scanned"]


def test_a_source_cannot_hide_from_the_scan(tmp_path: Path) -> None:
    source = tmp_path / "app"
    for name in ("app/api/build/route.ts", "tests/route.ts"):
        (source / name).parent.mkdir(parents=True)
        text = PROXY.read_text("utf-8").replace("fetch(address, {", "fetch(address, { // nosemgrep\n")
        (source / name).write_text(text, "utf-8")
    for name in (".semgrepignore", ".gitignore"):
        (source / name).write_text("app\ntests\n*.ts\n", "utf-8")
    found = places(scanned(source, tmp_path / "report.json"))
    for name in ("app/api/build/route.ts", "tests/route.ts"):
        assert {(name, 14, "next-ssrf"), (name, 14, "next-silencing-comment")} <= found


@pytest.mark.parametrize(
    ("fixture", "rule"),
    [("next-xss-from-request", "next-xss-from-request"), ("next-ssrf", "next-ssrf"), ("next-public-secret",) * 2],
)
def test_the_gate_stops_what_is_an_error(tmp_path: Path, fixture: str, rule: str) -> None:
    shutil.copytree(FIXTURES / fixture, tmp_path / "app")
    scanned(tmp_path / "app", tmp_path / "report.json")
    judged = result(semgrep(str(tmp_path / "report.json"), [], "2026-01-01"))
    assert not judged.passed
    assert rule in {one.id for one in found(judged)}


def test_the_gate_passes_with_warnings_alone(tmp_path: Path) -> None:
    shutil.copytree(FIXTURES / "next-images-any-host", tmp_path / "app")
    scanned(tmp_path / "app", tmp_path / "report.json")
    judged = result(semgrep(str(tmp_path / "report.json"), [], "2026-01-01"))
    assert judged.passed
    assert [one.effect.kind for one in judged.findings] == ["warns", "warns"]
