"""Another base image below what is published: the app is not built again, and what comes out is tried and released."""

import json
import sys
import tarfile
from dataclasses import dataclass
from io import BytesIO
from pathlib import Path

import pytest

from tests.conftest import REGISTRY, command
from tests.engine.released import Call, Released, digest, fates, image, manifest, new_repository, passed, tagged
from tests.engine.test_errors import assert_explained

pytestmark = pytest.mark.engine

BASE = "org.opencontainers.image.base."
PIPELINE = """\
version: 2
smoke:
  scenarios:
    - { requests: [{ path: /, contains: [A tiny app] }] }
"""


@dataclass(frozen=True)
class Outdated:
    """Version 1.2.3 on a base that is not the pinned one."""

    repository: str
    digest: str


def run(*argv: str | Path) -> str:
    done = command(*argv)
    assert done.code == 0, done.stderr
    return done.stdout


@pytest.fixture(scope="module")
def outdated(shipped: Released, tmp_path_factory: pytest.TempPathFactory) -> Outdated:
    """The layers of version 1.2.3 on a copy of its base that has one file and one label more."""
    home, place = tmp_path_factory.mktemp("outdated"), new_repository("outdated")
    base = f"{place}-base:nonroot"
    notes = manifest(shipped.ref)["annotations"]
    pinned = f"{notes[f'{BASE}name'].rpartition(':')[0]}@{notes[f'{BASE}digest']}"
    found = next(place for place in (f"{REGISTRY}/{pinned}", pinned) if digest(place))
    run("regctl", "image", "copy", "--platform", "linux/amd64", found, f"ocidir://{home}/pinned:base")
    (home / "layer.tar").write_bytes(archive("etc/outdated", b"yes\n"))
    changes = ("--layer-add", f"tar={home}/layer.tar", "--label", "outdated=yes")
    run("regctl", "image", "mod", f"ocidir://{home}/pinned:base", *changes, "--create", f"ocidir://{home}/base:base")
    run("regctl", "image", "copy", f"ocidir://{home}/base:base", base)
    run("regctl", "image", "copy", shipped.ref, f"ocidir://{home}/shipped:image")
    spec = {
        "image": f"{home}/shipped",
        "bases": {"linux/amd64": f"{home}/base"},
        "base": {"name": base, "digest": digest(base)},
    }
    (home / "spec.json").write_text(json.dumps(spec))
    run(sys.executable, "-m", "ci.intool.oci", "rebase", home / "spec.json", home / "made", home / "report.json")
    made = json.loads((home / "report.json").read_text())["digest"]
    run("regctl", "image", "copy", f"ocidir://{home}/made@{made}", f"{place}:1.2.3")
    run("regctl", "image", "copy", f"{place}:1.2.3", f"{place}:latest")
    return Outdated(place, made)


def archive(name: str, content: bytes) -> bytes:
    """A tar archive of one file."""
    written = BytesIO()
    with tarfile.open(fileobj=written, mode="w") as tar:
        entry = tarfile.TarInfo(name)
        entry.size = len(content)
        tar.addfile(entry, BytesIO(content))
    return written.getvalue()


def test_the_result_is_what_a_build_on_the_pinned_base_gives(
    call: Call, tiny: Path, shipped: Released, outdated: Outdated, tmp_path: Path
) -> None:
    _, before = image(outdated.repository, outdated.digest)
    assert before["config"]["Labels"]["outdated"] == "yes"
    file = tmp_path / "answers.yaml"
    file.write_text(PIPELINE)

    ref = f"{outdated.repository}@{outdated.digest}"
    called = call("--pipeline-file", file, "--address", outdated.repository, "rebase", "--ref", ref, source=tiny)

    assert called.code == 0, called.error
    made = called.stdout.splitlines()[0].rpartition("@")[2]
    assert made == shipped.digest
    assert "smoke" in passed(called.stdout)
    pinned = manifest(shipped.ref)["annotations"][f"{BASE}digest"].removeprefix("sha256:")
    moved = (f"1.2.3-base.{pinned[:12]}", "1.2", "1", "latest")
    assert fates(called.stdout) == dict.fromkeys(moved, "set")
    assert tagged(outdated.repository) == {"1.2.3": outdated.digest, **dict.fromkeys(moved, made)}


def test_an_image_that_does_not_answer_is_not_released(
    call: Call, tiny: Path, outdated: Outdated, tmp_path: Path
) -> None:
    file = tmp_path / "answers.yaml"
    file.write_text(PIPELINE.replace("A tiny app", "Another app"))
    place = new_repository("refused")
    ref = f"{outdated.repository}@{outdated.digest}"
    called = call("--pipeline-file", file, "--address", place, "rebase", "--ref", ref, source=tiny)
    assert_explained(called, "smoke failed, so nothing was pushed", "Another app")
    assert tagged(place) == {}


def test_another_major_of_node_is_refused(call: Call, tiny: Path, shipped: Released, tmp_path: Path) -> None:
    file = tmp_path / "node.yaml"
    file.write_text('version: 2\nnode: "24"\n')
    called = call("--pipeline-file", file, "--address", shipped.repository, "rebase", "--ref", shipped.ref, source=tiny)
    assert_explained(called, "built for Node.js 22, and the new base has Node.js 24", "build again")
    assert digest(f"{shipped.repository}:1.2.3") == shipped.digest
