import gzip
import hashlib
import io
import json
import shutil
import subprocess
import sys
import tarfile
from collections.abc import Callable, Mapping
from pathlib import Path
from typing import Any

import pytest

from ci.intool.common.blob import adopted
from ci.intool.common.failure import Failure
from ci.intool.common.layout import Layout
from ci.intool.oci.assemble import assemble
from ci.intool.oci.over import over, renewed
from ci.intool.oci.rebase import rebase
from ci.intool.oci.rebase_spec import parse
from ci.intool.oci.spec import parse as parse_assembly
from tests.conftest import CHECKOUT
from tests.unit.layouts import CREATED, DOCKER_LAYER, FILES, MANIFEST, blob, encoded, payload, spec

NAME = "gcr.io/distroless/nodejs22-debian12:nonroot"
NAMED = {key: {"name": NAME, "digest": f"sha256:{key * 64}"} for key in "ab"}
PREFIX = "org.opencontainers.image."
MACHINES = {"linux/arm64": "arm64", "linux/amd64": "amd64"}
BASES: dict[str, dict[str, Any]] = {
    "a": {"Env": ["PATH=/bin", "A=base", "GONE=1"], "Entrypoint": ["/old/node"], "WorkingDir": "/", "User": "0"},
    "b": {"Env": ["NEW=1", "PATH=/usr/bin", "A=new"], "Entrypoint": ["/new/node"], "Cmd": ["repl"], "User": "65532"},
}
"""What the bases are started with; each has a layer more than the one before."""

APP = {**FILES, ".next/routes-manifest.json": '{"basePath": "/docs"}'}
CONFIG: dict[str, Any] = {
    "User": "65532:65532",
    "Env": {"A": "app", "PORT": "3000"},
    "Cmd": ["server.js"],
    "WorkingDir": "/app",
    "ExposedPorts": ["3000/tcp"],
    "Healthcheck": {"Test": ["CMD", "/nodejs/bin/node"], "Interval": 1},
}


def base(home: Path, key: str, platform: str, **started: Any) -> str:
    """The layout of a base image."""
    files = [f"{key} {platform} {number}" for number in range("ab".index(key) + 1)]
    layers = [packed({"nodejs/bin/node": content}) for content in files]
    os_name, architecture = platform.split("/")
    config = {
        "os": os_name,
        "architecture": architecture,
        "created": f"2025-05-05T05:05:05.{'ab'.index(key)}Z",
        "config": {**BASES[key], **started},
        "rootfs": {"type": "layers", "diff_ids": [f"sha256:{hashlib.sha256(plain).hexdigest()}" for plain in layers]},
        "history": [{"created_by": f"bazel {key} {number}"} for number in range(len(layers))],
    }
    manifest = {
        "schemaVersion": 2,
        "config": blob(home, encoded(config), "application/vnd.oci.image.config.v1+json"),
        "layers": [blob(home, gzip.compress(plain, mtime=0), DOCKER_LAYER) for plain in layers],
    }
    (home / "oci-layout").write_text('{"imageLayoutVersion": "1.0.0"}')
    listed(home, blob(home, encoded(manifest), MANIFEST))
    return str(home)


def packed(files: Mapping[str, str]) -> bytes:
    plain = io.BytesIO()
    with tarfile.open(fileobj=plain, mode="w") as archive:
        for name, content in files.items():
            info = tarfile.TarInfo(name)
            info.size = len(content)
            archive.addfile(info, io.BytesIO(content.encode()))
    return plain.getvalue()


def listed(home: Path, *descriptors: Mapping[str, Any]) -> None:
    (home / "index.json").write_bytes(encoded({"schemaVersion": 2, "manifests": descriptors}))


class Home:
    """Bases `a` and `b` for two platforms, and a payload with machine code for each."""

    def __init__(self, path: Path, files: Mapping[str, str] = APP) -> None:
        self.path = path
        self.bases = {
            key: {platform: base(path / key / name, key, platform) for platform, name in MACHINES.items()}
            for key in BASES
        }
        self.payloads = {
            platform: str(payload(path / "payload" / name, {**files, "node_modules/native.node": name}))
            for platform, name in MACHINES.items()
        }

    def assembled(self, key: str, config: Mapping[str, Any] = CONFIG, **given: Any) -> dict[str, Any]:
        """Assemble the payload on a base, with the labels and annotations that the pipeline gives, at `on-KEY`."""
        reported = {f"{PREFIX}title": "app", f"{PREFIX}created": given.get("created", CREATED)}
        reported |= {f"{PREFIX}base.{name}": text for name, text in NAMED[key].items()}
        whole = spec(Path(), Path(), annotations=reported, config={**config, "Labels": reported}, **given)
        whole["base"] = NAMED[key]
        whole["platforms"] = {
            platform: {"base": self.bases[key][platform], "payload": self.payloads[platform]} for platform in MACHINES
        }
        return assemble(parse_assembly(whole), self.path / f"on-{key}")

    def spec(self, **given: Any) -> dict[str, Any]:
        return {
            "image": str(self.path / "on-a"),
            "bases": self.bases["b"],
            "old": self.bases["a"],
            "base": NAMED["b"],
            **given,
        }

    def rebased(self, **given: Any) -> dict[str, Any]:
        return rebase(parse(self.spec(**given)), self.path / "out")


@pytest.fixture
def home(tmp_path: Path) -> Home:
    return Home(tmp_path)


@pytest.mark.parametrize(
    "config",
    [
        CONFIG,
        {key: CONFIG[key] for key in ("User", "Cmd", "WorkingDir")},
        {**CONFIG, "User": "0", "WorkingDir": "/", "StopSignal": "SIGINT"},
        {**CONFIG, "Env": {"PATH": "/opt", "Z": "", "Y": "1=2"}, "ExposedPorts": ["1/udp", "2/tcp"]},
    ],
    ids=["usual", "least", "values of the base", "other keys"],
)
def test_rebase_is_assembly_on_the_new_base(home: Home, config: dict[str, Any]) -> None:
    old = home.assembled("a", config)
    expected = home.assembled("b", config)
    done = home.rebased()
    assert {key: done[key] for key in expected} == expected
    assert done["digest"] != done["old"] == old["digest"]
    out, wanted = (
        {path.relative_to(root): path.read_bytes() for path in root.rglob("*") if path.is_file()}
        for root in (home.path / "out", home.path / "on-b")
    )
    assert out == wanted


def test_a_time_that_is_given_is_reported_everywhere(home: Home) -> None:
    home.assembled("a")
    expected = home.assembled("b", created="2026-02-02T00:00:00Z")
    assert home.rebased(created="2026-02-02T00:00:00Z")["digest"] == expected["digest"]


def test_the_base_that_is_there_gives_the_same_image(home: Home) -> None:
    old = home.assembled("a")
    done = home.rebased(bases=home.bases["a"], base=NAMED["a"])
    assert done["digest"] == done["old"] == old["digest"]


def test_an_image_goes_to_another_base_and_back(home: Home) -> None:
    old = home.assembled("a")
    home.rebased()
    back = home.spec(image=str(home.path / "out"), bases=home.bases["a"], old=home.bases["b"], base=NAMED["a"])
    assert rebase(parse(back), home.path / "back")["digest"] == old["digest"]


def test_without_the_old_base_all_is_the_apps_but_what_the_new_one_has(home: Home) -> None:
    home.assembled("a")
    home.rebased(old={})
    image, _ = Layout(home.path / "out").images()
    assert image.config["config"] == {
        **{key: value for key, value in CONFIG.items() if key != "ExposedPorts"},
        "Env": ["NEW=1", "PATH=/usr/bin", "A=new", "GONE=1", "PORT=3000"],
        "Entrypoint": ["/new/node"],
        "ExposedPorts": {"3000/tcp": {}},
        "Labels": image.config["config"]["Labels"],
    }


def test_the_report(home: Home) -> None:
    home.assembled("a")
    done = home.rebased()
    own = {
        layer["digest"]: layer["size"]
        for reported in done["platforms"].values()
        for layer in reported["layers"]
        if layer["name"] != "base"
    }
    assert len(own) == 5  # of eight, three are the same for both platforms
    assert {key: done[key] for key in ("from", "reused", "chunk", "command")} == {
        "from": NAMED["a"]["digest"],
        "reused": sum(own.values()),
        "chunk": "/docs/_next/static/chunks/main.js",
        "command": ["server.js"],
    }


EXPORT = {"server.js": "", "static.json": '{"directory":"out","basePath":"/x"}', "out/index.html": ""}


@pytest.mark.parametrize(
    ("files", "dist", "chunk"),
    [
        ({"server.js": ""}, ".next", ""),
        ({".next/static/css/a.css": ""}, ".next", ""),
        ({".next/static/chunks/main.js": ""}, ".next", "/_next/static/chunks/main.js"),
        ({**APP, ".next/static/chunks/app/[id]/a.js": ""}, ".next", "/docs/_next/static/chunks/app/[id]/a.js"),
        ({".next/static/chunks/a.css": "", ".next/static/chunks/b.js": ""}, ".next", "/_next/static/chunks/b.js"),
        (
            {"a/static/b/routes-manifest.json": '{"basePath":""}', "a/static/b/static/chunks/a.js": ""},
            "a/static/b",
            "/_next/static/chunks/a.js",
        ),
        ({**EXPORT, "out/_next/static/chunks/a.js": ""}, "out", "/x/_next/static/chunks/a.js"),
        ({**APP, "other/routes-manifest.json": '{"basePath":"/no"}'}, ".next", "/docs/_next/static/chunks/main.js"),
    ],
)
def test_the_chunk(tmp_path: Path, files: dict[str, str], dist: str, chunk: str) -> None:
    home = Home(tmp_path, files)
    home.assembled("a", dist=dist, writable={})
    assert home.rebased()["chunk"] == chunk


@pytest.mark.parametrize("content", ["{", "[]", '{"basePath": 1}', '{"basePath": "docs"}', '"basePath"'])
def test_a_manifest_of_routes_that_is_none(tmp_path: Path, content: str) -> None:
    home = Home(tmp_path, {**FILES, ".next/routes-manifest.json": content})
    home.assembled("a")
    with pytest.raises(Failure, match=r"app/.next/routes-manifest.json of the image has no valid basePath"):
        home.rebased()


def test_referrers_are_left_behind(home: Home) -> None:
    """As regctl writes them with --referrers, and cosign its signatures: beside the index, as other tags."""
    home.assembled("a")
    expected = home.rebased()
    shutil.rmtree(home.path / "out")
    root = home.path / "on-a"
    layout = Layout(root)
    image = layout.images()[0]
    (index,) = json.loads((root / "index.json").read_bytes())["manifests"]
    empty = blob(root, b"{}", "application/vnd.oci.empty.v1+json")
    sbom = blob(root, encoded({"config": empty, "layers": [empty], "subject": index}), MANIFEST)
    no_config = blob(root, b"{}", image.manifest["config"]["mediaType"])
    signature = blob(root, encoded({"config": no_config, "layers": [empty], "subject": index}), MANIFEST)
    fallback = blob(root, encoded({"manifests": [sbom, signature]}), index["mediaType"])
    tags = {"sha256-1": fallback, "latest": index, "again": index, "sha256-1.sig": signature, "sbom": sbom}
    listed(root, *({**one, "annotations": {f"{PREFIX}ref.name": tag}} for tag, one in tags.items()))
    assert home.rebased() == expected
    blobs = {path.name for path in (home.path / "out" / "blobs" / "sha256").iterdir()}
    assert not blobs & {one["digest"].partition(":")[2] for one in (sbom, signature, fallback)}


def altered(root: Path, part: str, change: Callable[[Any], Any]) -> None:
    """Change a document of the image in a layout, for all platforms; descriptors follow."""
    layout = Layout(root)
    index = layout.index()[1]
    for listing in index["manifests"]:
        manifest = layout.json(listing["digest"])
        config = layout.json(manifest["config"]["digest"])
        for name, document in (("config", config), ("manifest", manifest)):
            if name == part:
                change(document)
        manifest["config"] |= blob(root, encoded(config), manifest["config"]["mediaType"])
        listing.update(blob(root, encoded(manifest), MANIFEST))
    if part == "index":
        change(index)
    listed(root, blob(root, encoded(index), index["mediaType"]))


ALTERED: dict[str, tuple[str, Callable[[Any], Any], str]] = {
    "no layers of an app": (
        "config",
        lambda config: [entry.update(created_by="RUN") for entry in config["history"]],
        "the image has no layers of an app for linux/arm64, so this pipeline did not make it",
    ),
    "no history": ("config", lambda config: config.pop("history"), "the image has no layers of an app"),
    "a layer on top": (
        "config",
        lambda config: config["history"][-1].update(created_by="RUN"),
        "the image has other layers on those of the app for linux/arm64",
    ),
    "no time": (
        "config",
        lambda config: config.pop("created"),
        r"has no valid time \(`created`\) for linux/arm64",
    ),
    "a time that is none": ("config", lambda config: config.update(created=["now"]), "has no valid time"),
    "another diff id": (
        "config",
        lambda config: config["rootfs"]["diff_ids"].append(config["rootfs"]["diff_ids"].pop(-2)),
        "is not the one of its config",
    ),
    "a plain layer": (
        "manifest",
        lambda manifest: manifest["layers"][-1].update(mediaType="application/vnd.oci.image.layer.v1.tar"),
        "a layer is application/vnd.oci.image.layer.v1.tar, neither gzip nor zstd",
    ),
    "annotations of a manifest": (
        "manifest",
        lambda manifest: manifest.update(annotations=["a"]),
        "the image has annotations that are not texts",
    ),
    "annotations of the index": (
        "index",
        lambda index: index.update(annotations={"a": 1}),
        "the image has annotations that are not texts",
    ),
    "no annotations": (
        "index",
        lambda index: index.pop("annotations"),
        r"the image has no annotations org\.opencontainers\.image\.base\.name and .*digest",
    ),
    "a base without a digest": (
        "index",
        lambda index: index["annotations"].update({f"{PREFIX}base.digest": "--flag"}),
        "the image has no annotations",
    ),
    "attestations alone": (
        "index",
        lambda index: [one["platform"].update(os="unknown") for one in index["manifests"]],
        "the image has not one image for each platform",
    ),
    "no platforms": ("index", lambda index: index.update(manifests=[]), "0 images with an index of platforms"),
    "a platform twice": (
        "index",
        lambda index: index["manifests"].append(index["manifests"][0]),
        "the image has not one image for each platform",
    ),
}


@pytest.mark.parametrize(("part", "change", "words"), ALTERED.values(), ids=ALTERED)
def test_an_image_that_is_none_of_this_pipeline(
    home: Home, part: str, change: Callable[[Any], Any], words: str
) -> None:
    home.assembled("a")
    altered(home.path / "on-a", part, change)
    with pytest.raises(Failure, match=words):
        home.rebased()


def test_an_image_for_one_platform_without_an_index(home: Home) -> None:
    with pytest.raises(Failure, match="0 images with an index of platforms are in it, not one"):
        home.rebased(image=home.bases["a"]["linux/amd64"])


def test_two_images_in_a_layout(home: Home) -> None:
    home.assembled("a")
    root = home.path / "on-a"
    (one,) = json.loads((root / "index.json").read_bytes())["manifests"]
    altered(root, "index", lambda index: index.update(other=1))
    (other,) = json.loads((root / "index.json").read_bytes())["manifests"]
    listed(root, one, other)
    with pytest.raises(Failure, match="2 images with an index of platforms are in it, not one"):
        home.rebased()


def test_a_damaged_layer(home: Home) -> None:
    report = home.assembled("a")
    layer = Layout(home.path / "on-a").path(report["platforms"]["linux/amd64"]["layers"][-1]["digest"])
    layer.write_bytes(bytes(layer.stat().st_size))
    with pytest.raises(Failure, match="does not match its digest"):
        home.rebased()


def test_a_platform_without_a_new_base(home: Home) -> None:
    home.assembled("a")
    del home.bases["b"]["linux/arm64"]
    with pytest.raises(Failure, match="is for linux/arm64, linux/amd64, and no new base is given for linux/arm64"):
        home.rebased()
    assert not (home.path / "out").exists()


def test_the_wrong_old_base(home: Home) -> None:
    home.assembled("a")
    with pytest.raises(Failure, match="its layers are not the ones below the app for linux/arm64"):
        home.rebased(old=home.bases["b"])


@pytest.mark.parametrize("major", ["24", "2", "222"])
def test_another_major_version_of_node(home: Home, major: str) -> None:
    home.assembled("a")
    given = {**NAMED["b"], "name": NAME.replace("22", major)}
    words = rf"built for Node\.js 22, and the new base has Node\.js {major}$"
    with pytest.raises(Failure, match=words) as caught:
        home.rebased(base=given)
    assert caught.value.fix.startswith("build again")
    assert home.rebased(base=given, force=True)["from"] == NAMED["a"]["digest"]


@pytest.mark.parametrize("name", ["mirror:5000/nodejs22-debian13@sha256:1", "my/node"])
def test_a_name_that_tells_no_other_version(home: Home, name: str) -> None:
    home.assembled("a")
    home.rebased(base={**NAMED["b"], "name": name})
    assert Layout(home.path / "out").index()[1]["annotations"][f"{PREFIX}base.name"] == name


@pytest.mark.parametrize(
    ("old", "expected"),
    [
        (
            {"Env": ["A=1", "B=2"], "Cmd": ["c"], "Labels": {"x": "1", "y": "1"}, "StopSignal": "SIGINT"},
            {"Env": {"B": "3", "C": "4"}, "Labels": {"y": "2"}, "ExposedPorts": ["1/tcp"], "StopSignal": ""},
        ),
        (
            {"Env": ["A=0"], "ExposedPorts": {"1/tcp": {}}},
            {
                "Env": {"A": "1", "B": "3", "C": "4"},
                "Labels": {"x": "1", "y": "2"},
                "ExposedPorts": [],
                "StopSignal": "SIGINT",
            },
        ),
        (
            None,
            {
                "Env": {"A": "1", "C": "4"},
                "Labels": {"x": "1", "y": "2"},
                "ExposedPorts": ["1/tcp"],
                "StopSignal": "SIGINT",
            },
        ),
    ],
)
def test_what_is_the_apps(old: dict[str, Any] | None, expected: dict[str, Any]) -> None:
    image = {
        "Env": ["A=1", "B=3", "C=4"],
        "Cmd": ["c"],
        "Entrypoint": ["e"],
        "Labels": {"x": "1", "y": "2"},
        "ExposedPorts": {"1/tcp": {}},
        "StopSignal": "SIGINT",
    }
    always = {"Cmd": ["c"], "User": None, "WorkingDir": None, "Healthcheck": None}
    assert over(image, {"Env": ["B=0"]}, old) == {**always, **expected}


def test_a_blob_that_is_there_is_not_written_again(tmp_path: Path) -> None:
    one, other = (tmp_path / name / "sha256" / "0" for name in "ab")
    for path in (one, other):
        path.parent.mkdir(parents=True)
        path.write_text(str(path))
    adopted(one, other.parent)
    assert other.read_text() == str(other)


@pytest.mark.parametrize(
    ("reported", "created", "expected"),
    [
        ({}, "now", {}),
        ({f"{PREFIX}created": "then", "x": "1"}, "", {f"{PREFIX}created": "then", "x": "1"}),
        (
            {f"{PREFIX}created": "then", f"{PREFIX}base.name": "old"},
            "now",
            {f"{PREFIX}created": "now", f"{PREFIX}base.name": "new"},
        ),
    ],
)
def test_what_labels_tell_is_renewed(reported: dict[str, str], created: str, expected: dict[str, str]) -> None:
    assert renewed(reported, {"name": "new", "digest": "d"}, created) == expected


@pytest.mark.parametrize(
    ("given", "words"),
    [
        ({"old": []}, "old is not an object"),
        ({"unknown": 1}, "unknown is unknown; known are image"),
        ({"image": 1}, "image is not a text"),
        ({"bases": {"linux": "x"}}, "bases.linux is `linux`, which is not named os/architecture"),
        ({"bases": {"linux/amd64": 1}}, "bases.linux/amd64 is not a text"),
        ({"base": {"name": "x"}}, "base is not `name` and `digest`"),
        ({"created": "today"}, "created is `today`, which is not an RFC 3339 time"),
        ({"force": 1}, "force is neither true nor false"),
    ],
)
def test_a_spec_that_is_none(given: dict[str, Any], words: str) -> None:
    usual = {"image": "i", "bases": {}, "base": NAMED["b"]}
    with pytest.raises(Failure, match=words):
        parse({**usual, **given})


@pytest.mark.parametrize("key", ["image", "bases", "base"])
def test_a_spec_without_a_key(key: str) -> None:
    given = {"image": "i", "bases": {}, "base": NAMED["b"]}
    del given[key]
    with pytest.raises(Failure, match=f"{key} is missing"):
        parse(given)


def test_the_program(home: Home) -> None:
    home.assembled("a")
    expected = home.rebased()
    (home.path / "spec.json").write_bytes(encoded(home.spec()))
    paths = [str(home.path / name) for name in ("spec.json", "out2", "report.json")]
    done = subprocess.run(
        [sys.executable, "-m", "ci.intool.oci", "rebase", *paths],
        cwd=CHECKOUT,
        capture_output=True,
        text=True,
        check=False,
    )
    assert (done.returncode, done.stdout, done.stderr) == (0, "", "")
    assert json.loads((home.path / "report.json").read_bytes()) == expected
