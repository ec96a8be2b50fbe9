"""The real Trivy finds in an image what documents about it list, and reads these documents as it reads the image."""

import json
import subprocess
from collections.abc import Callable
from dataclasses import replace
from pathlib import Path
from typing import Any

import pytest

from ci.intool.common.json_reader import loaded
from ci.intool.common.layout import Layout
from ci.intool.policy import GateResult
from ci.intool.rootfs.index import layers
from ci.intool.sbom.check import check
from ci.intool.sbom.inventory import inventory
from ci.intool.scan import commands
from ci.intool.scan.flatten import flatten
from ci.intool.scan.results import Package
from ci.intool.scan.trivy import scan
from tests.conftest import command
from tests.results import result
from tests.tools.conftest import required
from tests.unit.sbom_images import APP, LOCKED, documents, image, manifest, scanned

OFFLINE = ("--offline-scan", "--skip-db-update", "--skip-java-db-update", "--skip-version-check")

Packages = dict[str, dict[str, tuple[str, str]]]
"""Type of package to name, with version, to source package and its version."""


@pytest.fixture
def trivy(tmp_path: Path) -> Callable[..., Packages]:
    """Runs Trivy without any database, and returns the packages that it found."""
    required("trivy")

    def run(*words: str) -> Packages:
        report = tmp_path / "trivy.json"
        given = ["--format", "json", "--list-all-pkgs", "--scanners", "license", "--cache-dir", str(tmp_path / "cache")]
        subprocess.run(["trivy", *words, *given, *OFFLINE, "--output", str(report)], check=True, capture_output=True)
        results = json.loads(report.read_text())["Results"]
        return {
            result["Type"]: {_name(one): _source(one) for one in result["Packages"]}
            for result in results
            if "Packages" in result
        }

    return run


def _name(one: dict[str, Any]) -> str:
    version = _version(one.get("Epoch", 0), one.get("Version", ""), one.get("Release", ""))
    return f"{one['Name']}@{version}"


def _source(one: dict[str, Any]) -> tuple[str, str]:
    version = _version(one.get("SrcEpoch", 0), one.get("SrcVersion", ""), one.get("SrcRelease", ""))
    return one.get("SrcName", ""), version


def _version(epoch: int, version: str, release: str) -> str:
    return f"{f'{epoch}:' if epoch else ''}{version}{f'-{release}' if release else ''}"


@pytest.fixture
def reported(tmp_path: Path) -> Callable[[Path], dict[str, str]]:
    """Trivy's report on an image, as the pipeline runs it without a database."""
    required("trivy")

    def run(home: Path) -> dict[str, str]:
        given = flatten(str(home), str(tmp_path / "flat"))["linux/amd64"]["input"]
        report = tmp_path / "listed.json"
        done = command(*commands.packages(given, str(tmp_path / "cache"), str(report)))
        assert done.code == 0, done.stderr
        return {"linux/amd64": str(report)}

    return run


def packages(report: dict[str, str]) -> set[Package]:
    """What a report lists."""
    found = scan("linux/amd64", loaded(report["linux/amd64"], "report")).packages
    return {replace(one, licenses=()) for one in found}


def judged(home: Path, listed: list[dict[str, Any]], reports: dict[str, str]) -> GateResult:
    return result(check(str(home), listed, LOCKED, [], "2026-01-01", reports=reports))


def test_trivy_finds_what_unit_tests_say_that_it_finds(
    reported: Callable[[Path], dict[str, str]], tmp_path: Path
) -> None:
    assert packages(reported(image(tmp_path / "image"))) == packages(scanned(tmp_path / "said.json"))


def test_documents_are_what_trivy_finds_in_the_image(
    reported: Callable[[Path], dict[str, str]], tmp_path: Path
) -> None:
    home = image(tmp_path / "image")
    found = judged(home, documents(home, tmp_path / "made"), reported(home))
    assert (found.findings, found.checks["SC-02"]) == ((), "passed")


@pytest.mark.parametrize(
    ("app", "line"),
    [
        (
            {**APP, "app/late/package.json": manifest("late", "1.0.0")},
            "late@1.0.0 is found in the image by the scanner (app/late/package.json), and not in the document",
        ),
        (
            {path: text for path, text in APP.items() if "/preact/" not in path},
            "preact@10.1.0 is in the document, and the scanner does not find it in the image",
        ),
    ],
    ids=["one too few", "one too many"],
)
def test_an_inventory_that_is_wrong_is_found(
    reported: Callable[[Path], dict[str, str]],
    monkeypatch: pytest.MonkeyPatch,
    tmp_path: Path,
    app: dict[str, Any],
    line: str,
) -> None:
    real, wanted = image(tmp_path / "real", app=app), image(tmp_path / "wanted")
    layout = Layout(wanted)
    mistaken = inventory(layout.images()[0], layers(layout))
    monkeypatch.setattr("ci.intool.sbom.make.inventory", lambda *_: mistaken)
    monkeypatch.setattr("ci.intool.sbom.check.of_files", lambda _: mistaken)
    found = judged(real, documents(real, tmp_path / "made"), reported(real))
    assert {one.title for one in found.findings} == {line}
    assert found.checks["SC-02"] == "failed"


@pytest.mark.parametrize("kind", ["cyclonedx", "spdx"])
def test_trivy_reads_a_document_as_it_reads_the_image(
    trivy: Callable[..., Packages], tmp_path: Path, kind: str
) -> None:
    home = image(tmp_path / "image")
    made = {one["format"]: one["path"] for one in documents(home, tmp_path / "made")}
    theirs, read = trivy("image", "--input", str(home)), trivy("sbom", made[kind])
    assert read["debian"] == theirs["debian"]
    assert set(theirs["node-pkg"]) - {"preact-hooks@0.1.0", "shop@0.1.0"} <= set(read["node-pkg"])


@pytest.mark.parametrize("kind", ["cyclonedx", "spdx"])
def test_trivy_finds_the_same_vulnerabilities(trivy_cache: Path, tmp_path: Path, kind: str) -> None:
    app = {"app/node_modules/next/package.json": manifest("next", "14.2.30")}
    status = {
        "var/lib/dpkg/status.d/libssl3": "Package: libssl3\nSource: openssl\nVersion: 3.0.1-1\nArchitecture: amd64\n"
    }
    home = image(tmp_path / "image", status, app=app)
    made = {one["format"]: one["path"] for one in documents(home, tmp_path / "made")}

    def found(*words: str) -> set[tuple[str, str]]:
        report = tmp_path / "trivy.json"
        given = ["--format", "json", "--scanners", "vuln", "--cache-dir", str(trivy_cache), "--output", str(report)]
        subprocess.run(["trivy", *words, *given, *OFFLINE], check=True, capture_output=True)
        results = json.loads(report.read_text())["Results"]
        return {(one["PkgName"], one["VulnerabilityID"]) for two in results for one in two.get("Vulnerabilities", ())}

    theirs = found("image", "--input", str(home))
    assert {name for name, _ in theirs} >= {"next", "libssl3"}
    assert found("sbom", made[kind]) == theirs
