"""The image manager against a real registry: what it reports, what it deletes, and the files it gives out."""

import json
import os
import re
import tarfile
from pathlib import Path
from typing import Any

import pytest
import yaml

from tests.conftest import Called, command
from tests.engine.released import Call, Released, digest, image, new_repository, publish, tagged
from tests.engine.test_errors import assert_explained

pytestmark = pytest.mark.engine


def text_of(called: Called) -> str:
    assert called.code == 0, called.error or called.stderr[-3000:]
    return called.stdout


@pytest.fixture(scope="module")
def newer(call: Call, edited: Path) -> Released:
    """Version 1.2.4, in a repository of its own."""
    return publish(call, edited, new_repository("newer"), "--git-ref", "refs/tags/v1.2.4")


def test_info(call: Call, shipped: Released) -> None:
    text = text_of(call("info", "--ref", shipped.ref))
    assert re.search(rf"^  digest +{shipped.digest}$", text, re.MULTILINE)
    assert re.search(r"^  version +1\.2\.3$", text, re.MULTILINE)
    assert re.search(r"^    node_modules +[\d.]+ MB", text, re.MULTILINE)


def test_size(call: Call, shipped: Released) -> None:
    text = text_of(call("size", "--ref", shipped.ref, "--limit", "3"))
    assert re.search(r"^npm packages, 3 of \d+$", text, re.MULTILINE)
    largest = text.partition("Largest files\n")[2].strip().splitlines()
    assert len(largest) == 3
    assert re.search(r"MB +/nodejs/bin/node +base$", largest[0])


def test_treemap(call: Call, shipped: Released, tmp_path: Path) -> None:
    text_of(call("treemap", "--ref", shipped.ref, "--output", tmp_path / "treemap.json"))
    root = json.loads((tmp_path / "treemap.json").read_text())
    below = {child["name"]: child for child in root["children"]}
    assert {"app", "nodejs"} <= below.keys()
    assert root["bytes"] == sum(child["bytes"] for child in below.values())


def test_diff(call: Call, shipped: Released, newer: Released) -> None:
    text = text_of(call("diff", "--old", shipped.ref, "--new", newer.ref))
    assert "base: unchanged" in text
    assert re.search(r"^ +shared +node_modules", text, re.MULTILINE)
    assert re.search(r"^ +sent anew +server", text, re.MULTILINE)
    assert re.search(r"org\.opencontainers\.image\.version.* 1\.2\.3 +-> +1\.2\.4", text)


def test_tags_and_clean(call: Call, shipped: Released, newer: Released) -> None:
    """Of two releases the older goes, and only when that is said."""
    place = new_repository("cleaned")
    for release, name in ((shipped, "1.2.3"), (newer, "1.2.4"), (newer, "latest")):
        assert command("regctl", "image", "copy", release.ref, f"{place}:{name}").code == 0
    before = tagged(place)
    listed = text_of(call("tags", "--repository", place))
    assert {line.split()[0] for line in listed.splitlines()[1:]} == set(before)

    rules = ("clean", "--repository", place, "--keep", "1", "--younger-than-days", "0")
    dry = text_of(call(*rules))
    assert re.search(r"^delete +1\.2\.3 ", dry, re.MULTILINE)
    assert "this was a dry run" in dry
    assert tagged(place) == before

    assert "deleted: 1 of 3 tags, 2 manifests" in text_of(call(*rules, "--apply"))
    assert tagged(place) == dict.fromkeys(("1.2.4", "latest"), newer.digest)
    assert digest(f"{place}@{shipped.digest}") == ""


@pytest.mark.parametrize(("kind", "member"), [("oci", "oci-layout"), ("docker", "manifest.json")])
def test_pull(call: Call, shipped: Released, tmp_path: Path, kind: str, member: str) -> None:
    file = tmp_path / "image.tar"
    text_of(call("pull", "--ref", shipped.ref, "--kind", kind, "--output", file))
    manifest, _ = image(shipped.repository, shipped.digest)
    with tarfile.open(file) as archive:
        names = archive.getnames()
        index: dict[str, Any] = json.load(archive.extractfile("index.json") or pytest.fail("there is no index.json"))
    assert member in names
    assert {f"blobs/sha256/{layer['digest'][7:]}" for layer in manifest["layers"]} <= set(names)
    if kind == "oci":
        assert index["manifests"][0]["digest"] == shipped.digest


def test_deploy_files_have_the_digest_of_a_tag(call: Call, shipped: Released, tiny: Path, tmp_path: Path) -> None:
    text_of(call("bundle", "--ref", f"{shipped.repository}:1.2.3", "--output", tmp_path, source=tiny))
    service = yaml.safe_load((tmp_path / "compose.yaml").read_text())["services"]["app"]
    _, config = image(shipped.repository, shipped.digest)
    assert service["image"] == shipped.ref
    assert service["user"] == config["config"]["User"]
    assert service["healthcheck"]["test"] == config["config"]["Healthcheck"]["Test"]
    assert os.access(tmp_path / "setup.sh", os.X_OK)


def test_verify(call: Call, shipped: Released) -> None:
    place = new_repository("verified")
    assert command("regctl", "image", "copy", shipped.ref, f"{place}:1").code == 0
    assert shipped.digest in text_of(call("verify", "--ref", f"{place}:1"))
    lost = image(place, shipped.digest)[0]["layers"][-1]["digest"]
    assert command("regctl", "blob", "delete", place, lost).code == 0
    called = call("verify", "--ref", f"{place}:1")
    assert_explained(called, f"{place}@{lost} is missing: a part of the image is not in the registry", "push the image")
