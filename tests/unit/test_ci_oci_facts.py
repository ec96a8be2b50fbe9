"""Sizes and layers of image layouts that are given as a table of files."""

import ast
import hashlib
import json
from collections.abc import Mapping, Sequence
from pathlib import Path
from typing import Any

import pytest

from ci.oci import facts
from ci.oci.facts import ManifestFacts

OCI_INDEX = "application/vnd.oci.image.index.v1+json"
DOCKER_LIST = "application/vnd.docker.distribution.manifest.list.v2+json"
MANIFEST = "application/vnd.oci.image.manifest.v1+json"
OCI = Path(facts.__file__).parent


class Layout:
    """An image layout (OCI image specification 1.1) in memory."""

    def __init__(self) -> None:
        self.files: dict[str, str] = {}

    def blob(self, value: object, media_type: str) -> dict[str, Any]:
        """Store a blob; returns its descriptor."""
        text = json.dumps(value)
        digest = hashlib.sha256(text.encode()).hexdigest()
        self.files[f"blobs/sha256/{digest}"] = text
        return {"mediaType": media_type, "digest": f"sha256:{digest}", "size": len(text)}

    def manifest(self, architecture: str, layers: Sequence[int]) -> dict[str, Any]:
        """Store an image; returns its descriptor."""
        config = self.blob({"os": "linux", "architecture": architecture}, "application/vnd.oci.image.config.v1+json")
        sizes = [{"mediaType": "x", "digest": "sha256:0", "size": size} for size in layers]
        return self.blob({"schemaVersion": 2, "config": config, "layers": sizes}, MANIFEST)

    def index(self, manifests: Sequence[Mapping[str, Any]], media_type: str = OCI_INDEX) -> dict[str, Any]:
        """Store an index; returns its descriptor."""
        return self.blob({"schemaVersion": 2, "manifests": manifests}, media_type)

    async def read(self, *manifests: Mapping[str, Any]) -> list[ManifestFacts]:
        """Facts of the layout with these manifests in its index.json."""
        self.files["index.json"] = json.dumps({"schemaVersion": 2, "manifests": manifests})

        async def content(path: str) -> str:
            return self.files[path]

        return await facts.read(content)


AMD64 = ManifestFacts(platform="linux/amd64", layers=(10, 20, 5))
ARM64 = ManifestFacts(platform="linux/arm64", layers=(11,))


async def test_one_image() -> None:
    layout = Layout()
    assert await layout.read(layout.manifest("amd64", [10, 20, 5])) == [AMD64]


async def test_several_images_keep_their_order() -> None:
    layout = Layout()
    assert await layout.read(layout.manifest("arm64", [11]), layout.manifest("amd64", [10, 20, 5])) == [ARM64, AMD64]


@pytest.mark.parametrize("media_type", [OCI_INDEX, DOCKER_LIST])
async def test_an_index_in_the_index(media_type: str) -> None:
    layout = Layout()
    both = [layout.manifest("amd64", [10, 20, 5]), layout.manifest("arm64", [11])]
    assert await layout.read(layout.index(both, media_type)) == [AMD64, ARM64]


async def test_an_index_in_an_index_in_the_index() -> None:
    layout = Layout()
    inner = layout.index([layout.manifest("arm64", [11])])
    assert await layout.read(layout.index([inner])) == [ARM64]


async def test_an_empty_layout_has_no_images() -> None:
    assert await Layout().read() == []


def test_the_size_is_that_of_all_layers() -> None:
    assert AMD64.size == 35
    assert ManifestFacts(platform="linux/amd64", layers=()).size == 0


@pytest.mark.parametrize("path", sorted(OCI.rglob("*.py")), ids=lambda path: path.name)
def test_layouts_are_read_without_dagger(path: Path) -> None:
    imported = set()
    for statement in ast.walk(ast.parse(path.read_text("utf-8"))):
        if isinstance(statement, ast.Import):
            imported |= {alias.name for alias in statement.names}
        elif isinstance(statement, ast.ImportFrom):
            imported.add(statement.module or "")
    assert not [name for name in imported if name.partition(".")[0] == "dagger"]
