"""What scanners print, the documents that are given to them, and the database that they use."""

import json
import tarfile
import tempfile
from pathlib import Path
from typing import Any

from hypothesis import example, given
from hypothesis import strategies as st

from ci.intool.common.media import MANIFEST
from ci.intool.scan.database import database
from ci.intool.scan.flatten import flatten
from ci.intool.scan.semgrep import semgrep
from ci.intool.scan.suggest import suggest
from ci.intool.scan.unpack import FILES, LAYER, unpack
from ci.intool.scan.verdict import evaluate
from ci.intool.scan.vex import prepare
from tests.fuzz import layouts
from tests.fuzz.checks import survives
from tests.fuzz.strategies import PATHS, encoded, mutants, texts
from tests.fuzz.tars import KINDS, gzipped, tar
from tests.results import result
from tests.unit.trivy_reports import report, secret, vulnerability

TODAY = "2026-01-01"
NOW = f"{TODAY}T00:00:00Z"
REPORT = report(
    vulnerability("next", "15.0.0", "15.0.5, 14.2.1"),
    results=[
        secret(),
        {"Target": "Dockerfile", "Misconfigurations": [{"ID": "A", "Status": "FAIL", "Severity": "LOW"}]},
    ],
    packages=[{"Name": "next", "Version": "15.0.0", "Licenses": ["MIT AND (GPL-3.0-only OR MIT)"], "Epoch": 1}],
    modified=[
        {
            "Type": "vulnerability",
            "Status": "not_affected",
            "Statement": "x",
            "Source": "y",
            "Finding": vulnerability("a", "1"),
        }
    ],
)
SEMGREP = {
    "results": [
        {
            "check_id": "xss",
            "path": "app/page.tsx",
            "start": {"line": 3},
            "extra": {"severity": "ERROR", "message": "Markup\nfrom a request.", "metadata": {"fix": "escape it"}},
        }
    ],
    "errors": [{"level": "warn", "path": "x.ts", "message": "Syntax error"}],
    "paths": {"scanned": ["app/page.tsx"]},
}
VEX = {
    "@context": "https://openvex.dev/ns/v0.2.0",
    "@id": "https://example.com/vex",
    "author": "A",
    "timestamp": NOW,
    "version": 1,
    "statements": [
        {
            "vulnerability": {"name": "CVE-2025-0001"},
            "products": [{"@id": "pkg:oci/app", "subcomponents": [{"identifiers": {"purl": "pkg:npm/next@15.0.0"}}]}],
            "status": "not_affected",
            "justification": "component_not_present",
        }
    ],
}
METADATA = {"Version": 2, "NextUpdate": NOW, "UpdatedAt": NOW, "DownloadedAt": NOW}
POLICY = {"licenses_denied": ["GPL-*"], "licenses_allowed": ["x@*"], "kev": ["CVE-2025-0001"]}
PACKAGE = {"name": "app", "dependencies": {"next": "^15.0.0"}, "overrides": {"a": "1"}, "pnpm": {"overrides": {}}}


def written(scratch: str, document: Any) -> str:
    path = Path(scratch, "document.json")
    path.write_bytes(document if isinstance(document, bytes) else encoded(document))
    return str(path)


def test_the_documents_themselves_are_good(tmp_path: Path) -> None:
    where = str(tmp_path)
    assert evaluate({"linux/amd64": written(where, REPORT)}, POLICY, [], TODAY)["found"]
    assert not result(semgrep(written(where, SEMGREP), [], TODAY)).passed
    assert prepare([written(where, VEX)], "app", where)["statements"] == 1
    assert database(written(where, METADATA), NOW)["version"] == 2


@given(mutants(REPORT), mutants(POLICY) | st.just(POLICY))
def test_reports_of_trivy(document: Any, policy: Any) -> None:
    with tempfile.TemporaryDirectory() as scratch:
        path = written(scratch, document)
        reported = survives(lambda: evaluate({"linux/amd64": path, "linux/arm64": path}, policy, [], TODAY))
        json.dumps(reported, ensure_ascii=False).encode()


@given(
    mutants(REPORT) | st.just(REPORT),
    mutants(PACKAGE),
    st.sampled_from([["overrides"], ["pnpm", "overrides"], ["x"]]),
    st.booleans(),
)
def test_suggestions(document: Any, package: Any, overrides: list[str], by_range: bool) -> None:  # noqa: FBT001
    with tempfile.TemporaryDirectory() as scratch:
        path, manifest = written(scratch, document), Path(scratch, "package.json")
        manifest.write_bytes(encoded(package))
        survives(lambda: suggest({"source": path}, str(manifest), overrides, ["npm"], by_range=by_range))


@given(texts(json.dumps(PACKAGE, indent=2)))
def test_suggestions_for_a_text(package: str) -> None:
    with tempfile.TemporaryDirectory() as scratch:
        path, manifest = written(scratch, REPORT), Path(scratch, "package.json")
        manifest.write_bytes(package.encode())
        survives(lambda: suggest({"source": path}, str(manifest), ["overrides"], ["npm"]))


@given(mutants(SEMGREP))
def test_reports_of_semgrep(document: Any) -> None:
    with tempfile.TemporaryDirectory() as scratch:
        survives(lambda: semgrep(written(scratch, document), [], TODAY))


@given(mutants(VEX))
def test_documents_of_vex(document: Any) -> None:
    with tempfile.TemporaryDirectory() as scratch:
        survives(lambda: prepare([written(scratch, document)], "app", f"{scratch}/out"))


@given(mutants(METADATA))
@example({**METADATA, "UpdatedAt": "9999-12-31T23:59:59-23:59"})
@example({**METADATA, "UpdatedAt": "2000-01-01T00:00:00+24:00"})
def test_metadata_of_the_database(document: Any) -> None:
    with tempfile.TemporaryDirectory() as scratch:
        survives(lambda: database(written(scratch, document), NOW))


@given(st.binary(max_size=40))
@example(b"\xef\xbb\xbf{}")
@example(b'{"a": ' + b"[" * 50_000)
def test_what_is_no_document(data: bytes) -> None:
    with tempfile.TemporaryDirectory() as scratch:
        path = written(scratch, data)
        survives(lambda: evaluate({"source": path}, {}, [], TODAY))
        survives(lambda: semgrep(path, [], TODAY))
        survives(lambda: prepare([path], "app", f"{scratch}/out"))
        survives(lambda: database(path, NOW))
        survives(lambda: suggest({}, path, ["overrides"], ["npm"]))


@given(st.sampled_from(["manifest", "index.json", "config"]), st.data())
def test_layouts_for_trivy(name: str, data: st.DataObject) -> None:
    def change(one: str, content: Any) -> Any:
        return data.draw(mutants(content)) if one == name else content

    with tempfile.TemporaryDirectory() as scratch:
        home = layouts.write(Path(scratch, "layout"), change)
        survives(lambda: flatten(str(home), f"{scratch}/flat"))


@given(
    st.lists(
        st.tuples(st.sampled_from([*FILES, "./x", *PATHS]), st.sampled_from(KINDS), st.binary(max_size=9)), max_size=4
    )
)
def test_the_database_stays_where_it_belongs(entries: list[tuple[str, bytes, bytes]]) -> None:
    parts = []
    for name, kind, content in entries:
        member = tarfile.TarInfo(name.replace("\0", ""))
        member.type, member.size, member.linkname = kind, len(content), "../../canary"
        parts.append((member, content))
    with tempfile.TemporaryDirectory() as scratch:
        home, cache = Path(scratch, "layout"), Path(scratch, "cache")
        canary = cache.parent / "canary"
        canary.write_text("alive")
        layer = layouts.put(home, gzipped(tar(parts)), LAYER)
        manifest = layouts.put(home, encoded({"layers": [layer]}), MANIFEST)
        (home / "oci-layout").write_text('{"imageLayoutVersion": "1.0.0"}')
        (home / "index.json").write_bytes(encoded({"manifests": [manifest]}))
        survives(lambda: unpack(str(home), str(cache), 1000))
        assert canary.read_text() == "alive"
        assert {path.name for path in Path(scratch).iterdir()} <= {"layout", "cache", "canary"}
        assert {path.name for path in (cache / "db").iterdir()} <= set(FILES)
        assert not any(path.is_symlink() for path in (cache / "db").iterdir())
