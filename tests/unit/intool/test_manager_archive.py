"""Archives of layouts are packed reproducibly, and a broken one is reported."""

import hashlib
import json
import os
import tarfile
from pathlib import Path
from typing import Any

import pytest

from ci.intool.common.failure import Failure
from ci.intool.common.media import CONFIG, INDEX, LAYERS, MANIFEST
from ci.intool.manager.archive import check, pack


@pytest.fixture
def layout(tmp_path: Path) -> Path:
    """An index of one image, as regctl copies it: with the time of the copy."""
    root = tmp_path / "layout"
    (root / "blobs/sha256").mkdir(parents=True)

    def put(media_type: str, body: bytes) -> dict[str, Any]:
        name = hashlib.sha256(body).hexdigest()
        (root / "blobs/sha256" / name).write_bytes(body)
        return {"mediaType": media_type, "digest": f"sha256:{name}", "size": len(body)}

    manifest = {"config": put(CONFIG, b"{}"), "layers": [put(LAYERS["gzip"], b"layer")]}
    index = {"manifests": [put(MANIFEST, json.dumps(manifest).encode())]}
    top = put(INDEX, json.dumps(index).encode())
    top["annotations"] = {"org.opencontainers.image.created": "2025-01-01T00:00:00Z", "x": "y"}
    (root / "index.json").write_text(json.dumps({"manifests": [top]}))
    (root / "oci-layout").write_text('{"imageLayoutVersion":"1.0.0"}')
    return root


def test_what_is_packed_is_whole(layout: Path, tmp_path: Path) -> None:
    sizes = {f"sha256:{file.name}": file.stat().st_size for file in (layout / "blobs/sha256").iterdir()}
    pack(layout, tmp_path / "a.tar")
    tops, blobs = check(tmp_path / "a.tar")
    assert (len(tops), blobs) == (1, sizes)


def test_packed_again_it_is_the_same(layout: Path, tmp_path: Path) -> None:
    index = layout / "index.json"
    text = index.read_text()
    pack(layout, tmp_path / "a.tar")
    index.write_text(text.replace("2025", "2026"))
    index.chmod(0o600)
    os.utime(layout / "oci-layout", (5, 5))
    pack(layout, tmp_path / "b.tar")
    assert (tmp_path / "a.tar").read_bytes() == (tmp_path / "b.tar").read_bytes()
    assert json.loads(index.read_text())["manifests"][0]["annotations"] == {"x": "y"}


@pytest.mark.parametrize("blob", range(4))
@pytest.mark.parametrize("damage", ["gone", "altered", "longer"])
def test_damage_is_reported(layout: Path, tmp_path: Path, blob: int, damage: str) -> None:
    file = sorted((layout / "blobs/sha256").iterdir(), key=lambda file: file.stat().st_size)[blob]
    if damage == "gone":
        file.unlink()
    else:
        body = file.read_bytes()
        file.write_bytes(body + b" " if damage == "longer" else body[:-1] + b" ")
    pack(layout, tmp_path / "a.tar")
    with pytest.raises(Failure, match=rf"a\.tar (does not contain|has content that does not match) sha256:{file.name}"):
        check(tmp_path / "a.tar")


def test_an_archive_without_an_index(tmp_path: Path) -> None:
    with tarfile.open(tmp_path / "a.tar", "w"):
        pass
    with pytest.raises(Failure, match=r"no index\.json"):
        check(tmp_path / "a.tar")
