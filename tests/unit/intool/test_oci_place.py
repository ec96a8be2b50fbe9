"""A payload that is put into a directory is what its layers would give."""

import json
import os
from pathlib import Path

import pytest

from ci.intool.common.failure import Failure
from ci.intool.oci.__main__ import main
from ci.intool.oci.place import place
from ci.intool.oci.tar import Kind
from ci.intool.oci.tree import layered, owned, scan, timed
from tests.unit.layouts import payload

WRITABLE = {".next/cache": "directory", "public/manifest.json": "file"}


def test_it_has_the_modes_owners_times_and_contents_of_the_layers(tmp_path: Path) -> None:
    source, out, user = payload(tmp_path / "payload"), tmp_path / "out", os.getuid() or 65532
    (source / "server.js").chmod(0o600)
    (source / "run").write_text("#!")
    (source / "run").chmod(0o700)
    (source / "node_modules/link").symlink_to("./next")
    count = place(source, out, app=".", dist=".next", writable=WRITABLE, user=user)["entries"]
    layers = layered(owned(scan(source), WRITABLE, user), prefix="app", app=".", dist=".next")
    entries = {
        entry.path.removeprefix("app/"): timed(entry) if name == "public" else entry
        for name, listed in layers.items()
        for entry in listed
        if entry.path != "app"
    }
    there = {path.relative_to(out).as_posix() for path in out.rglob("*")}
    assert there == set(entries)
    assert count == len(entries)
    for path, entry in entries.items():
        status = (out / path).lstat()
        if entry.kind is Kind.SYMLINK:
            assert (out / path).readlink() == Path("next")
            continue
        assert status.st_mode & 0o7777 == entry.mode
        assert status.st_uid == (entry.owner or os.getuid())
        if entry.kind is Kind.FILE:
            assert status.st_mtime == entry.mtime
            assert (out / path).read_bytes() == entry.source.read_bytes()


def test_it_is_a_program_that_names_what_is_wrong(tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    spec = {
        "payload": str(payload(tmp_path / "p")),
        "app": ".",
        "dist": ".next",
        "writable": {},
        "user": 65532,
    }
    file, report = tmp_path / "spec.json", tmp_path / "report.json"
    file.write_text(json.dumps(spec))
    assert main(["place", str(file), str(tmp_path / "out"), str(report)]) == 0
    assert json.loads(report.read_text())["entries"] == len(list((tmp_path / "out").rglob("*")))
    del spec["user"]
    file.write_text(json.dumps(spec))
    assert main(["place", str(file), str(tmp_path / "other"), str(report)]) == Failure.exit_code
    assert "user" in capsys.readouterr().err


def test_a_writable_path_that_is_not_there_is_refused(tmp_path: Path) -> None:
    with pytest.raises(Failure, match="the payload has no file `absent`"):
        place(payload(tmp_path / "p"), tmp_path / "out", app=".", dist=".next", writable={"absent": "file"}, user=65532)
