"""Documents that are not exact are refused."""

import json
import subprocess
import sys
from collections.abc import Callable
from pathlib import Path
from typing import Any

import pytest

from ci.intool.common.failure import Failure
from ci.intool.policy import GateResult, Package
from ci.intool.sbom.check import check
from ci.intool.sbom.scanner import REASONS
from tests.conftest import CHECKOUT
from tests.results import found as findings
from tests.results import places, result
from tests.unit.sbom_images import APP, CREATED, LOCKED, NAME, NEXT, STORE, documents, image, manifest, scanned

TODAY = "2026-02-01"
UNREADABLE = "PATH is not a document in this format"
Change = Callable[[dict[str, Any]], object]


def reported(home: Path, listed: list[dict[str, Any]], locked: list[list[str]] = LOCKED, **more: Any) -> dict[str, Any]:
    reports = scanned(home.with_name("trivy.json"))
    return check(str(home), listed, locked, **{"waivers": [], "today": TODAY, "reports": reports, **more})


def checked(home: Path, listed: list[dict[str, Any]], locked: list[list[str]] = LOCKED, **more: Any) -> GateResult:
    return result(reported(home, listed, locked, **more))


def test_what_was_made_passes(tmp_path: Path) -> None:
    home = image(tmp_path / "image")
    found = checked(home, documents(home, tmp_path / "made"))
    assert (found.passed, found.findings) == (True, ())
    assert found.checks == {"SC-01": "passed", "SC-02": "passed"}
    assert found.figures == {"components": 14, "documents": 2, "explained differences": 5}


def _part(document: dict[str, Any], name: str) -> dict[str, Any]:
    listed = document.get("components") or document["packages"]
    return next(one for one in listed if one["name"] == name)


def _without(name: str) -> Change:
    def change(document: dict[str, Any]) -> None:
        (document.get("components") or document["packages"]).remove(_part(document, name))

    return change


def _set(name: str, key: str, value: object) -> Change:
    return lambda document: _part(document, name).__setitem__(key, value)


def _added_component(document: dict[str, Any]) -> None:
    document["components"].append({"type": "library", "bom-ref": "x", "name": "left-pad", "version": "1.3.0"})
    document["dependencies"][0]["dependsOn"].append("x")


def _added_package(document: dict[str, Any]) -> None:
    one = {"SPDXID": "SPDXRef-x", "name": "left-pad", "versionInfo": "1.3.0", "primaryPackagePurpose": "LIBRARY"}
    document["packages"].append(one)
    document["relationships"].append(
        {"spdxElementId": "SPDXRef-Image", "relationshipType": "CONTAINS", "relatedSpdxElement": "SPDXRef-x"}
    )


def _unbundled(document: dict[str, Any]) -> None:
    image, *others = document["dependencies"]
    for other in others:
        moved = [ref for ref in other["dependsOn"] if ref.endswith("pkg:npm/tar")]
        image["dependsOn"] += moved
        other["dependsOn"] = [ref for ref in other["dependsOn"] if ref not in moved]


def _other_digest(document: dict[str, Any]) -> None:
    if "metadata" in document:
        document["metadata"]["component"]["version"] = f"sha256:{'0' * 64}"
    else:
        document["packages"][0]["versionInfo"] = f"sha256:{'0' * 64}"


LACKS, ADDS = "is in the image and not in the document", "is in the document and not in the image"


@pytest.mark.parametrize(
    ("kind", "change", "lines"),
    [
        ("cyclonedx", _without("react"), [("SC-02", f"react@19.3.1 (pkg:npm/react@19.3.1) {LACKS}")]),
        ("spdx", _without("react"), [("SC-02", f"react@19.3.1 (pkg:npm/react@19.3.1) {LACKS}")]),
        ("cyclonedx", _without("node"), [("SC-02", f"node@22.23.3 (pkg:generic/node@22.23.3) {LACKS}")]),
        ("spdx", _without("shop"), [("SC-02", f"shop@0.1.0 {LACKS}")]),
        ("cyclonedx", _added_component, [("SC-02", f"left-pad@1.3.0 {ADDS}")]),
        ("spdx", _added_package, [("SC-02", f"left-pad@1.3.0 {ADDS}")]),
        (
            "cyclonedx",
            _set("preact", "version", "10.2.0"),
            [
                ("SC-02", f"preact@10.1.0 (pkg:npm/preact@10.1.0) {LACKS}"),
                ("SC-02", f"preact@10.2.0 (pkg:npm/preact@10.1.0) {ADDS}"),
            ],
        ),
        ("cyclonedx", _without("tar"), [("SC-02", f"tar of pkg:npm/next@15.5.29 {LACKS}")]),
        ("spdx", _without("libc6"), [("SC-02", f"libc6@2.36-9+deb12u14 of os:debian@12 {LACKS}")]),
        (
            "cyclonedx",
            _unbundled,
            [("SC-02", f"tar (pkg:npm/tar) {ADDS}"), ("SC-02", f"tar of pkg:npm/next@15.5.29 {LACKS}")],
        ),
        ("spdx", _without("tar"), [("SC-02", f"tar of pkg:npm/next@15.5.29 {LACKS}")]),
        ("cyclonedx", _other_digest, [("SC-01", f"is about sha256:{'0' * 64}, not about DIGEST")]),
        ("spdx", _other_digest, [("SC-01", f"is about sha256:{'0' * 64}, not about DIGEST")]),
        ("cyclonedx", _set("react", "purl", None), [("SC-01", UNREADABLE)]),
        ("cyclonedx", lambda document: document.pop("components"), [("SC-01", UNREADABLE)]),
        ("spdx", lambda document: document.pop("relationships"), [("SC-01", UNREADABLE)]),
    ],
)
def test_documents_that_are_not_exact(tmp_path: Path, kind: str, change: Change, lines: list[tuple[str, str]]) -> None:
    home = image(tmp_path / "image")
    listed = documents(home, tmp_path / "made")
    one = next(document for document in listed if document["format"] == kind)
    document = json.loads(Path(one["path"]).read_text())
    change(document)
    Path(one["path"]).write_text(json.dumps(document))
    found = checked(home, listed)
    titles = [
        (two.id, two.title.replace(one["digest"], "DIGEST").replace(one["path"], "PATH")) for two in found.findings
    ]
    assert titles == lines
    assert {two.place for two in found.findings} == {f"linux/amd64: {kind}"}
    assert not found.passed


@pytest.mark.parametrize("content", ["", "{", "[]", "null", "[" * 100000, '{"a": NaN}', "\udcff"])
@pytest.mark.parametrize("kind", ["cyclonedx", "spdx"])
def test_what_is_no_document(tmp_path: Path, kind: str, content: str) -> None:
    home = image(tmp_path / "image")
    listed = documents(home, tmp_path / "made")
    for one in listed:
        if one["format"] == kind:
            Path(one["path"]).write_text(content, errors="surrogateescape")
    found = checked(home, listed)
    assert places(found) == [("SC-01", f"linux/amd64: {kind}")]
    assert "is not a document in this format" in found.findings[0].title


FINDS, MISSES = "is found in the image by the scanner", "and the scanner does not find it in the image"


@pytest.mark.parametrize(
    ("report", "line"),
    [
        (
            {"more": [("left-pad", "1.3.0", "app/vendor/left-pad")]},
            f"left-pad@1.3.0 {FINDS} (app/vendor/left-pad/package.json), and not in the document",
        ),
        (
            {"more": [("react", "18.0.0", "app/node_modules/a")]},
            f"react@18.0.0 {FINDS} (app/node_modules/a/package.json), and not in the document",
        ),
        (
            {"debian": [{"Name": "zlib1g", "Version": "1.2.13", "Release": "1"}]},
            f"zlib1g@1.2.13-1 {FINDS} (debian), and not in the document",
        ),
        ({"without": ["react"]}, f"react@19.3.1 is in the document, {MISSES}"),
        ({"without": ["@edge-runtime/cookies"]}, f"@edge-runtime/cookies@6.0.0 is in the document, {MISSES}"),
        ({"without": ["libc6"]}, f"libc6@2.36-9+deb12u14 is in the document, {MISSES}"),
    ],
)
def test_what_scanner_and_document_do_not_agree_on(tmp_path: Path, report: dict[str, Any], line: str) -> None:
    home = image(tmp_path / "image")
    more = report.pop("more", [])
    found = checked(home, documents(home, tmp_path / "made"), reports=scanned(tmp_path / "other.json", *more, **report))
    assert [(one.id, one.place, one.title) for one in findings(found)] == [
        ("SC-02", f"linux/amd64: {kind}", line) for kind in ("cyclonedx", "spdx")
    ]
    assert found.checks["SC-02"] == "failed"
    assert "waiver" in found.findings[0].fix


def test_differences_with_a_reason(tmp_path: Path) -> None:
    home = image(tmp_path / "image")
    linked = {"Class": "lang-pkgs", "Type": "gobinary", "Packages": [{"Name": "stdlib", "Version": "v1.24.1"}]}
    report = reported(
        home, documents(home, tmp_path / "made"), reports=scanned(tmp_path / "other.json", results=[linked])
    )
    assert result(report).passed
    reasons = {line.split(": ")[1].split(" ")[0]: line.rpartition(": ")[2] for line in report["explained"]}
    assert reasons == {
        "@acme/ui@1.0.0": REASONS["no manifest"],
        "@babel/core": REASONS["no version"],
        "broken": REASONS["no version"],
        "preact-hooks@0.1.0": REASONS["facade"],
        "stdlib@v1.24.1": REASONS["part of a program"],
        "tar": REASONS["no version"],
    }


def test_packages_of_a_distribution_that_the_scanner_does_not_know(tmp_path: Path) -> None:
    home = image(tmp_path / "image")
    reports = scanned(tmp_path / "other.json", without=["libc6", "gcc-12-base"], system={})
    report = reported(home, documents(home, tmp_path / "made"), reports=reports)
    assert result(report).passed
    assert sum(line.endswith(REASONS["unknown system"]) for line in report["explained"]) == 2


def test_a_platform_without_a_report(tmp_path: Path) -> None:
    home = image(tmp_path / "image")
    with pytest.raises(Failure, match="no report of a scanner is given for linux/amd64"):
        checked(home, documents(home, tmp_path / "made"), reports={})


def test_a_document_that_is_not_there(tmp_path: Path) -> None:
    home = image(tmp_path / "image")
    listed = documents(home, tmp_path / "made")
    assert places(checked(home, listed[:1])) == [("SC-01", "linux/amd64: spdx")]
    Path(listed[1]["path"]).unlink()
    assert not checked(home, listed).passed
    assert len(checked(home, [{**one, "platform": "linux/arm64"} for one in listed]).findings) == 2


def test_documents_of_another_image(tmp_path: Path) -> None:
    listed = documents(
        image(tmp_path / "other", {"app/node_modules/b/package.json": manifest("b", "1.0.0")}), tmp_path / "made"
    )
    found = checked(image(tmp_path / "image"), listed)
    assert [one.id for one in found.findings] == ["SC-01", "SC-01", "SC-02", "SC-02"]
    assert found.checks == {"SC-01": "failed", "SC-02": "failed"}


@pytest.mark.parametrize(
    ("locked", "where", "title"),
    [
        (
            [one for one in LOCKED if one[0] != "preact"],
            Package(name="preact", version="10.1.0", paths=(f"{STORE}/preact@10.1.0/node_modules/preact",)),
            "the lockfile has no version of it",
        ),
        ([*LOCKED[1:]], Package(name="next", version="15.5.29", paths=(NEXT,)), "the lockfile has 14.0.0"),
        (
            [one for one in LOCKED if one[0] != "broken"],
            Package(name="broken", paths=("app/node_modules/broken",)),
            "the lockfile has no version of it",
        ),
        (
            [*LOCKED[:5], ["odd", "1.0.0"], LOCKED[6]],
            Package(name="odd", version="2.0.0-rc.1+x", paths=("app/node_modules/odd",)),
            "the lockfile has 1.0.0",
        ),
    ],
)
def test_versions_that_the_lockfile_does_not_have(
    tmp_path: Path, locked: list[list[str]], where: Package, title: str
) -> None:
    home = image(tmp_path / "image")
    found = checked(home, documents(home, tmp_path / "made"), locked)
    assert [(one.id, one.where, one.title) for one in found.findings] == [("SC-01", where, title)]
    assert found.checks == {"SC-01": "failed", "SC-02": "passed"}


def test_an_alias_and_packages_of_the_workspace(tmp_path: Path) -> None:
    home = image(tmp_path / "image")
    listed = documents(home, tmp_path / "made")
    alias = [*(one for one in LOCKED if one[0] != "react"), ["a", "19.3.1"]]
    assert checked(home, listed, alias).passed
    without = [one for one in LOCKED if one[0] != "@acme/ui"]
    assert not checked(home, listed, without).passed
    assert checked(home, listed, without, own=["@acme/ui"]).passed


def test_a_lockfile_that_cannot_be_read(tmp_path: Path) -> None:
    home = image(tmp_path / "image")
    found = checked(home, documents(home, tmp_path / "made"), [])
    assert found.passed
    assert found.checks == {"SC-01": "not run", "SC-02": "passed"}


def test_an_image_without_next(tmp_path: Path) -> None:
    home = image(tmp_path / "image", app={path: text for path, text in APP.items() if not path.startswith(NEXT)})
    reports = scanned(tmp_path / "less.json", without=["next", "@edge-runtime/cookies"])
    found = checked(home, documents(home, tmp_path / "made"), reports=reports)
    assert places(found) == [("SC-01", "next")]
    assert checked(home, documents(home, tmp_path / "again"), reports=reports, needs=[]).passed


def test_a_waiver(tmp_path: Path) -> None:
    home = image(tmp_path / "image")
    waiver = {"id": "SC-01", "reason": "patched", "owner": "web", "expires": TODAY, "where": "next@15.5.29"}
    found = checked(home, documents(home, tmp_path / "made"), LOCKED[1:], waivers=[waiver])
    assert (found.passed, found.checks["SC-01"]) == (True, "waived")


def test_the_program(tmp_path: Path) -> None:
    home = image(tmp_path / "image")

    def run(operation: str, arguments: dict[str, Any]) -> dict[str, Any]:
        given, report = tmp_path / "arguments.json", tmp_path / "report.json"
        given.write_text(json.dumps(arguments))
        subprocess.run(
            [sys.executable, "-m", "ci.intool.sbom", operation, str(given), str(report)], cwd=CHECKOUT, check=True
        )
        read: dict[str, Any] = json.loads(report.read_text())
        return read

    common = {"layout": str(home), "locked": LOCKED}
    made = run("make", {**common, "directory": str(tmp_path / "made"), "name": NAME, "created": CREATED})
    reports = scanned(tmp_path / "trivy.json")
    arguments = {**common, "documents": made["documents"], "waivers": [], "today": TODAY, "reports": reports}
    found = result(run("check", arguments))
    assert (found.passed, found.figures["components"]) == (True, 14)
