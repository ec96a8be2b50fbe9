"""Registries that answer with anything: manifests, configurations and lists with changes."""

import json
import tempfile
from collections.abc import Callable
from datetime import UTC, datetime
from pathlib import Path
from typing import Any

import pytest
from hypothesis import example, given
from hypothesis import strategies as st

from ci.intool.cache.artifact import Layer, tag_of
from ci.intool.cache.compare import differences, summary
from ci.intool.cache.manifest import described, manifest, parse
from ci.intool.common.failure import Failure
from ci.intool.common.json_reader import parsed
from ci.intool.common.media import MANIFEST, digest_of
from ci.intool.manager.archive import check
from ci.intool.manager.diff import diff
from ci.intool.manager.info import info
from ci.intool.manager.listing import tags
from ci.intool.manager.retention import Rules, decide
from ci.intool.manager.size import size
from ci.intool.registry.client import Manifest, Repository
from ci.intool.registry.inventory import inventory
from ci.intool.registry.tagged import RepositoryTags
from ci.intool.registry.verify import verify
from tests.fuzz import layouts
from tests.fuzz.checks import survives
from tests.fuzz.registries import NAME, serving
from tests.fuzz.strategies import DIGEST, deep, encoded, mutants
from tests.fuzz.tars import tar

TAGS = ("1.0.0", "latest", "sha256-" + "a" * 64, "v2", "1.0.0-" + "1" * 100)
OPERATIONS: dict[str, Callable[[], Any]] = {
    "info": lambda: info(f"{NAME}:latest"),
    "size": lambda: size(f"{NAME}:latest"),
    "diff": lambda: diff(f"{NAME}:latest", f"{NAME}:1.0.0", "linux/arm64"),
    "tags": lambda: tags(NAME),
    "verify": lambda: verify(f"{NAME}:latest"),
    "held": lambda: RepositoryTags(Repository(NAME), ["latest"], "").read(),
    "clean": lambda: decide(inventory(Repository(NAME)), Rules(keep=1, younger_than_days=1), datetime.now(UTC)),
}


@pytest.mark.parametrize("operation", OPERATIONS.values(), ids=OPERATIONS)
def test_a_good_image_is_understood(tmp_path: Path, operation: Callable[[], Any]) -> None:
    with serving(layouts.write(tmp_path), tags=TAGS):
        assert operation()


@given(st.sampled_from(["index", "manifest", "config"]), st.sampled_from(list(OPERATIONS)), st.data())
def test_an_image_with_changes(name: str, operation: str, data: st.DataObject) -> None:
    def change(one: str, content: Any) -> Any:
        return data.draw(mutants(content)) if one == name else content

    with tempfile.TemporaryDirectory() as home, serving(layouts.write(Path(home), change), tags=TAGS):
        found = survives(OPERATIONS[operation])
        json.dumps(found if operation not in ("held", "clean") else None)


@pytest.mark.parametrize("operation", OPERATIONS.values(), ids=OPERATIONS)
def test_a_digest_is_no_path_and_no_option(tmp_path: Path, operation: Callable[[], Any]) -> None:
    """A digest becomes the name of a file, and an argument of a program."""
    canary = tmp_path / "canary.partial"
    canary.write_text("alive")

    def change(name: str, content: Any) -> Any:
        if name == "manifest":
            content["layers"][0]["digest"] = str(tmp_path / "canary")
            content["config"]["digest"] = (
                "--config=x" if operation is OPERATIONS["tags"] else content["config"]["digest"]
            )
        return content

    with serving(layouts.write(tmp_path / "layout", change)), pytest.raises(Failure, match="which is not a digest"):
        operation()
    assert canary.read_text() == "alive"


@given(
    mutants([{"mediaType": MANIFEST, "digest": DIGEST, "size": 3, "artifactType": "a/b", "annotations": {"a": "b"}}])
)
@example(deep(200))
def test_lists_of_referrers(listed: Any) -> None:
    with tempfile.TemporaryDirectory() as home, serving(layouts.write(Path(home)), encoded(listed)):
        survives(lambda: info(f"{NAME}:latest"))
        survives(lambda: inventory(Repository(NAME)))


CONFIG = {"kind": "deps", "key": "a" * 64, "created": "2026-01-01T00:00:00Z", "inputs": {"a": {"b": "c"}}}
LAYER = Layer(name="deps", digest=DIGEST, size=3, compression="gzip", tar=DIGEST)
ARTIFACT = json.loads(manifest(encoded(CONFIG), "2026-01-01T00:00:00Z", [LAYER]))


def artifact(content: Any) -> Any:
    body = encoded(content)
    return parse(
        tag_of("deps", "a" * 64),
        Manifest(body=body, digest=digest_of(body), media_type="", content=parsed(body, "x").value),
    )


@given(mutants(ARTIFACT), mutants(CONFIG))
def test_artifacts_of_the_cache(content: Any, config: Any) -> None:
    good = artifact(ARTIFACT)
    found = survives(lambda: artifact(content))
    assert found is None or (found.size >= 0 and "/" not in "".join(layer.name for layer in found.layers))
    said = survives(lambda: described(good, encoded(config)))
    if said:
        summary(differences(said["inputs"], CONFIG["inputs"]))


@given(st.sampled_from(["index.json", "index", "manifest"]), st.data())
def test_archives_of_layouts(name: str, data: st.DataObject) -> None:
    def change(one: str, content: Any) -> Any:
        return data.draw(mutants(content)) if one == name else content

    with tempfile.TemporaryDirectory() as scratch:
        home = layouts.write(Path(scratch, "layout"), change)
        files = {str(path.relative_to(home)): path.read_bytes() for path in sorted(home.rglob("*")) if path.is_file()}
        Path(scratch, "archive").write_bytes(layouts.layer(files))
        survives(lambda: check(Path(scratch, "archive")))


@pytest.mark.parametrize(
    "body", [b"", b"[]", b"{", b"\xff", b'{"a": NaN}', b'{"a": "\\ud800"}', b'{"a": ' + b"[" * 200 + b"]" * 200 + b"}"]
)
def test_what_is_no_manifest(body: bytes) -> None:
    with pytest.raises(Failure, match="x is not"):
        parsed(body, "x")


def test_an_archive_without_an_index(tmp_path: Path) -> None:
    (tmp_path / "archive").write_bytes(tar([]))
    with pytest.raises(Failure, match=r"has no index\.json"):
        check(tmp_path / "archive")
