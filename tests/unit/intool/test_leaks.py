"""Secrets are found in each form and place, and are never printed."""

import base64
import gzip
import html
import json
import re
import shutil
import subprocess
import sys
from collections.abc import Callable, Mapping
from pathlib import Path
from typing import Any
from urllib.parse import quote

import pytest

from ci.intool.common.compress import compressor, opened
from ci.intool.common.failure import Failure
from ci.intool.common.layout import Layout
from ci.intool.common.media import LAYERS as LAYERS_OF
from ci.intool.leaks import search as leaks_search
from ci.intool.leaks.search import blobs, search
from ci.intool.leaks.stream import CHUNK, Budget, Search
from ci.intool.leaks.texts import spoken
from ci.intool.policy import Artifact, GateResult
from tests.conftest import CHECKOUT
from tests.results import places, result
from tests.unit.layouts import DOCKER_LAYER, blob
from tests.unit.small_images import layout, tar

TOKEN = "npm_9Xk2Lw7QpRt4Vz8Bn3Mc6Hd1Fg5Js0YaE"
ODD = 'pa"ss/w&rd\\<9>+ä-K7mQ'
TODAY = "2026-01-01"

Run = Callable[..., GateResult]


@pytest.fixture
def run(tmp_path: Path) -> Run:
    """Searches places for the secrets that are given by name and content."""

    def searched(places: Mapping[str, Path], secrets: Mapping[str, str | bytes], **more: Any) -> GateResult:
        given = []
        for name, content in secrets.items():
            path = tmp_path / f"secret-{name}"
            path.write_bytes(content if isinstance(content, bytes) else content.encode())
            given.append({"name": name, "path": str(path)})
        listed = [{"name": name, "path": str(path)} for name, path in places.items()]
        report = search(listed, given, **{"waivers": [], "today": TODAY, **more})
        shown = json.dumps(report, ensure_ascii=False)
        assert not [
            one for one in (TOKEN, ODD, "s3cretVal") if one in shown or base64.b64encode(one.encode()).decode() in shown
        ]
        return result(report)

    return searched


LAYERS = ({"app/server.js": "serve()", "app/a.js": "a" * 3000}, {"app/.wh.a.js": "", "app/b.js": "b()"})


def b64(text: str, before: int = 0, *, url: bool = False) -> str:
    encode = base64.urlsafe_b64encode if url else base64.b64encode
    return encode(b"x" * before + text.encode() + b"yz").decode()


@pytest.mark.parametrize("secret", [TOKEN, ODD, "???>>>~~~ÿÿÿþþþ"])
@pytest.mark.parametrize(
    ("written", "form"),
    [
        (str, "as is"),
        (lambda text: b64(text, 0), "base64"),
        (lambda text: b64(text, 1), "base64"),
        (lambda text: b64(text, 2), "base64"),
        (lambda text: b64(text, 30, url=True), "base64"),
        (lambda text: base64.encodebytes(b"x" * 50 + text.encode()).decode(), "base64"),
        (lambda text: base64.b64encode(json.dumps({"a": text}).encode()).decode(), "base64"),
        (lambda text: text.encode().hex(), "hexadecimal"),
        (lambda text: text.encode().hex().upper(), "hexadecimal"),
        (lambda text: quote(text, safe=""), "percent-encoded"),
        (lambda text: re.sub("%..", lambda found: found[0].lower(), quote(text)), "percent-encoded"),
        (json.dumps, "JSON"),
        (lambda text: json.dumps(text, ensure_ascii=False), "JSON"),
        (lambda text: json.dumps(json.dumps(text)), "JSON"),
        (lambda text: json.dumps(text).replace("/", "\\/"), "JSON"),
        (lambda text: json.dumps(text).replace("<", "\\u003c").replace(">", "\\u003e").replace("&", "\\u0026"), "JSON"),
        (html.escape, "HTML"),
    ],
)
def test_forms(run: Run, tmp_path: Path, secret: str, written: Callable[[str], str], form: str) -> None:
    file = tmp_path / "log"
    file.write_text(f"before {written(secret)} after")
    found = run({"log": file}, {"NPM": secret})
    assert not found.passed
    assert found.checks == {"LAY-02": "failed"}
    assert set(places(found)) == {("LAY-02", "log")}
    titles = " ".join(finding.title for finding in found.findings)
    assert "secret NPM is in it, " in titles
    assert form in titles or secret in written(secret)


def test_a_text_is_reported_once() -> None:
    search = Search([b"secret"], Budget("x", 100))
    for piece in (b"secret", b" se", b"cret", b"-"):
        search.feed(piece)
    assert [hit.offset for hit in search.hits] == [0, 7]


def test_what_is_not_the_secret_passes(run: Run, tmp_path: Path) -> None:
    file = tmp_path / "log"
    file.write_text(f"{TOKEN[:-1]} {TOKEN[1:]} {TOKEN[::-1]} {b64(TOKEN[:12])} {TOKEN.swapcase()}")
    found = run({"log": file}, {"NPM": TOKEN})
    assert found.passed
    assert found.findings == ()
    assert found.checks == {"LAY-02": "passed"}
    assert found.figures == {"secrets": 1, "canaries": 0, "files": 1, "bytes": file.stat().st_size}


PLACES = {
    "config": ({"config": {"config": {"Env": ["A=b", f"T={TOKEN}"]}}}, "image: config of linux/amd64: config.Env[1]"),
    "history": (
        {"config": {"history": [{"created_by": "x"}, {"created_by": f"RUN {TOKEN}"}]}},
        "image: config of linux/amd64: history[1].created_by",
    ),
    "label's name": ({"config": {TOKEN: "x"}}, "image: config of linux/amd64: ***"),
    "manifest": ({"manifest": {"annotations": {"a": TOKEN}}}, "image: manifest of linux/amd64: annotations.a"),
    "index": ({"index": {"annotations": {"b": TOKEN}}}, "image: index.json: annotations.b"),
}


@pytest.mark.parametrize("place", PLACES)
def test_documents_of_an_image(run: Run, tmp_path: Path, place: str) -> None:
    documents, where = PLACES[place]
    found = run({"image": layout(tmp_path / "image", *LAYERS, **documents)}, {"NPM": TOKEN})
    assert places(found) == [("LAY-02", where)]


@pytest.mark.parametrize(
    ("lower", "upper", "where"),
    [
        ({"app/x.js": f"'{TOKEN}'"}, {}, "layer 0 of linux/amd64: app/x.js"),
        ({"run/.npmrc": TOKEN, "a": "b"}, {"run/.wh..npmrc": ""}, "layer 0 of linux/amd64: run/.npmrc"),
        (
            {},
            {"a": "b" * 5000, "data.gz": b"12345" + gzip.compress(f"x{TOKEN}".encode())},
            "layer 1 of linux/amd64: data.gz",
        ),
        ({}, {f"app/{TOKEN}/x": ""}, "layer 1 of linux/amd64: app/***/x"),
    ],
)
def test_layers_of_an_image(run: Run, tmp_path: Path, lower: dict[str, str], upper: dict[str, str], where: str) -> None:
    found = run({"image": layout(tmp_path / "image", lower, upper)}, {"NPM": TOKEN})
    assert places(found) == [("LAY-02", f"image: {where}")]


@pytest.mark.parametrize("lower", [{"run/.npmrc": TOKEN, "a": "b"}, {f"app/{TOKEN}/x": b64(TOKEN)}, {"a": "b"}])
def test_blobs_that_were_searched_apart_are_not_read_again(
    run: Run, tmp_path: Path, monkeypatch: pytest.MonkeyPatch, lower: dict[str, str]
) -> None:
    home = layout(tmp_path / "image", lower, {"app/b.js": f"'{TOKEN}'"})
    found = run({"image": home}, {"NPM": TOKEN})
    blob = home / "blobs" / "sha256" / lowest(home)
    (tmp_path / "apart").mkdir()
    shutil.copy(blob, tmp_path / "apart" / blob.name)
    secrets = [{"name": "NPM", "path": str(tmp_path / "secret-NPM")}]
    known = tmp_path / "known.json"
    known.write_text(json.dumps(blobs(str(tmp_path / "apart"), secrets)))
    assert TOKEN not in known.read_text()
    read: list[str] = []
    monkeypatch.setattr(leaks_search, "opened", lambda path, kind: (read.append(path.name), opened(path, kind))[1])
    assert run({"image": home}, {"NPM": TOKEN}, known=[str(known)]) == found
    assert read
    assert blob.name not in read


def test_a_blob_that_is_not_the_one_that_was_searched_apart_is_refused(run: Run, tmp_path: Path) -> None:
    home = layout(tmp_path / "image", {"a": "b"})
    blob = home / "blobs" / "sha256" / lowest(home)
    (tmp_path / "apart").mkdir()
    shutil.copy(blob, tmp_path / "apart" / blob.name)
    (tmp_path / "secret").write_text(TOKEN)
    secrets = [{"name": "NPM", "path": str(tmp_path / "secret")}]
    (tmp_path / "known.json").write_text(json.dumps(blobs(str(tmp_path / "apart"), secrets)))
    blob.write_bytes(gzip.compress(tar({"x": TOKEN})))
    with pytest.raises(Failure, match="does not match its digest"):
        run({"image": home}, {"NPM": TOKEN}, known=[str(tmp_path / "known.json")])
    (tmp_path / "apart" / blob.name).write_bytes(blob.read_bytes())
    with pytest.raises(Failure, match="does not match its digest"):
        blobs(str(tmp_path / "apart"), secrets)


def lowest(home: Path) -> str:
    """Name of the lowest layer's blob."""
    (image,) = Layout(home).images()
    return str(image.manifest["layers"][0]["digest"].partition(":")[2])


def test_a_blob_that_nothing_names(run: Run, tmp_path: Path) -> None:
    home = layout(tmp_path / "image", *LAYERS)
    name = blob(home, gzip.compress(tar({"x": TOKEN})), DOCKER_LAYER)["digest"].removeprefix("sha256:")
    found = run({"image": home}, {"NPM": TOKEN})
    assert places(found) == [("LAY-02", f"image: blobs/sha256/{name}: x")]


def test_a_layer_in_zstd(run: Run, tmp_path: Path) -> None:
    plain = tar({"app/x.js": f"'{TOKEN}'"})
    packer = compressor("zstd", 3)
    home = layout(tmp_path / "image", packer.compress(plain) + packer.flush(), media_type=LAYERS_OF["zstd"])
    found = run({"image": home}, {"NPM": TOKEN})
    assert places(found) == [("LAY-02", "image: layer 0 of linux/amd64: app/x.js")]


def test_a_clean_image_passes(run: Run, tmp_path: Path) -> None:
    found = run({"image": layout(tmp_path / "image", *LAYERS)}, {"NPM": TOKEN, "canary": ODD}, canaries=["canary"])
    assert found.passed
    assert found.figures["files"] == 6
    assert found.figures["canaries"] == 1


def test_a_directory_of_documents(run: Run, tmp_path: Path) -> None:
    home = tmp_path / "documents"
    (home / "below").mkdir(parents=True)
    (home / "sbom.json").write_text(json.dumps({"components": [{"name": "a"}, {"name": TOKEN, "hash": f"x{TOKEN}"}]}))
    (home / "below" / "log").write_text("clean")
    (home / "below" / f"{TOKEN}.txt").write_text("clean")
    (home / "link").symlink_to(tmp_path / "secret-NPM")
    found = run({"documents": home}, {"NPM": TOKEN})
    assert sorted(place for _, place in places(found)) == [
        "documents: below/***.txt",
        "documents: sbom.json: components[1].hash",
        "documents: sbom.json: components[1].name",
    ]


@pytest.mark.parametrize("before", [0, 1, len(TOKEN) // 2, len(TOKEN) - 1, len(TOKEN), len(TOKEN) + 1])
@pytest.mark.parametrize("packed", [False, True])
def test_across_the_border_of_two_pieces(run: Run, tmp_path: Path, before: int, *, packed: bool) -> None:
    file = tmp_path / "log"
    plain = b"\n" * (CHUNK - before) + TOKEN.encode() + b"\n" * CHUNK
    file.write_bytes(gzip.compress(plain) if packed else plain)
    found = run({"log": file}, {"NPM": TOKEN})
    assert [one.title for one in found.findings] == [f"secret NPM is in it, as is, at byte {CHUNK - before}"]


@pytest.mark.parametrize("before", range(6))
def test_gzip_that_begins_at_a_border(run: Run, tmp_path: Path, before: int) -> None:
    file = tmp_path / "log"
    file.write_bytes(b"\n" * (CHUNK - before) + gzip.compress(TOKEN.encode()) + b"\n" * CHUNK)
    found = run({"log": file}, {"NPM": TOKEN})
    assert [one.title for one in found.findings] == [f"secret NPM is in it, as is, at byte {CHUNK - before}, in gzip"]


def test_a_large_gzip_member(run: Run, tmp_path: Path) -> None:
    file = tmp_path / "log"
    file.write_bytes(b"x" + gzip.compress(b"\0" * (9 * CHUNK) + TOKEN.encode() + b"\0" * CHUNK))
    assert not run({"log": file}, {"NPM": TOKEN}).passed


NPMRC = f"""# of the team
registry=https://registry.example.com/npm
always-auth=true
//registry.example.com/npm/:_authToken={TOKEN}
"""
KEY = """-----BEGIN CERTIFICATE-----
MIICpublicpublicpublicpublicpublicpublic
-----END CERTIFICATE-----
-----BEGIN PRIVATE KEY-----
MIGHAgEAMBMGByqGSM49AgEGCCqGSM49AwEHBG0wawIBAQQg
Zx81QkLm4NwAs02PqVb7TyUi6RrEeWc5DdFgHjK3LlOoXx9I
nB2vCxZaSdFgHjKlQwErTyUi+4fghj7=
-----END PRIVATE KEY-----
"""
DOCKER = json.dumps({"auths": {"ghcr.io": {"auth": base64.b64encode(b"robot:s3cretValue1").decode()}}})


@pytest.mark.parametrize(
    ("secret", "leaked"),
    [
        (NPMRC, TOKEN),
        (NPMRC.strip().splitlines()[-1], TOKEN),
        (
            f"//host/:_password={base64.b64encode(b's3cretValue1').decode()}\nregistry=https://x.example.com/",
            "s3cretValue1",
        ),
        ("registry=https://bob:s3cretValue1@x.example.com/\nalways-auth=true", "s3cretValue1"),
        ("registry=https://bob:s3cret%2BValue1@x.example.com/", "s3cret+Value1"),
        (KEY, "Zx81QkLm4NwAs02PqVb7TyUi6RrEeWc5DdFgHjK3LlOoXx9I"),
        (KEY, "nB2vCxZaSdFgHjKlQwErTyUi+4fghj7="),
        (KEY, base64.b64encode(KEY.encode()).decode()),
        (DOCKER, "s3cretValue1"),
        (DOCKER, base64.b64encode(b"robot:s3cretValue1").decode()),
        (f"PORT=3000\nexport DB_PASSWORD='{TOKEN}'\n", TOKEN),
        (f"user: bob\npassword: {TOKEN}\n", TOKEN),
        (f"first line\n{TOKEN}\n", TOKEN),
        ("two words\nother words\n", "other words"),
        (f"\n{TOKEN}\r\n", TOKEN),
        (b"\xff\xfe\x00binary\x80key\n", "\udcff\udcfe\0binary\udc80key"),
    ],
)
def test_what_is_secret_in_a_secret(run: Run, tmp_path: Path, secret: str | bytes, leaked: str) -> None:
    file = tmp_path / "log"
    file.write_bytes(f"before {leaked} after".encode(errors="surrogateescape"))
    assert not run({"log": file}, {"S": secret}).passed


@pytest.mark.parametrize(
    ("secret", "public"),
    [
        (
            NPMRC,
            "registry=https://registry.example.com/npm always-auth=true //registry.example.com/npm/:_authToken=",
        ),
        (KEY, "MIICpublicpublicpublicpublicpublicpublic -----BEGIN PRIVATE KEY-----"),
        (KEY, "MIGHAgEAMBMGByqGSM49AgEGCCqGSM49AwEHBG0wawIBAQQg"),
        (DOCKER, "auths ghcr.io robot"),
        (f"PORT=3000\nDB_PASSWORD={TOKEN}\nKEY_FILE=/etc/ssl/key.pem", "PORT=3000 DB_PASSWORD= /etc/ssl/key.pem"),
    ],
)
def test_what_is_not_secret_in_a_secret(run: Run, tmp_path: Path, secret: str, public: str) -> None:
    file = tmp_path / "log"
    file.write_text(public)
    assert run({"log": file}, {"S": secret}).findings == ()


@pytest.mark.parametrize("secret", ["12345", "", "\n"])
def test_a_secret_too_short_to_search_for_is_reported(run: Run, tmp_path: Path, secret: str) -> None:
    file = tmp_path / "log"
    file.write_text("12345")
    found = run({"log": file}, {"S": secret})
    assert found.passed
    assert found.checks == {"LAY-02": "not run"}
    assert places(found, "warns") == [("LAY-02", "secret S")]


def test_a_short_value_beside_others_is_reported(run: Run, tmp_path: Path) -> None:
    file = tmp_path / "log"
    file.write_text("abc")
    found = run({"log": file}, {"S": f"A_TOKEN={TOKEN}\nB_TOKEN=abc"})
    assert found.checks == {"LAY-02": "passed"}
    assert places(found, "warns") == [("LAY-02", "secret S")]
    assert found.findings[0].title.startswith("1 of its values")


@pytest.mark.parametrize(
    "content", [f'{"[" * 9000}"{TOKEN}"{"]" * 9000}', f'["{TOKEN}', f"{tar({'x': TOKEN}).decode()[:1000]}"]
)
def test_where_in_a_broken_file_is_not_told(run: Run, tmp_path: Path, content: str) -> None:
    file = tmp_path / "file"
    file.write_text(content)
    assert [
        one.where.name for one in run({"file": file}, {"S": TOKEN}).findings if isinstance(one.where, Artifact)
    ] == ["file"]


def test_a_waiver(run: Run, tmp_path: Path) -> None:
    file = tmp_path / "log"
    file.write_text(TOKEN)
    waiver = {"id": "LAY-02", "reason": "revoked", "owner": "ops", "expires": TODAY, "where": "log"}
    found = run({"log": file}, {"S": TOKEN}, waivers=[waiver])
    assert (found.passed, found.checks) == (True, {"LAY-02": "waived"})


def _bomb(home: Path) -> Path:
    (home / "bomb").write_bytes(gzip.compress(b"\0" * (4 * CHUNK)))
    return home / "bomb"


def _inner_bomb(home: Path) -> Path:
    (home / "bomb").write_bytes(b"x" * 9 + gzip.compress(b"\0" * (4 * CHUNK)))
    return home / "bomb"


def _cut(home: Path) -> Path:
    (home / "cut").write_bytes(gzip.compress(b"\0" * CHUNK)[:-20])
    return home / "cut"


@pytest.mark.parametrize(
    ("place", "what"),
    [
        (_bomb, "place is more than 3145728 bytes when decompressed"),
        (_inner_bomb, "place is more than 3145728 bytes when decompressed"),
        (_cut, "place cannot be read to its end"),
        (lambda home: home / "missing", "place: .*missing to search"),
    ],
)
def test_what_cannot_be_searched_is_reported(
    run: Run, tmp_path: Path, place: Callable[[Path], Path], what: str
) -> None:
    with pytest.raises(Failure, match=what):
        run({"place": place(tmp_path)}, {"S": TOKEN}, limit=3 * CHUNK)


def test_a_secret_that_is_not_there_is_reported(tmp_path: Path) -> None:
    with pytest.raises(Failure, match=r"secret S: .*: No such file"):
        search([], [{"name": "S", "path": str(tmp_path / "missing")}], [], TODAY)


def test_a_canary_that_is_no_secret_is_reported(run: Run) -> None:
    with pytest.raises(Failure, match="canary C is not among the secrets"):
        run({}, {"S": TOKEN}, canaries=["C"])


def test_the_program(tmp_path: Path) -> None:
    (tmp_path / "log").write_text(f"x{TOKEN}x")
    (tmp_path / "secret").write_text(TOKEN)
    arguments = {
        "places": [{"name": "log", "path": str(tmp_path / "log")}],
        "secrets": [{"name": "NPM", "path": str(tmp_path / "secret")}],
        "waivers": [],
        "today": TODAY,
    }
    (tmp_path / "arguments.json").write_text(json.dumps(arguments))
    words = ["search", str(tmp_path / "arguments.json"), str(tmp_path / "report.json")]
    done = subprocess.run(
        [sys.executable, "-m", "ci.intool.leaks", *words], cwd=CHECKOUT, capture_output=True, text=True, check=False
    )
    assert (done.returncode, done.stdout, done.stderr) == (0, "", "")
    report = (tmp_path / "report.json").read_text()
    assert not result(json.loads(report)).passed
    assert TOKEN not in report


def test_secrets_in_texts_at_hand() -> None:
    secrets = {"npmrc": f"//registry.example/:_authToken={TOKEN}\n", "seed": "another secret", "pin": "1"}
    assert spoken(["fine", ""], secrets) == []
    assert spoken(["one", f"token: {b64(TOKEN)}"], secrets) == ["npmrc"]
    assert spoken(["another secret", TOKEN, "1"], secrets) == ["npmrc", "seed"]
    assert spoken(["another", " secret"], secrets) == []
