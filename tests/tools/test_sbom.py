"""The real Trivy finds in an image what documents about it list, and reads these documents as it reads the image."""

import json
import subprocess
from collections.abc import Callable
from pathlib import Path
from typing import Any

import pytest

from tests.tools.conftest import required
from tests.unit.sbom_images import documents, image, manifest

OFFLINE = ("--offline-scan", "--skip-db-update", "--skip-java-db-update", "--skip-version-check")

Packages = dict[str, dict[str, tuple[str, str]]]
"""Type of package to name, with version, to source package and its version."""


@pytest.fixture
def trivy(tmp_path: Path) -> Callable[..., Packages]:
    """Runs Trivy without any database, and tells the packages that it found."""
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


def test_trivy_finds_the_same_packages_in_the_image(trivy: Callable[..., Packages], tmp_path: Path) -> None:
    home = image(tmp_path / "image")
    made = {one["format"]: one["path"] for one in documents(home, tmp_path / "made")}
    document = json.loads(Path(made["cyclonedx"]).read_text())
    ours: dict[str, set[str]] = {"npm": set(), "deb": set()}
    for one in document["components"]:
        kind = one.get("purl", "").removeprefix("pkg:").partition("/")[0]
        if kind in ours and "version" in one:
            ours[kind].add("/".join(filter(None, [one.get("group"), f"{one['name']}@{one['version']}"])))
    theirs = trivy("image", "--input", str(home))
    assert set(theirs["debian"]) == ours["deb"]
    facades, app, untold = {"preact-hooks@0.1.0"}, {"shop@0.1.0"}, {"@acme/ui@1.0.0"}
    assert set(theirs["node-pkg"]) - facades - app == ours["npm"] - untold


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
