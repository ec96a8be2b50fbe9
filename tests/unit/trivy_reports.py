"""Reports as Trivy 0.74 writes them, cut down to what is read."""

from typing import Any

from ci.intool.common.json_reader import Json
from ci.intool.scan.results import Scan
from ci.intool.scan.trivy import scan

LAYER = f"sha256:{'a' * 64}"


def report(*vulnerabilities: dict[str, Any], image: bool = True, **over: Any) -> dict[str, Any]:
    """A report with npm packages that have these vulnerabilities; ``results`` are further ones."""
    packages = [{"Name": v["PkgName"], "Version": v["InstalledVersion"]} for v in vulnerabilities]
    own = {
        "Target": "Json.js",
        "Class": "lang-pkgs",
        "Type": "node-pkg",
        "Packages": over.pop("packages", packages),
        "Vulnerabilities": list(vulnerabilities),
        "ExperimentalModifiedFindings": over.pop("modified", []),
    }
    return {
        "SchemaVersion": 2,
        "ArtifactName": "app",
        "ArtifactType": "container_image" if image else "filesystem",
        "Metadata": {"OS": {"Family": "debian", "Name": "12.11"}} if image else {},
        "Results": [own, *over.pop("results", [])],
        **over,
    }


def vulnerability(name: str, version: str, fixed: str = "", **over: Any) -> dict[str, Any]:
    given = {
        "VulnerabilityID": over.pop("id", "CVE-2025-0001"),
        "PkgName": name,
        "InstalledVersion": version,
        "FixedVersion": fixed,
        "Severity": over.pop("severity", "HIGH"),
        "Title": f"{name}: a weakness.",
        **over,
    }
    return {key: value for key, value in given.items() if value not in ("", None)}


def secret(path: str = "app/key.pem", layer: str = LAYER) -> dict[str, Any]:
    found = {
        "RuleID": "private-key",
        "Category": "AsymmetricPrivateKey",
        "Severity": "HIGH",
        "Title": "Asymmetric Private Key",
        "StartLine": 1,
        "EndLine": 1,
        "Code": {"Lines": [{"Number": 1, "Content": "-----BEGIN PRIVATE KEY-----****"}]},
        "Match": "BEGIN PRIVATE KEY ****",
    }
    placed = {**found, "Layer": {"DiffID": layer}} if layer else found
    return {"Target": f"/{path}", "Class": "secret", "Secrets": [placed]}


def scanned(given: dict[str, Any], name: str = "linux/amd64") -> Scan:
    return scan(name, Json(name, given))
