"""BuildKit builds the Dockerfile that the plan is written as, and the image is that of the pipeline."""

import io
import json
import os
import re
import shutil
import tarfile
from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import pytest

from bench.speed.buildkit import BuildKit
from bench.speed.subjects import AUTHORITIES
from ci.decide.dockerfile.stages import CONFIG
from tests.compat.conftest import PIPELINE, Call
from tests.compat.contract import NATIVE, running
from tests.compat.published import regctl
from tests.compat.runtimes import Podman
from tests.compat.sandbox import sandbox
from tests.conftest import MINI, REGISTRY

pytestmark = [
    *(pytest.mark.engine, pytest.mark.embedded, pytest.mark.costly),
    pytest.mark.filterwarnings("ignore:subprocess .* is still running:ResourceWarning"),
]

TAG = f"{REGISTRY}/compat-buildkit:test"
PLATFORM = f"linux/{NATIVE}"
BUILD_ID = "app/.next/BUILD_ID"


@dataclass(frozen=True)
class Entry:
    """A file or link of an image: kind, owner and group, whether it can be run, and its content or target."""

    kind: bytes
    owner: tuple[int, int]
    executable: bool
    content: bytes


@dataclass(frozen=True)
class Image:
    """An image on disk: its configuration, and the files below ``/app``."""

    config: dict[str, Any]
    files: dict[str, Entry]


def read(layout: Path) -> Image:
    """The image of this machine's platform in an OCI image layout."""
    found = _blob(layout, json.loads((layout / "index.json").read_text())["manifests"][0]["digest"])
    while "manifests" in found:
        [chosen] = [one for one in found["manifests"] if one["platform"]["architecture"] == NATIVE]
        found = _blob(layout, chosen["digest"])
    files: dict[str, Entry] = {}
    for layer in found["layers"]:
        with tarfile.open(_path(layout, layer["digest"])) as archive:
            for member in archive:
                name = member.name.removeprefix("./").removeprefix("/")
                if name.startswith("app/") and not member.isdir():
                    data = archive.extractfile(member) if member.isfile() else io.BytesIO(member.linkname.encode())
                    assert data
                    owner, executable = (member.uid, member.gid), bool(member.mode & 0o111)
                    files[name] = Entry(member.type, owner, executable and member.isfile(), data.read())
    return Image(_blob(layout, found["config"]["digest"])["config"], files)


def _path(layout: Path, digest: str) -> Path:
    return layout / "blobs" / digest.replace(":", "/")


def _blob(layout: Path, digest: str) -> dict[str, Any]:
    return dict(json.loads(_path(layout, digest).read_bytes()))


@pytest.fixture(scope="module")
def pipeline(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """That of the example without slimming, which a Dockerfile cannot do."""
    file = tmp_path_factory.mktemp("unslimmed") / "moontv.yaml"
    text = PIPELINE.read_text().replace("runtime:\n", "runtime:\n  slim: false\n", 1)
    assert "slim: false" in text
    file.write_text(text)
    return file


@pytest.fixture(scope="module")
def ours(call: Call, pipeline: Path, tmp_path_factory: pytest.TempPathFactory) -> Image:
    layout = tmp_path_factory.mktemp("ours")
    called = call("--pipeline-file", pipeline, "--platforms", PLATFORM, "layout", "export", "--path", layout)
    assert called.code == 0, called.error
    return read(layout)


@pytest.fixture(scope="module")
def built(call: Call, pipeline: Path, tmp_path_factory: pytest.TempPathFactory) -> Image:
    """The image that BuildKit made, which is in the registry then."""
    home = tmp_path_factory.mktemp("built")
    source, layout = home / "source", home / "layout"
    shutil.copytree(MINI, source, ignore=shutil.ignore_patterns("node_modules", ".next"))
    called = call("--pipeline-file", pipeline, "--platforms", PLATFORM, "dockerfile", "export", "--path", source)
    assert called.code == 0, called.error
    (source / ".env").write_text("SECRET=of-this-machine")
    registry = next((value for name, value in os.environ.items() if name.lower() == "npm_config_registry"), "")
    argv = [f"--local=context={source}", f"--local=dockerfile={source}"]
    # In Docker's image format, since Podman reads health checks of no other.
    argv += [f"--output=type=image,name={TAG},push=true,registry.insecure=true,oci-mediatypes=false"]
    argv += [f"--secret=id=ca,src={AUTHORITIES}"] if AUTHORITIES.exists() else []
    argv += [f"--opt=build-arg:npm_config_registry={registry}"] if registry else []
    buildkit = BuildKit(home / "b", REGISTRY, mirrors=True)
    try:
        buildkit.start()
        buildkit.build(argv, home / "build.log")
        assert not re.search(r"\d+ warnings? found", (home / "build.log").read_text())  # of BuildKit's own rules
    finally:
        buildkit.remove()
    regctl("image", "copy", f"--platform={PLATFORM}", TAG, f"ocidir://{layout}:built")
    return read(layout)


def _named(image: Image) -> dict[str, Entry]:
    """Files by their names, without the id of the build, which is random."""
    build_id = image.files[BUILD_ID].content.decode()
    return {name.replace(build_id, "BUILD"): entry for name, entry in image.files.items()}


def test_it_has_the_files_of_the_payload(ours: Image, built: Image) -> None:
    """But for what the head of the Dockerfile names."""
    expected, found = _named(ours), _named(built)
    whole = {name.rpartition("/package.json")[0] for name in expected if _is_whole(name, expected[name])}
    more = {name for name in found.keys() - expected.keys() if not any(name.startswith(f"{one}/") for one in whole)}
    assert (more, expected.keys() - found.keys()) == ({f"app/{CONFIG}"}, set())


def _is_whole(name: str, entry: Entry) -> bool:
    return name.endswith("/package.json") and b'"module-sync"' in entry.content


def test_their_content_is_the_same(ours: Image, built: Image) -> None:
    """Below .next Next.js writes random ids and keys, and names what it compiled by the content."""
    expected, found = _named(ours), _named(built)
    compared = {name for name in expected if not name.startswith("app/.next/") or name.startswith("app/.next/static/")}
    random = {name for name in compared if "BUILD" in name}
    differing = [name for name in sorted(compared - random) if expected[name].content != found[name].content]
    assert differing == []
    assert len(compared) > 200


def test_owners_and_rights_are_the_same(ours: Image, built: Image) -> None:
    expected, found = _named(ours), _named(built)
    for name, entry in expected.items():
        other = found[name]
        assert (name, other.kind, other.owner, other.executable) == (name, entry.kind, entry.owner, entry.executable)
    assert found["app/public/manifest.json"].owner == (65532, 65532)


def test_it_has_no_secret_of_the_source(built: Image) -> None:
    assert not [name for name, entry in built.files.items() if b"of-this-machine" in entry.content]


@pytest.mark.parametrize("key", ["User", "WorkingDir", "Labels", "ExposedPorts", "Healthcheck", "Entrypoint"])
def test_it_is_run_alike(ours: Image, built: Image, key: str) -> None:
    assert built.config[key] == ours.config[key]


def test_its_command_and_its_variables(ours: Image, built: Image) -> None:
    assert set(built.config["Env"]) == set(ours.config["Env"])
    assert built.config["Cmd"] == ["--require", f"./{CONFIG}", *ours.config["Cmd"]]


@pytest.fixture(scope="module")
def podman(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Podman]:
    with sandbox(tmp_path_factory.mktemp("podman") / "box") as box:
        yield Podman(box)


@pytest.mark.usefixtures("built")
@pytest.mark.parametrize("read_only", [False, True], ids=["writable", "read-only"])
def test_it_answers(podman: Podman, *, read_only: bool) -> None:
    with running(podman, TAG, "own", read_only=read_only):
        podman.call("healthcheck", "run", "own")
