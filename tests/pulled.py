"""A pushed image, pulled back by a registry client and unpacked: what a stranger gets."""

import json
import tarfile
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from tests.conftest import command


@dataclass(frozen=True)
class Pulled:
    """An image that was pulled: its reference, and per architecture config and unpacked files."""

    ref: str
    configs: dict[str, dict[str, Any]]
    roots: dict[str, Path]


def pull(ref: str, home: Path) -> Pulled:
    """Copy an image out of its registry, and unpack the layers of every platform."""
    copied = command("regctl", "image", "copy", ref, f"ocidir://{home}/layout:pulled")
    assert copied.code == 0, copied.stderr
    index = _blob(home, json.loads((home / "layout" / "index.json").read_text())["manifests"][0])
    configs, roots = {}, {}
    for manifest in index.get("manifests", []):
        arch = manifest["platform"]["architecture"]
        content = _blob(home, manifest)
        configs[arch] = _blob(home, content["config"])
        roots[arch] = home / arch
        for layer in content["layers"]:
            with tarfile.open(_path(home, layer)) as archive:
                archive.extractall(roots[arch], numeric_owner=True, filter="fully_trusted")  # noqa: S202  our own image
    return Pulled(ref, configs, roots)


def _path(home: Path, descriptor: dict[str, Any]) -> Path:
    return home / "layout" / "blobs" / str(descriptor["digest"]).replace(":", "/")


def _blob(home: Path, descriptor: dict[str, Any]) -> dict[str, Any]:
    return dict(json.loads(_path(home, descriptor).read_text()))
