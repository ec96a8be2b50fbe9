"""Unpack Trivy's vulnerability database from its OCI artifact."""

import tarfile
from pathlib import Path
from typing import Any

from ci.intool.common.failure import Failure
from ci.intool.common.form import check_descriptor
from ci.intool.common.json_reader import Json
from ci.intool.common.layout import Layout
from ci.intool.common.tarball import reading
from ci.intool.scan.database import FRESH

LAYER = "application/vnd.aquasec.trivy.db.layer.v1.tar+gzip"
"""Media type of the one layer, as Trivy requires it."""

FILES = ("trivy.db", "metadata.json")
LIMIT = 8 << 30
"""Bytes of the largest file that is taken; the database of 2025 has 0.9 GB."""

_PIECE = 1 << 20


def unpack(layout: str, cache: str, limit: int = LIMIT) -> dict[str, Any]:
    """Take the database out of an image layout into Trivy's cache directory.

    Args:
        layout: directory, such as ``regctl image copy ghcr.io/aquasecurity/trivy-db:2 ocidir://LAYOUT`` writes.
        cache: what Trivy is given as ``--cache-dir``; the files go into ``db`` below it.
        limit: bytes that a file may have.

    Returns:
        ``digest`` and ``annotations`` of the artifact's manifest, and ``files``: name to bytes.

    Raises:
        Failure: the layout holds no database or is damaged, or the layer holds anything but the two plain files.
    """
    source = Layout(Path(layout), "the vulnerability database")
    digest, descriptor, annotations = _artifact(source)
    place = Path(cache) / "db"
    place.mkdir(parents=True, exist_ok=True)
    sizes: dict[str, int] = {}
    with reading(source.blob(descriptor), "gzip") as archive:
        for member in archive:
            name = member.name.removeprefix("./")
            if member.isdir() and name in ("", "."):
                continue
            sizes[name] = _written(archive, member, place / _checked(member, name, sizes), limit)
    if missing := [name for name in FILES if name not in sizes]:
        raise Failure(f"the vulnerability database has no {missing[0]}", FRESH)
    return {"digest": digest, "files": sizes, "annotations": annotations}


def _artifact(layout: Layout) -> tuple[str, dict[str, Any], dict[str, Any]]:
    """Digest of the only manifest, descriptor of its only layer, and its annotations."""
    manifests = Json(layout.name, layout.index()[1], FRESH).objects("manifests")
    if len(manifests) != 1:
        raise Failure(f"{layout.name}: the layout holds {len(manifests)} artifacts instead of one", FRESH)
    digest = manifests[0].text("digest", needed=True)
    manifest = Json(f"{layout.name} {digest}", layout.json(digest), FRESH)
    layers = manifest.objects("layers")
    if len(layers) != 1 or layers[0].text("mediaType") != LAYER:
        raise Failure(f"{layout.name}: the artifact {digest} has not exactly one layer {LAYER}", FRESH)
    check_descriptor(layers[0])
    return digest, layers[0].value, manifest.object("annotations").value


def _checked(member: tarfile.TarInfo, name: str, seen: dict[str, int]) -> str:
    if name not in FILES or not member.isreg() or member.issparse():
        raise Failure(f"the vulnerability database holds {name[:100]!r}, which is not one of {', '.join(FILES)}", FRESH)
    if name in seen:
        raise Failure(f"the vulnerability database holds {name} twice", FRESH)
    return name


def _written(archive: tarfile.TarFile, member: tarfile.TarInfo, target: Path, limit: int) -> int:
    if member.size > limit:
        raise Failure(f"{target.name} of the vulnerability database has {member.size} bytes, more than {limit}", FRESH)
    source = archive.extractfile(member)
    target.unlink(missing_ok=True)
    with target.open("xb") as file:
        while source and (piece := source.read(_PIECE)):
            file.write(piece)
    if target.stat().st_size != member.size:
        raise Failure(f"{target.name} of the vulnerability database is cut off", FRESH)
    return member.size
