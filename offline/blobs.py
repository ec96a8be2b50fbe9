"""Blobs on disk, named by their sha256 as in an OCI image layout."""

from hashlib import sha256
from pathlib import Path


def put(directory: Path, data: bytes, media_type: str) -> dict[str, object]:
    """Write a blob.

    Args:
        directory: ``blobs/sha256`` of a layout.
        data: what it holds.
        media_type: what that is.

    Returns:
        Its descriptor (OCI image specification 1.1, descriptor.md).
    """
    name = sha256(data).hexdigest()
    (directory / name).write_bytes(data)
    return {"mediaType": media_type, "digest": f"sha256:{name}", "size": len(data)}
