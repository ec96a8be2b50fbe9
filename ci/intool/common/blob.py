"""Writing blobs of a layout, each named by its digest."""

import hashlib
import os
import shutil
from collections.abc import Iterable
from dataclasses import dataclass
from pathlib import Path
from tempfile import NamedTemporaryFile

from ci.intool.common.compress import Compressor
from ci.intool.common.failure import Failure
from ci.intool.common.media import canonical, digest_of


@dataclass(frozen=True, kw_only=True)
class Blob:
    """A compressed blob that was written.

    Attributes:
        digest: of the file.
        diff_id: digest of what was compressed.
        size: bytes of the file.
        bytes: of what was compressed.
    """

    digest: str
    diff_id: str
    size: int
    bytes: int


def compressed(pieces: Iterable[bytes], compressor: Compressor, place: Path) -> Blob:
    """Write pieces through a compressor, both digests taken on the way.

    Args:
        pieces: what is compressed.
        compressor: a fresh one.
        place: directory of the blobs.
    """
    plain, packed = hashlib.sha256(), hashlib.sha256()
    length = size = 0
    with NamedTemporaryFile(dir=place, delete=False) as file:
        for piece in pieces:
            plain.update(piece)
            length += len(piece)
            out = compressor.compress(piece)
            packed.update(out)
            size += file.write(out)
        out = compressor.flush()
        packed.update(out)
        size += file.write(out)
    Path(file.name).chmod(0o644)
    Path(file.name).rename(place / packed.hexdigest())
    return Blob(digest=f"sha256:{packed.hexdigest()}", diff_id=f"sha256:{plain.hexdigest()}", size=size, bytes=length)


def document(value: object, media_type: str, place: Path) -> dict[str, object]:
    """Write canonical JSON and return its descriptor."""
    data = canonical(value)
    digest = digest_of(data)
    (place / digest.partition(":")[2]).write_bytes(data)
    return {"mediaType": media_type, "digest": digest, "size": len(data)}


def check_digest(path: Path) -> None:
    """Check that a blob is what its name says.

    Args:
        path: of the file, whose name is its sha256 in hex.

    Raises:
        Failure: it is not.
    """
    with path.open("rb") as file:
        if hashlib.file_digest(file, "sha256").hexdigest() != path.name:
            raise Failure(f"the blob {path.name} does not match its digest", "fetch or make the image again")


def adopted(blob: Path, place: Path) -> None:
    """Take over a blob of another layout: as a hard link, or as a copy if links are not possible."""
    target = place.parent / blob.parent.name / blob.name
    target.parent.mkdir(exist_ok=True)
    try:
        os.link(blob, target)
    except FileExistsError:
        return
    except OSError:
        shutil.copyfile(blob, target)
