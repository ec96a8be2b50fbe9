import gzip
import io
import json
import shutil
import tarfile
from collections.abc import Callable
from pathlib import Path
from typing import Any

import pytest

from ci.intool.common.failure import Failure
from ci.intool.common.layout import Layout
from ci.intool.oci.config import MARK
from ci.intool.policy import GateResult, Judging, Source, Stops, Warns
from ci.intool.scan import commands
from ci.intool.scan.database import database
from ci.intool.scan.flatten import flatten, lowest
from ci.intool.scan.semgrep import semgrep
from ci.intool.scan.unpack import LAYER, unpack
from ci.intool.scan.vex import prepare
from tests.results import places, result
from tests.unit.layouts import base_layout, blob, encoded
from tests.unit.small_images import layout as image_layout

NOW = "2026-03-02T12:00:00+00:00"


def metadata(path: Path, updated: Any = "2026-03-02T06:00:00.123456789Z", **over: Any) -> str:
    file = path / "metadata.json"
    file.write_text(json.dumps({"Version": 2, "NextUpdate": "2026-03-02T12:00:00Z", "UpdatedAt": updated, **over}))
    return str(file)


def test_the_age_of_a_database_is_reported(tmp_path: Path) -> None:
    assert database(metadata(tmp_path), NOW) == {
        "updated": "2026-03-02T06:00:00+00:00",
        "age_hours": 6.0,
        "version": 2,
        "stand_in": False,
        "text": "vulnerability database of 2026-03-02T06:00:00+00:00, 6 hours old",
    }


@pytest.mark.parametrize(
    ("updated", "limit", "message"),
    [
        ("2026-03-01T11:59:00Z", 24, r"is 24 hours old \(2026-03-01T11:59:00\+00:00\), and may be 24"),
        ("2026-03-02T06:00:00Z", 5.5, "is 6 hours old"),
        ("2026-03-02T14:00:00+01:00", 24, "is from the future"),
        ("0001-01-01T00:00:00Z", 24, "which is not a time"),
        ("2026-03-02T06:00:00", 24, "which is not a time"),
        ("yesterday", 24, "which is not a time"),
        (None, 24, "UpdatedAt is missing"),
        (5, 24, "UpdatedAt is not a text"),
    ],
)
def test_a_database_that_cannot_be_trusted_is_refused(tmp_path: Path, updated: Any, limit: float, message: str) -> None:
    with pytest.raises(Failure, match=message):
        database(metadata(tmp_path, updated), NOW, limit)


def test_a_database_at_the_limit_and_one_of_a_clock_that_is_a_little_ahead_are_taken(tmp_path: Path) -> None:
    assert database(metadata(tmp_path, "2026-03-01T12:00:00Z"), NOW)["age_hours"] == 24
    assert database(metadata(tmp_path, "2026-03-02T12:10:00Z"), NOW)["age_hours"] == 0


def test_a_stand_in_may_be_of_any_age_but_not_of_any_kind(tmp_path: Path) -> None:
    reported = database(metadata(tmp_path, "2025-01-01T00:00:00Z"), NOW, stand_in=True)
    assert reported["stand_in"]
    assert reported["text"].startswith("stand-in for the vulnerability database of 2025-01-01")
    with pytest.raises(Failure, match="future"):
        database(metadata(tmp_path, "2027-01-01T00:00:00Z"), NOW, stand_in=True)
    with pytest.raises(Failure, match="Version is 3, and Trivy reads 2"):
        database(metadata(tmp_path, Version=3), NOW, stand_in=True)
    with pytest.raises(Failure, match="cannot be read"):
        database(str(tmp_path / "none.json"), NOW, stand_in=True)


File = tuple[str, bytes, bytes]


def artifact(home: Path, *files: File, media_type: str = LAYER, layers: int = 1, cut: int = 0) -> Path:
    """A layout with an artifact whose layer holds files: name, content and type."""
    plain = io.BytesIO()
    with tarfile.open(fileobj=plain, mode="w", format=tarfile.GNU_FORMAT) as archive:
        for name, content, kind in files:
            info = tarfile.TarInfo(name)
            info.type, info.size = kind, len(content) if kind == tarfile.REGTYPE else 0
            info.linkname = "/etc/passwd"
            archive.addfile(info, io.BytesIO(content))
    packed = gzip.compress(plain.getvalue(), mtime=0)
    home.mkdir()
    manifest = {
        "schemaVersion": 2,
        "config": blob(home, b"{}", "application/vnd.aquasec.trivy.config.v1+json"),
        "layers": [blob(home, packed[: len(packed) - cut], media_type)] * layers,
        "annotations": {"kind": "stand-in"},
    }
    (home / "oci-layout").write_text('{"imageLayoutVersion": "1.0.0"}')
    index = {
        "schemaVersion": 2,
        "manifests": [blob(home, encoded(manifest), "application/vnd.oci.image.manifest.v1+json")],
    }
    (home / "index.json").write_bytes(encoded(index))
    return home


DB: File = ("trivy.db", b"database", tarfile.REGTYPE)
META: File = ("metadata.json", b"{}", tarfile.REGTYPE)


@pytest.mark.parametrize("files", [(DB, META), (("./", b"", tarfile.DIRTYPE), ("./metadata.json", *META[1:]), DB)])
def test_the_two_files_are_taken_out_of_the_artifact(tmp_path: Path, files: tuple[File, ...]) -> None:
    cache = tmp_path / "cache"
    (cache / "db").mkdir(parents=True)
    (cache / "db" / "trivy.db").symlink_to(tmp_path / "elsewhere")
    reported = unpack(str(artifact(tmp_path / "layout", *files)), str(cache))
    assert reported["files"] == {"trivy.db": 8, "metadata.json": 2}
    assert reported["digest"].startswith("sha256:")
    assert reported["annotations"] == {"kind": "stand-in"}
    assert (cache / "db" / "trivy.db").read_bytes() == b"database"
    assert not (tmp_path / "elsewhere").exists()
    assert sorted(path.name for path in (cache / "db").iterdir()) == ["metadata.json", "trivy.db"]


@pytest.mark.parametrize(
    ("files", "over", "message"),
    [
        ((DB,), {}, "has no metadata.json"),
        ((), {}, "has no trivy.db"),
        ((DB, META, ("../evil", b"x", tarfile.REGTYPE)), {}, r"holds '\.\./evil'"),
        ((DB, META, ("/trivy.db", b"x", tarfile.REGTYPE)), {}, "holds '/trivy.db'"),
        ((DB, META, ("db/trivy.db", b"x", tarfile.REGTYPE)), {}, "holds 'db/trivy.db'"),
        ((("trivy.db", b"", tarfile.SYMTYPE), META), {}, "holds 'trivy.db', which is not one of"),
        ((("trivy.db", b"", tarfile.LNKTYPE), META), {}, "holds 'trivy.db', which is not one of"),
        ((("trivy.db", b"", tarfile.FIFOTYPE), META), {}, "holds 'trivy.db', which is not one of"),
        ((("trivy.db", b"", tarfile.DIRTYPE), META), {}, "holds 'trivy.db', which is not one of"),
        ((DB, META, DB), {}, "holds trivy.db twice"),
        ((DB, META), {"media_type": "application/x-tar"}, "has not exactly one layer"),
        ((DB, META), {"layers": 2}, "has not exactly one layer"),
        ((DB, META), {"cut": 40}, "is not a gzip tar file"),
    ],
)
def test_an_artifact_that_is_no_database_is_refused(
    tmp_path: Path, files: tuple[File, ...], over: dict[str, Any], message: str
) -> None:
    layout = artifact(tmp_path / "layout", *files, **over)
    with pytest.raises(Failure, match=message):
        unpack(str(layout), str(tmp_path / "cache"))
    assert sorted(path.name for path in tmp_path.iterdir()) == ["cache", "layout"] or not (tmp_path / "cache").exists()


def test_a_database_that_is_too_large_or_altered_is_refused(tmp_path: Path) -> None:
    layout = artifact(tmp_path / "layout", DB, META)
    with pytest.raises(Failure, match=r"trivy\.db of the vulnerability database has 8 bytes, more than 7"):
        unpack(str(layout), str(tmp_path / "cache"), limit=7)
    for path in (layout / "blobs" / "sha256").iterdir():
        if path.read_bytes()[:2] == b"\x1f\x8b":
            path.write_bytes(path.read_bytes()[:-1] + b"x")
    with pytest.raises(Failure, match="does not match its digest"):
        unpack(str(layout), str(tmp_path / "cache"))


def two_platforms(home: Path, history: list[dict[str, Any]]) -> Path:
    """A layout with an index of two platforms."""
    manifests = []
    for architecture in ("amd64", "arm64"):
        one = home.parent / architecture
        one.mkdir()
        image = Layout(base_layout(one, architecture)).images()[0]
        for path in (one / "blobs" / "sha256").iterdir():
            blob(home, path.read_bytes(), "")
        config = blob(home, encoded({**image.config, "history": history}), "application/vnd.oci.image.config.v1+json")
        manifest = blob(
            home, encoded({**image.manifest, "config": config}), "application/vnd.oci.image.manifest.v1+json"
        )
        manifests.append({**manifest, "platform": {"os": "linux", "architecture": architecture}})
    index = blob(home, encoded({"manifests": manifests}), "application/vnd.oci.image.index.v1+json")
    (home / "oci-layout").write_text('{"imageLayoutVersion": "1.0.0"}')
    (home / "index.json").write_bytes(encoded({"manifests": [index]}))
    return home


def test_every_platform_is_named_by_the_flat_layout_itself(tmp_path: Path) -> None:
    history = [{"created_by": "ADD"}, {"created_by": 'CMD ["bash"]', "empty_layer": True}, {"empty_layer": True}]
    layout = two_platforms(tmp_path / "layout", history)
    reported = flatten(str(layout), str(tmp_path / "flat"))
    assert list(reported) == ["linux/amd64", "linux/arm64"]
    real = {image.platform: image for image in Layout(layout).images()}
    flat = {image.platform: image for image in Layout(tmp_path / "flat").images()}
    named = json.loads((tmp_path / "flat" / "index.json").read_bytes())["manifests"]
    for (platform, one), descriptor in zip(reported.items(), named, strict=True):
        assert one["digest"] == real[platform].digest
        assert one["input"] == f"{tmp_path / 'flat'}@{flat[platform].digest}"
        assert descriptor["digest"] == flat[platform].digest
        assert flat[platform].manifest["layers"] == real[platform].manifest["layers"]
        layer = "blobs/" + flat[platform].manifest["layers"][0]["digest"].replace(":", "/")
        assert (tmp_path / "flat" / layer).read_bytes() == (layout / layer).read_bytes()
        assert [entry.get("created_by") for entry in flat[platform].config["history"]] == [
            "ADD",
            '# CMD ["bash"]',
            "# ",
        ]


@pytest.mark.parametrize(
    ("names", "counts"),
    [
        (("base", "base", "node_modules", "server"), [2, 3]),
        (("base", "server", "static"), [1]),
        (("base", "node_modules"), [1]),
        (("node_modules", "server"), [1]),
        (("base",), []),
        (("server",), []),
    ],
)
def test_the_lowest_layers_are_images_of_their_own(names: tuple[str, ...], counts: list[int]) -> None:
    assert lowest(names) == counts


def test_an_image_of_the_lowest_layers_depends_on_nothing_above(tmp_path: Path) -> None:
    reported = []
    for name, text in (("one", "a"), ("two", "b")):
        history = [{"created": text, "created_by": word} for word in ("ADD base", f"{MARK}server")]
        empty = {"created": text, "created_by": f"ENV {text}", "empty_layer": True}
        home = image_layout(tmp_path / name, {"a": "b"}, {"c": text}, config={"history": [empty, *history]})
        (tmp_path / name / "flat").mkdir()
        flat = tmp_path / name / "flat"
        (found,) = flatten(str(home), str(flat)).values()
        (below,) = found["below"]
        whole = {path.name for path in (flat / "blobs" / "sha256").iterdir()}
        alone = tmp_path / name / "alone"
        for path in ("oci-layout", *below["blobs"]):
            (alone / path).parent.mkdir(parents=True, exist_ok=True)
            shutil.copy(flat / path, alone / path)
        shutil.copy(flat / below["index"], alone / "index.json")
        assert {path.name for path in (alone / "blobs" / "sha256").iterdir()} < whole
        (image,) = Layout(alone).images()
        assert below["input"] == f"{flat}@{image.digest}"
        assert image.config["history"] == [{"created_by": "ADD base"}]
        assert Layout(alone).blob(image.manifest["layers"][0])
        reported.append((below["index"], below["blobs"], image))
    assert reported[0] == reported[1]


def test_a_layout_that_trivy_could_not_name_is_refused(tmp_path: Path) -> None:
    with pytest.raises(Failure, match="has a colon or an @"):
        flatten(str(tmp_path / "a:b"), str(tmp_path / "flat"))
    with pytest.raises(Failure, match="has a colon or an @"):
        flatten(str(tmp_path), str(tmp_path / "a@b"))
    (tmp_path / "oci-layout").write_text('{"imageLayoutVersion": "1.0.0"}')
    (tmp_path / "index.json").write_text('{"manifests": []}')
    with pytest.raises(Failure, match="holds no image"):
        flatten(str(tmp_path), str(tmp_path / "flat"))


def statement(**over: Any) -> dict[str, Any]:
    return {
        "vulnerability": {"name": "CVE-2025-0001"},
        "products": [{"@id": "pkg:npm/next@14.2.30"}],
        "status": "not_affected",
        "justification": "vulnerable_code_not_in_execute_path",
        **over,
    }


def vex(*statements: Any, **over: Any) -> dict[str, Any]:
    return {
        "@context": "https://openvex.dev/ns/v0.2.0",
        "@id": "https://example.org/vex/1",
        "author": "me",
        "timestamp": "2026-01-08T18:02:03.647787998-06:00",
        "version": 1,
        "statements": list(statements),
        **over,
    }


@pytest.fixture
def prepared(tmp_path: Path) -> Callable[..., tuple[dict[str, Any], list[dict[str, Any]]]]:
    def run(*documents: Any) -> tuple[dict[str, Any], list[dict[str, Any]]]:
        files = []
        for number, document in enumerate(documents):
            files.append(str(tmp_path / f"{number}.json"))
            Path(files[-1]).write_text(json.dumps(document))
        reported = prepare(files, "App", str(tmp_path / "out"))
        return reported, [json.loads(Path(file).read_text()) for file in reported["files"]]

    return run


@pytest.mark.parametrize(
    ("products", "fitted"),
    [
        ([{"@id": "pkg:npm/next@14.2.30"}], [{"@id": "pkg:npm/next@14.2.30"}]),
        (
            [{"@id": "pkg:oci/app@sha256:1?repository_url=ghcr.io/me/app", "subcomponents": [{"@id": "pkg:npm/a"}]}],
            [{"@id": "pkg:npm/a"}],
        ),
        (
            [{"identifiers": {"purl": "pkg:oci/app"}, "subcomponents": [{"@id": "pkg:npm/a"}, {"@id": "pkg:npm/b"}]}],
            [{"@id": "pkg:npm/a"}, {"@id": "pkg:npm/b"}],
        ),
        ([{"@id": "pkg:oci/other", "subcomponents": [{"@id": "pkg:npm/a"}]}], None),
    ],
)
def test_a_statement_on_the_image_becomes_one_on_its_packages(
    prepared: Callable[..., Any], products: list[dict[str, Any]], fitted: list[dict[str, Any]] | None
) -> None:
    reported, written = prepared(vex(statement(products=products)))
    assert reported["statements"] == (0 if fitted is None else 1)
    assert written == ([] if fitted is None else [vex(statement(products=fitted))])


@pytest.mark.parametrize(
    "good",
    [
        statement(status="fixed", justification=None),
        statement(justification=None, impact_statement="we do not call it"),
        statement(impact_statement="we do not call it"),
        statement(status="affected", justification=None, action_statement="update"),
        statement(status="under_investigation", justification=None, timestamp="2026-01-08T18:02:03Z"),
    ],
)
def test_what_the_specification_allows_is_taken(prepared: Callable[..., Any], good: dict[str, Any]) -> None:
    assert prepared(vex(good))[0]["statements"] == 1


@pytest.mark.parametrize(
    ("document", "message"),
    [
        ([], "is not JSON|is not a JSON object"),
        (vex(), "statements has no statement"),
        (vex(statement(), **{"@context": "https://example.org"}), "@context does not begin with"),
        (vex(statement(), author=""), "author is missing"),
        (vex(statement(), timestamp="2026-01-08"), "timestamp is `2026-01-08`, which is not a time with a time zone"),
        (vex(statement(), version=0), "version is missing, or less than 1"),
        (vex(statement(), version="1"), "version is not a whole number"),
        (vex(statement(), statments=[]), "statments is unknown"),
        (vex("x"), r"statements\[0\] is not an object"),
        (vex(statement(vulnerability="CVE-2025-0001")), r"statements\[0\]\.vulnerability is not an object"),
        (vex(statement(vulnerability={})), r"vulnerability\.name is missing"),
        (vex(statement(status="harmless")), r"statements\[0\]\.status is `harmless`, and may be not_affected"),
        (vex(statement(justification="because")), "justification is not one of component_not_present"),
        (vex(statement(justification=None)), "status is not_affected, without justification or impact_statement"),
        (vex(statement(status="fixed")), "justification does not belong to the status fixed"),
        (vex(statement(status="affected", justification=None)), "status is affected, without action_statement"),
        (vex(statement(action_statement="x")), "action_statement does not belong to the status not_affected"),
        (vex(statement(products=[])), "names no product"),
        (vex(statement(products=[{}])), r"products\[0\] has neither @id nor identifiers\.purl"),
        (vex(statement(products=[{"@id": "pkg:oci/app", "subcomponents": [{}]}])), r"subcomponents\[0\] has neither"),
        (vex(statement(products=[{"@id": "pkg:oci/app"}])), "names no package of it"),
        (vex(statement(produts=[])), "produts is unknown"),
    ],
)
def test_a_document_that_breaks_a_rule_is_reported(prepared: Callable[..., Any], document: Any, message: str) -> None:
    with pytest.raises(Failure, match=message):
        prepared(document)


def sast(
    *severities: str, errors: list[dict[str, Any]] | None = None, scanned: list[str] | None = None
) -> dict[str, Any]:
    results = [
        {
            "check_id": f"next-{severity.lower()}",
            "path": "src/app/page.tsx",
            "start": {"line": 3, "col": 1},
            "extra": {
                "severity": severity,
                "message": "Raw HTML\n  reaches the page.",
                "metadata": {"fix": "escape it"},
            },
        }
        for severity in severities
    ]
    return {"results": results, "errors": errors or [], "paths": {"scanned": ["a.ts"] if scanned is None else scanned}}


def judged(tmp_path: Path, report: Any, **over: Any) -> GateResult:
    (tmp_path / "semgrep.json").write_text(json.dumps(report))
    return result(semgrep(str(tmp_path / "semgrep.json"), **{"waivers": [], "today": "2026-03-01", **over}))


def test_semgreps_findings_are_judged(tmp_path: Path) -> None:
    gate = judged(tmp_path, sast("ERROR", "WARNING", "INFO"))
    where = Source(file="src/app/page.tsx", line=3)
    assert [(one.id, one.severity, one.where, one.effect) for one in gate.findings] == [
        ("next-error", "high", where, Stops()),
        ("next-warning", "medium", where, Warns()),
        ("next-info", "low", where, Warns()),
    ]
    assert gate.findings[0].fix == "escape it"
    assert gate.figures == {"files": 1}
    assert judged(tmp_path, sast("WARNING")).passed
    assert not judged(tmp_path, sast("WARNING"), by=Judging(severity="medium").to_json()).passed
    waiver = {"id": "next-error", "reason": "r", "owner": "o", "expires": "2026-03-01"}
    assert judged(tmp_path, sast("ERROR"), waivers=[waiver]).passed


def test_a_file_that_semgrep_cannot_parse_is_a_warning(tmp_path: Path) -> None:
    error = {
        "code": 3,
        "level": "warn",
        "type": ["PartialParsing", []],
        "message": "Syntax error\nmore",
        "path": "a.ts",
    }
    gate = judged(tmp_path, sast(errors=[error]))
    assert gate.passed
    assert places(gate, "warns") == [("unread", "a.ts")]


@pytest.mark.parametrize(
    ("report", "message"),
    [
        ({"errors": []}, "has no `results` or no `errors`"),
        ({"results": []}, "has no `results` or no `errors`"),
        (sast(errors=[{"level": "error", "message": "Rule is wrong\nmore"}]), "Semgrep failed: Rule is wrong$"),
        (sast(scanned=[]), "Semgrep searched no file"),
        (sast("BAD"), r"results\[0\]\.extra\.severity is `BAD`"),
        ({**sast(), "results": [{}]}, r"results\[0\]\.extra\.severity is missing"),
    ],
)
def test_a_scan_of_the_source_that_failed_is_no_good_news(tmp_path: Path, report: Any, message: str) -> None:
    with pytest.raises(Failure, match=message):
        judged(tmp_path, report)


def test_a_severity_of_the_policy_is_checked(tmp_path: Path) -> None:
    with pytest.raises(Failure, match="is `worst`, and may be low"):
        judged(tmp_path, sast(), by=Judging(severity="worst").to_json())


@pytest.mark.parametrize(
    "argv",
    [
        commands.image("flat@sha256:1", "c", "r"),
        commands.image("flat@sha256:1", "c", "r", kept=True),
        commands.source("src", "c", "r"),
        commands.files("src", "c", "r"),
        commands.settings("src", "c", "r"),
    ],
)
def test_trivy_is_always_kept_from_the_network_and_from_what_it_scans(argv: list[str]) -> None:
    assert argv[0] == "trivy"
    assert {
        *("--offline-scan", "--skip-db-update", "--skip-check-update", "--skip-version-check", "--disable-telemetry"),
        *("--ignorefile=/dev/null", "--config=/dev/null", "--list-all-pkgs"),
        *("--format=json", "--cache-dir=c", "--output=r", "--show-suppressed"),
    } <= set(argv)


def test_settings_and_documents_are_handed_over() -> None:
    argv = commands.image("i", "c", "r", secrets="s.yaml", vex=["a.json", "b.json"])
    assert argv[-3:] == ["--secret-config=s.yaml", "--vex=a.json", "--vex=b.json"]
    assert commands.source("src", "c", "r", vex=["a.json"])[-1] == "src"
