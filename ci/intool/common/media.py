"""Media types, digests and the JSON of images (OCI image specification 1.1)."""

import hashlib
import json
import re
from collections.abc import Iterable
from typing import Any

INDEX = "application/vnd.oci.image.index.v1+json"
MANIFEST = "application/vnd.oci.image.manifest.v1+json"
CONFIG = "application/vnd.oci.image.config.v1+json"
LAYERS = {
    "gzip": "application/vnd.oci.image.layer.v1.tar+gzip",
    "zstd": "application/vnd.oci.image.layer.v1.tar+zstd",
}
"""Compression to media type of a layer."""

INDEXES = frozenset({INDEX, "application/vnd.docker.distribution.manifest.list.v2+json"})
MANIFESTS = frozenset({MANIFEST, "application/vnd.docker.distribution.manifest.v2+json"})
CONFIGS = frozenset({CONFIG, "application/vnd.docker.container.image.v1+json"})
COMPRESSIONS = {
    LAYERS["gzip"]: "gzip",
    LAYERS["zstd"]: "zstd",
    "application/vnd.docker.image.rootfs.diff.tar.gzip": "gzip",
    "application/vnd.docker.image.rootfs.diff.tar.zstd": "zstd",
}
"""Media type of a layer, OCI's or Docker's, to its compression."""

PLAIN = frozenset({"application/vnd.oci.image.layer.v1.tar", "application/vnd.docker.image.rootfs.diff.tar"})
"""Media types of layers that are not compressed."""

DEEPEST = 100
"""Depth of nested lists and objects that a document may have: readers may be recursive."""

_DIGEST = re.compile(r"sha256:[0-9a-f]{64}|sha512:[0-9a-f]{128}")


def canonical(value: object) -> bytes:
    """JSON with sorted keys and no white space: the same value gives the same bytes."""
    return json.dumps(value, sort_keys=True, separators=(",", ":"), ensure_ascii=False, allow_nan=False).encode()


def decoded(data: bytes | str) -> Any:
    """Parse JSON that can be written again: halves of surrogate pairs, NaN and Infinity are refused.

    Raises:
        ValueError: it is not such JSON, or nested deeper than ``DEEPEST``.
    """
    try:
        value = json.loads(data)
        canonical(value)
    except RecursionError:
        raise ValueError("nested too deeply") from None
    level = [value]
    for _ in range(DEEPEST):
        level = [inner for one in level for inner in _inside(one)]
    if level:
        raise ValueError("nested too deeply")
    return value


def _inside(value: object) -> Iterable[Any]:
    return value.values() if isinstance(value, dict) else value if isinstance(value, list) else ()


def digest_of(data: bytes) -> str:
    """The sha256 of ``data``, with its algorithm."""
    return f"sha256:{hashlib.sha256(data).hexdigest()}"


def is_digest(value: object) -> bool:
    """Whether ``value`` is a digest by OCI image specification 1.1, "descriptor", of a registered algorithm."""
    return isinstance(value, str) and _DIGEST.fullmatch(value) is not None


def platform_name(os: str, architecture: str, variant: str = "") -> str:
    """A platform as ``os/architecture[/variant]``; ``v8`` is what every arm64 is, so it is left out there."""
    suffix = "" if (architecture, variant) == ("arm64", "v8") else variant
    return "/".join(part for part in (os, architecture, suffix) if part)
