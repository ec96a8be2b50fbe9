"""The Python SDK as the engine loads it: an OCI image in a content directory, named by digest.

The engine (dagger v0.21.8, core/sdk) reads ``blobs/sha256`` of its builtin content directory and takes the module below
``runtime/`` of the image that an environment variable names. The module here is ``recipe/python-sdk``, written in the
engine's own language.
"""

import io
import json
import shutil
from dataclasses import dataclass
from pathlib import Path

from offline import gateway
from offline.blobs import put
from offline.images import layer, layout
from offline.images.tree import file
from offline.places import RECIPES, Places
from offline.recipe_key import key_of


@dataclass(frozen=True)
class Content:
    """A content directory and the digest of the SDK's manifest in it."""

    directory: Path
    manifest: str


def write(places: Places, signer: str) -> Content:
    """Write the content directory, where this recipe has none yet.

    Args:
        places: it is kept in the cache.
        signer: public key of the stand-ins' signatures, in PEM.
    """
    recipe = RECIPES / "python-sdk"
    registries = json.dumps({"hosts": gateway.hosts()}, indent=2)
    home = places.cache / "sdk" / key_of([recipe, Path(__file__)], registries, signer)
    if not home.exists():
        part = home.with_suffix(".part")
        shutil.rmtree(part, ignore_errors=True)
        blobs = part / "blobs" / "sha256"
        blobs.mkdir(parents=True)
        packed = io.BytesIO()
        tree = {f"runtime/{path.name}": file(path.read_bytes()) for path in recipe.iterdir()}
        tree["runtime/registries.json"] = file(registries)
        tree["runtime/signer.pub"] = file(signer)
        _, diff_id, _ = layer.write(tree, packed)
        config = {
            "architecture": "amd64",
            "os": "linux",
            "config": {},
            "rootfs": {"type": "layers", "diff_ids": [diff_id]},
        }
        manifest = {
            "schemaVersion": 2,
            "mediaType": layout.MANIFEST,
            "config": put(blobs, layout.canonical(config), layout.CONFIG),
            "layers": [put(blobs, packed.getvalue(), layout.LAYER)],
        }
        (part / "manifest").write_text(str(put(blobs, layout.canonical(manifest), layout.MANIFEST)["digest"]))
        part.rename(home)
    return Content(home, (home / "manifest").read_text())
