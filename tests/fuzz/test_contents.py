"""Images whose content a stranger made, as the gates look at them: hardening, SBOM, leaks."""

import base64
import gzip
import io
import json
import tempfile
from pathlib import Path
from typing import Any

import pytest
from hypothesis import example, given
from hypothesis import strategies as st

from ci.intool.checks.check import check
from ci.intool.checks.expected import parse
from ci.intool.common.media import LAYERS, digest_of
from ci.intool.leaks.search import search
from ci.intool.leaks.values import values
from ci.intool.rootfs import elf as elf_reader
from ci.intool.rootfs.content import GATES
from ci.intool.rootfs.layer import read
from ci.intool.sbom.check import check as check_sbom
from ci.intool.sbom.make import make
from tests.fuzz import layouts
from tests.fuzz.checks import bounded, survives
from tests.fuzz.strategies import DIGEST, blobs, deep, encoded, mutants
from tests.fuzz.tars import entries, gzipped, tar
from tests.unit.elf_files import AMD64, elf
from tests.unit.hardened import MANIFEST_OF_BUILD, PREVIEW
from tests.unit.sbom_images import scanned

TODAY = "2026-01-01"
CREATED = f"{TODAY}T00:00:00Z"
TEXTS = {
    "app/package.json": encoded({"name": "app", "version": "1.0.0", "license": "MIT", "dependencies": {"a": "1"}}),
    "app/node_modules/a/package.json": encoded({"name": "a", "version": "1.0.0", "license": {"type": "MIT"}}),
    "app/.next/build-manifest.json": encoded(MANIFEST_OF_BUILD),
    "app/.next/prerender-manifest.json": encoded({"preview": PREVIEW}),
    "app/.next/server/page.js.nft.json": encoded({"version": 1, "files": ["../../node_modules/a/index.js"]}),
    "etc/passwd": b"root:x:0:0:root:/root:/sbin/nologin\n",
    "etc/group": b"root:x:0:\n",
    "etc/os-release": b'ID=debian\nVERSION_ID="12"\nPRETTY_NAME="Debian"\n',
    "usr/lib/os-release": b"ID=debian\n",
    "var/lib/dpkg/status.d/libc6": b"Package: libc6\nVersion: 2.36-9\nArchitecture: amd64\nSource: glibc (2.36)\n\n",
    "nodejs/bin/node": elf(AMD64, ["libc.so.6"]) + b"https://nodejs.org/download/release/v22.1.0/node-v22.1.0.tar.gz",
    "app/x.node": elf(AMD64, ["libc.so.6"], soname="x"),
    "app/key.pem": b"-----BEGIN PRIVATE KEY-----\nYQ==\n-----END PRIVATE KEY-----\n",
    "app/server.js": b"console.log('/home/runner/x.ts')\n//# sourceMappingURL=x.map\n",
}
"""Files of an image whose content is looked into."""


def image(scratch: str, content: bytes) -> Path:
    """A layout whose upper layer is this tar file."""

    def change(name: str, document: Any) -> Any:
        if name == "manifest":
            document["layers"][2] = layouts.put(home, gzipped(content), LAYERS["gzip"])
        if name == "config":
            document["rootfs"]["diff_ids"][2] = digest_of(content)
        return document

    home = Path(scratch, "layout")
    return layouts.write(home, change)


def looked_at(scratch: str, home: Path) -> None:
    """All that the gates do with an image."""
    survives(lambda: check(str(home), {}, [], TODAY))
    made = survives(lambda: make(str(home), f"{scratch}/sbom", "app", CREATED, [["a", "1.0.0", "sha512-YQ=="]]))
    documents = made["documents"] if made else []
    reports = dict.fromkeys((one["platform"] for one in documents), scanned(Path(scratch, "trivy.json"))["linux/amd64"])
    survives(lambda: check_sbom(str(home), documents, [["a", "1.0.0"]], [], TODAY, reports=reports))
    secret = Path(scratch, "secret")
    secret.write_text("hunter2-hunter2-hunter2")
    secrets = [{"name": "token", "path": str(secret)}]
    survives(lambda: search([{"name": "image", "path": str(home)}], secrets, [], TODAY, limit=1 << 20))


def test_the_image_itself_is_understood() -> None:
    with tempfile.TemporaryDirectory() as scratch:
        home = image(scratch, layouts.layer(TEXTS))
        assert check(str(home), {}, [], TODAY)["platforms"] == ["linux/amd64", "linux/arm64"]
        assert make(str(home), f"{scratch}/sbom", "app", CREATED, [])["documents"]


@given(st.sampled_from(list(TEXTS)), st.data())
@example("app/package.json", b'{"name": "\\ud800"}')
def test_files_that_are_looked_into(name: str, data: Any) -> None:
    valid = TEXTS[name]
    if isinstance(data, bytes):
        content = data
    elif valid.startswith(b"{"):
        content = data.draw(mutants(json.loads(valid)).map(encoded) | blobs(valid))
    else:
        content = data.draw(blobs(valid))
    with tempfile.TemporaryDirectory() as scratch:
        looked_at(scratch, image(scratch, layouts.layer({**TEXTS, name: content})))


@given(entries())
def test_unexpected_entries(parts: list[Any]) -> None:
    with tempfile.TemporaryDirectory() as scratch:
        looked_at(scratch, image(scratch, tar(parts)))


@given(st.sampled_from(["index.json", "index", "manifest", "config"]), st.data())
def test_documents_with_changes(name: str, data: st.DataObject) -> None:
    with tempfile.TemporaryDirectory() as scratch:
        home = Path(scratch, "layout")
        layouts.write(home, lambda one, content: data.draw(mutants(content)) if one == name else content)
        looked_at(scratch, home)


@given(blobs(elf(AMD64, ["libc.so.6"], soname="x")))
def test_machine_code(content: bytes) -> None:
    found = elf_reader.read(io.BytesIO(content))
    json.dumps([found.platform, found.interpreter, *found.needed, found.soname, found.problem]).encode()


@given(st.sampled_from(["cdx", "spdx"]), st.data())
def test_documents_of_an_sbom(suffix: str, data: st.DataObject) -> None:
    with tempfile.TemporaryDirectory() as scratch:
        home = image(scratch, layouts.layer(TEXTS))
        made = make(str(home), f"{scratch}/sbom", "app", CREATED, [])["documents"]
        path = next(Path(one["path"]) for one in made if suffix in one["path"])
        path.write_bytes(data.draw(mutants(json.loads(path.read_bytes())).map(encoded)))
        report = scanned(Path(scratch, "trivy.json"))["linux/amd64"]
        reports = dict.fromkeys((one["platform"] for one in made), report)
        reported = check_sbom(str(home), made, [["next", "1"]], [], TODAY, reports=reports)
        json.dumps(reported, ensure_ascii=False).encode()


@given(
    mutants(
        {"user": 1, "env": {"A": "b"}, "base_layers": {"linux/amd64": [DIGEST]}, "serve": "static", "labels": ["a"]}
    )
)
def test_what_is_expected(expected: Any) -> None:
    survives(lambda: parse(expected))


SECRETS = (
    b"//registry.example/:_authToken=npm_abcdefghijklmnop\n_auth=YTpi\n",
    encoded({"auths": {"ghcr.io": {"auth": base64.b64encode(b"a:bcdefghijkl").decode()}}}),
    b"-----BEGIN PRIVATE KEY-----\nYWJj\n-----END PRIVATE KEY-----\n",
    b"https://user:password@host.example/x",
)


@given(st.sampled_from(SECRETS).flatmap(blobs))
@example(b'{"a": ' + b"[" * 50_000)
@example(encoded({"token": deep(90)}))
def test_files_of_secrets(content: bytes) -> None:
    assert all(isinstance(one, bytes) for one in values(content))


@pytest.mark.parametrize("piece", [b"=", b"a=", b"-----BEGIN A-----\n", b"://a:", b'{"a":', b"a ", b"_auth", b"\n"])
def test_long_secrets(piece: bytes) -> None:
    with bounded():
        values(piece * (200_000 // len(piece)))


@pytest.mark.parametrize(
    "piece", [b"Package: a\n", b"\n", b" ", b"a:", b'"', b"/home/", b"/node-v1", b"'/src/", b"sourceMappingURL="]
)
@pytest.mark.parametrize(
    "name", ["var/lib/dpkg/status", "etc/os-release", "etc/passwd", "app/server.js", "nodejs/bin/node"]
)
def test_long_files(tmp_path: Path, name: str, piece: bytes) -> None:
    content = layouts.layer({name: piece * (200_000 // len(piece))})
    home = image(str(tmp_path), content)
    with bounded():
        survives(lambda: read(path_of(tmp_path, content), LAYERS["gzip"], GATES))
        survives(lambda: make(str(home), str(tmp_path / "sbom"), "app", CREATED, []))


def path_of(scratch: Path, content: bytes) -> Path:
    path = scratch / "layer"
    path.write_bytes(gzip.compress(content, 1))
    return path
