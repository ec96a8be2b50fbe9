"""Any value at any place of a document is accepted or reported: never a traceback."""

import copy
import json
from collections.abc import Callable, Iterator
from pathlib import Path
from typing import Any

import pytest

from ci.intool.common.command import function, operate
from ci.intool.common.failure import Failure
from ci.intool.scan.__main__ import OPERATIONS
from ci.intool.scan.database import database
from ci.intool.scan.failures import failure_of
from ci.intool.scan.semgrep import semgrep
from ci.intool.scan.suggest import suggest
from ci.intool.scan.verdict import evaluate
from ci.intool.scan.vex import prepare
from tests.results import result
from tests.unit.intool.test_scan import sast, statement, vex
from tests.unit.trivy_reports import report, secret, vulnerability

WRONG: tuple[Any, ...] = (None, "", "x\u2028\n", 3, -1, 1.5, True, [], [None], {}, {"a": 1}, 10**400)

SETTING = {"ID": "DS-1", "Title": "t", "Severity": "LOW", "Status": "FAIL", "CauseMetadata": {"StartLine": 1}}
REPORT = report(
    vulnerability("next", "14.2.30", "14.2.31", PkgPath="app/node_modules/next/package.json"),
    modified=[{"Type": "vulnerability", "Status": "fixed", "Finding": vulnerability("a", "1.0.0", "1.0.1")}],
    packages=[
        {"Name": "next", "Version": "14.2.30", "Licenses": ["MIT"], "Relationship": "direct", "FilePath": "a"},
        {"Name": "libc6", "Version": "2", "Release": "1", "Epoch": 1},
    ],
    results=[secret(), {"Target": "Dockerfile", "Class": "config", "Misconfigurations": [SETTING]}],
)
MANIFEST = {"name": "app", "dependencies": {"next": "14.2.30"}, "overrides": {"a": "1.0.0"}}
VEX = vex(statement(products=[{"@id": "pkg:oci/app", "subcomponents": [{"@id": "pkg:npm/a"}]}]))
METADATA = {"Version": 2, "UpdatedAt": "2026-03-02T06:00:00Z"}
SAST = sast("ERROR", errors=[{"level": "warn", "message": "m", "path": "a.ts", "type": "x"}])


def mutations(value: Any) -> Iterator[Any]:
    """The document with one place of it replaced by something wrong, or taken away."""
    for path in paths(value):
        for wrong in WRONG:
            made = copy.deepcopy(value)
            place = made
            for key in path[:-1]:
                place = place[key]
            place[path[-1]] = wrong
            yield made
        del place[path[-1]]
        yield made


def paths(value: Any) -> Iterator[tuple[Any, ...]]:
    children = value.items() if isinstance(value, dict) else enumerate(value) if isinstance(value, list) else ()
    for key, child in children:
        yield (key,)
        yield from ((key, *rest) for rest in paths(child))


def read_report(file: str, _: Path) -> Any:
    return evaluate({"linux/amd64": file}, {}, [], "2026-03-01")


def read_manifest(file: str, out: Path) -> Any:
    other = out / "report.json"
    other.write_text(json.dumps(REPORT))
    return suggest({"linux/amd64": str(other)}, file, ["overrides"], ["npm"], by_range=True)


def read_vex(file: str, out: Path) -> Any:
    return prepare([file], "app", str(out / "prepared"))


def read_metadata(file: str, _: Path) -> Any:
    return database(file, "2026-03-02T12:00:00Z")


def read_sast(file: str, _: Path) -> Any:
    return semgrep(file, [], "2026-03-01")


@pytest.mark.parametrize(
    ("document", "read"),
    [
        (REPORT, read_report),
        (MANIFEST, read_manifest),
        (VEX, read_vex),
        (METADATA, read_metadata),
        (SAST, read_sast),
    ],
)
def test_any_wrong_field_is_taken_or_told(tmp_path: Path, document: Any, read: Callable[[str, Path], Any]) -> None:
    file = tmp_path / "document.json"
    file.write_text(json.dumps(document))
    assert json.dumps(read(str(file), tmp_path))
    reported: list[Failure] = []
    for made in mutations(document):
        file.write_text(json.dumps(made))
        try:
            read(str(file), tmp_path)
        except Failure as failure:
            reported.append(failure)
    assert reported
    assert all(failure.what and failure.fix for failure in reported)


def test_the_program_writes_its_report_and_tells_what_it_cannot_read(
    tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    arguments, out, given = (tmp_path / name for name in ("arguments.json", "out.json", "trivy.json"))
    fields = {"reports": {"linux/amd64": str(given)}, "policy": {}, "waivers": [], "today": "2026-03-01"}
    arguments.write_text(json.dumps(fields))
    given.write_text(json.dumps(REPORT))
    argv = ["evaluate", str(arguments), str(out)]
    assert operate("ci.intool.scan", OPERATIONS, argv) == 0
    assert result(json.loads(out.read_text())).checks["SC-06"] == "failed"
    given.write_text("{}")
    assert operate("ci.intool.scan", OPERATIONS, argv) == 9
    assert "Trivy's report on linux/amd64: SchemaVersion is not 2\n  fix: scan again" in capsys.readouterr().err


@pytest.mark.parametrize("operation", OPERATIONS)
def test_every_operation_is_there(operation: str) -> None:
    assert callable(function("ci.intool.scan", OPERATIONS, operation))


@pytest.mark.parametrize(
    ("printed", "what"),
    [
        ("", "Trivy failed: it printed nothing"),
        ("killed\n", "Trivy failed: killed"),
        ("2026\tFATAL\tFatal error\trun error: a\tb\n", "Trivy failed: Fatal error run error: a b"),
        (
            "2026\tINFO\tx\n2026\tFATAL\tFatal error\tcontext deadline exceeded\n",
            "Trivy failed: the scan took too long",
        ),
        (
            "cannot remove network access from trivy: [Errno 22] PR_SET_SECCOMP: Invalid argument\n",
            "Trivy failed: it does not run with network access",
        ),
        ("Error: unknown flag: --x\nUsage:\n", "Trivy failed: unknown flag: --x"),
    ],
)
def test_messages_of_trivy(printed: str, what: str) -> None:
    failure = failure_of(printed)
    assert failure.what.startswith(what)
    assert failure.fix
