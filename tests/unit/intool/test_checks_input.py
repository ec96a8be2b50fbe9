"""Inputs of the hardening gate: what it refuses, and with which messages."""

import gzip
import json
import subprocess
import sys
import tarfile
from collections.abc import Callable
from pathlib import Path
from typing import Any

import pytest

from ci.intool.checks.check import check
from ci.intool.checks.expected import Expected, parse
from ci.intool.common.failure import Failure
from ci.intool.common.media import LAYERS
from ci.intool.rootfs.content import GATES
from ci.intool.rootfs.layer import read
from tests.results import places, result
from tests.unit.hardened import File, Made, directory, link, tarred, write

ROOT = Path(__file__).parents[3]


@pytest.mark.parametrize(
    ("given", "reported"),
    [
        ([], "is not an object"),
        ({"users": 1}, "users is unknown; known are user, env"),
        ({"user": "65532"}, "user is not a whole number"),
        ({"user": True}, "user is not a whole number"),
        ({"env": ["A=1"]}, "env is not an object"),
        ({"env": {"A": 1}}, "env.A is not a text"),
        ({"writable": "data"}, "writable is not a list"),
        ({"files": [1]}, "files[0] is not a text"),
        ({"source_maps": 1}, "source_maps is neither true nor false"),
        ({"base_layers": {"linux/amd64": "sha256:a"}}, "base_layers.linux/amd64 is not a list"),
        ({"user": None}, "user is missing"),
        ({"serve": "both"}, "serve is `both`, neither server nor static"),
    ],
)
def test_what_is_expected_is_read_strictly(given: object, reported: str) -> None:
    with pytest.raises(Failure) as failure:
        parse(given)
    assert reported in failure.value.what


def test_all_that_is_expected_may_be_left_out() -> None:
    assert parse({}) == Expected()


def test_every_key_is_read() -> None:
    given: dict[str, Any] = {
        "user": 1,
        "env": {"A": "b"},
        "root": "srv",
        "app": "srv/a",
        "dist": "a/out",
        "writable": ["a"],
        "serve": "static",
        "public": True,
        "source_maps": True,
        "created": "2026-01-01T00:00:00Z",
        "revision": "c",
        "labels": ["a"],
        "base": {"name": "a", "digest": "b"},
        "base_layers": {"linux/amd64": ["a"]},
        "dev_packages": ["a"],
        "loaded_packages": ["a"],
        "budget_mb": 1,
        "platforms": ["linux/amd64"],
        "memory_mb": 1,
        "files": ["a"],
        "seeded": False,
    }
    read_ = parse(given)
    assert given.keys() == Expected.__dataclass_fields__.keys()
    assert json.loads(json.dumps({name: getattr(read_, name) for name in given})) == given


def truncated(home: Path) -> None:
    blob = largest(home)
    blob.write_bytes(blob.read_bytes()[:-20])


def altered(home: Path) -> None:
    blob = largest(home)
    data = blob.read_bytes()
    blob.write_bytes(data[:-1] + bytes([data[-1] ^ 1]))


def largest(home: Path) -> Path:
    return max(
        (home / "blobs" / "sha256").iterdir(), key=lambda path: (path.read_bytes()[:2] == b"\x1f\x8b", path.name)
    )


@pytest.mark.parametrize(
    ("change", "reported"),
    [
        (truncated, "bytes instead of"),
        (altered, "does not match its digest"),
        (lambda home: largest(home).unlink(), "is missing"),
        (lambda home: (home / "index.json").write_text("{"), "is not JSON"),
        (lambda home: (home / "oci-layout").unlink(), "cannot be read"),
        (lambda home: (home / "index.json").write_text('{"manifests": []}'), "has images for no platform"),
    ],
)
def test_a_damaged_layout_is_a_failure(change: Callable[[Path], Any], reported: str, tmp_path: Path) -> None:
    arguments = write(Made(), tmp_path)
    change(tmp_path)
    with pytest.raises(Failure) as failure:
        check(**arguments)
    assert reported in failure.value.what


def test_other_platforms_are_a_failure(tmp_path: Path) -> None:
    arguments = write(Made(), tmp_path)
    arguments["expected"]["platforms"] = ["linux/amd64"]
    with pytest.raises(Failure) as failure:
        check(**arguments)
    assert failure.value.what == "the layout has images for linux/amd64, linux/arm64, not linux/amd64"


def test_the_bases_layers_come_from_their_layouts(tmp_path: Path) -> None:
    image, base = tmp_path / "image", tmp_path / "base"
    image.mkdir()
    base.mkdir()
    bare = Made()
    bare.layers = {}
    write(bare, base)
    arguments = {**write(Made(), image), "bases": {"linux/amd64": str(base), "linux/arm64": str(base)}}
    arguments["expected"]["base_layers"] = {}
    assert result(check(**arguments)).checks["LAY-06"] == "passed"
    bare.below("etc/more", File())
    other = tmp_path / "other"
    other.mkdir()
    write(bare, other)
    report = result(check(**{**arguments, "bases": {"linux/amd64": str(base), "linux/arm64": str(other)}}))
    assert places(report) == [("LAY-06", "layers[0]")]
    assert report.findings[0].found_in == ("linux/arm64",)


def layer(home: Path, data: bytes) -> Path:
    path = home / "layer"
    path.write_bytes(data)
    return path


def member(**fields: Any) -> bytes:
    info = tarfile.TarInfo("a")
    for name, value in fields.items():
        setattr(info, name, value)
    return info.tobuf(tarfile.PAX_FORMAT)


@pytest.mark.parametrize(
    ("data", "reported"),
    [
        (b"no gzip", "is not a gzip tar file"),
        (gzip.compress(b"no tar" * 200), "is not a gzip tar file"),
        (gzip.compress(tarred({"a": File(b"x" * 4000)})[:1000]), "is not a gzip tar file"),
        (gzip.compress(tarred({"../etc/passwd": File()})), "has an entry that leaves the image"),
        (gzip.compress(tarred({"a/../../etc/passwd": File()})), "has an entry that leaves the image"),
        (gzip.compress(member(size=17 << 30)), "is larger than"),
    ],
    ids=["no gzip", "no tar", "cut off", "above", "above by a detour", "huge"],
)
def test_a_damaged_layer_is_a_failure(data: bytes, reported: str, tmp_path: Path) -> None:
    with pytest.raises(Failure) as failure:
        read(layer(tmp_path, data), LAYERS["gzip"], GATES)
    assert reported in failure.value.what


def test_a_layer_of_an_unknown_kind_is_a_failure(tmp_path: Path) -> None:
    with pytest.raises(Failure) as failure:
        read(layer(tmp_path, b""), "application/octet-stream", GATES)
    assert "application/octet-stream" in failure.value.what


def test_an_absolute_name_is_below_the_root(tmp_path: Path) -> None:
    found = read(
        layer(tmp_path, gzip.compress(tarred({"/etc/passwd": File(), "./": directory()}))), LAYERS["gzip"], GATES
    )
    assert set(found.entries) == {"etc/passwd"}


HOSTILE: dict[str, tuple[str, File]] = {
    "a manifest that is a list": ("app/.next/build-manifest.json", File(b"[]")),
    "a manifest of another form": ("app/.next/prerender-manifest.json", File(b'{"preview": [1]}')),
    "a manifest that is deep": ("app/.next/prerender-manifest.json", File(b"[" * 100_000)),
    "a manifest that is no text": ("app/.next/build-manifest.json", File(b"\xff\xfe")),
    "a key that is a list": ("app/.next/prerender-manifest.json", File(b'{"preview": {"previewModeId": []}}')),
    "a trace of another form": ("app/.next/a.nft.json", File(b'{"files": {"a": 1}}')),
    "a trace that is a number": ("app/.next/a.nft.json", File(b'{"files": 7}')),
    "a package of another form": ("app/node_modules/a/package.json", File(b'{"name": [], "dependencies": 1}')),
    "accounts without fields": ("etc/passwd", File(b"\xff\n:::\nroot\n")),
    "a link to the root": ("app/root", link("/")),
    "a link that climbs": ("app/up", link("../" * 100 + "app/server.js")),
    "links in a circle": ("app/b", link("b/b/b")),
    "a name of bytes": ("app/\udcff", File()),
}


@pytest.mark.parametrize(("path", "file"), HOSTILE.values(), ids=HOSTILE)
def test_hostile_content_is_judged(path: str, file: File, tmp_path: Path) -> None:
    made = Made()
    made.server[path] = file
    made.server["app/README.md"] = File()
    arguments = write(made, tmp_path)
    arguments["expected"]["dev_packages"] = ["a"]
    report = check(**arguments)
    assert result(report).checks["FS-11"] == "failed"
    json.dumps(report)


@pytest.mark.parametrize("fields", [{"User": 7}, {"Labels": {"a": 1}}, {"StopSignal": [9]}, {"WorkingDir": []}])
def test_a_configuration_of_other_types_is_refused(fields: dict[str, Any], tmp_path: Path) -> None:
    made = Made()
    made.config |= fields
    with pytest.raises(Failure) as raised:
        check(**write(made, tmp_path))
    assert next(iter(fields)) in raised.value.what


@pytest.mark.parametrize("fields", [{"User": "9" * 5000}, {"Env": ["A", "=", "B="]}])
def test_a_hostile_configuration_is_judged(fields: dict[str, Any], tmp_path: Path) -> None:
    made = Made()
    made.config |= fields | {
        "Shell": {},
        "StopSignal": "9" * 5000,
        "ExposedPorts": {"": {}, "9" * 5000: {}},
        "Healthcheck": {"Test": 7},
    }
    report = result(check(**write(made, tmp_path)))
    assert {report.checks[name] for name in ("CFG-04", "CFG-05", "CFG-07")} == {"failed"}


def test_it_is_a_program(tmp_path: Path) -> None:
    arguments, report, layout = tmp_path / "arguments.json", tmp_path / "report.json", tmp_path / "layout"
    layout.mkdir()
    arguments.write_text(json.dumps(write(Made(), layout)))
    run = [sys.executable, "-m", "ci.intool.checks", "check", str(arguments), str(report)]
    assert subprocess.run(run, cwd=ROOT, check=True, capture_output=True).stderr == b""
    assert result(json.loads(report.read_text())).passed
    (layout / "index.json").unlink()
    refused = subprocess.run(run, cwd=ROOT, check=False, capture_output=True, text=True)
    assert refused.returncode == Failure.exit_code
    assert refused.stderr.startswith("next-distroless: image layout")
