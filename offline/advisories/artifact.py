"""Trivy's database as the OCI artifact that Trivy downloads (github.com/aquasecurity/trivy, pkg/db and pkg/oci)."""

import io
import shutil
from pathlib import Path

from offline.advisories import database
from offline.advisories.catalogue import CATALOGUE, load
from offline.blobs import put
from offline.images import layer
from offline.images.layout import INDEX, MANIFEST, REFERENCE, canonical
from offline.images.tree import file
from offline.recipe_key import key_of

NAME, TAG = "ghcr.io/aquasecurity/trivy-db", "2"
TYPE = "application/vnd.aquasec.trivy.config.v1+json"
LAYER = "application/vnd.aquasec.trivy.db.layer.v1.tar+gzip"
EMPTY = "application/vnd.oci.empty.v1+json"
"""Of the config of an artifact that has none (OCI image specification 1.1, manifest.md)."""


def assemble(workdir: Path, programs: Path) -> Path:
    """Make the database and its layout, where this list has none yet.

    Args:
        workdir: directory to work in.
        programs: directory of the programs of this installation.

    Returns:
        An OCI image layout like those of the stand-ins; the database itself lies below its ``db``.

    Raises:
        OfflineError: the disk is full.
    """
    recipe = (programs / "advisories").resolve().parent.name
    home = workdir / f"trivy-db-{key_of([CATALOGUE, Path(__file__).parent], recipe)}"
    if home.exists():
        return home
    part = home.with_suffix(".part")
    shutil.rmtree(part, ignore_errors=True)
    database.write(load(), programs, part / "db", workdir / "trivy-db.log")
    packed = io.BytesIO()
    layer.write({name: file((part / "db" / name).read_bytes()) for name in database.FILES}, packed)
    blobs = part / "blobs" / "sha256"
    blobs.mkdir(parents=True)
    database_layer = {
        **put(blobs, packed.getvalue(), LAYER),
        "annotations": {"org.opencontainers.image.title": "db.tar.gz"},
    }
    manifest = {
        "schemaVersion": 2,
        "mediaType": MANIFEST,
        "artifactType": TYPE,
        "config": put(blobs, b"{}", EMPTY),
        "layers": [database_layer],
        "annotations": {"dev.next-distroless.stand-in": "true"},
    }
    named = {"org.opencontainers.image.ref.name": TAG, REFERENCE: f"{NAME}:{TAG}"}
    tagged = [{**put(blobs, canonical(manifest), MANIFEST), "annotations": named}]
    (part / "index.json").write_bytes(canonical({"schemaVersion": 2, "mediaType": INDEX, "manifests": tagged}))
    (part / "oci-layout").write_bytes(canonical({"imageLayoutVersion": "1.0.0"}))
    part.rename(home)
    return home
