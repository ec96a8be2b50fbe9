"""What an image in a registry consists of, so that what a push sent can be counted from outside."""

import json
import urllib.error
import urllib.request
from collections.abc import Mapping
from typing import Any

from bench.speed.command import BenchError

_KINDS = (
    "application/vnd.oci.image.index.v1+json",
    "application/vnd.oci.image.manifest.v1+json",
    "application/vnd.docker.distribution.manifest.list.v2+json",
    "application/vnd.docker.distribution.manifest.v2+json",
)


def blobs(host: str, repository: str, reference: str) -> dict[str, int]:
    """Size in bytes of each blob and manifest of an image, by digest.

    Args:
        host: host and port of a registry without TLS and login.
        repository: name in it.
        reference: tag or digest.

    Raises:
        BenchError: the registry has no such image.
    """
    url = f"http://{host}/v2/{repository}/manifests/{reference}"
    request = urllib.request.Request(url, headers={"Accept": ", ".join(_KINDS)})
    try:
        with urllib.request.build_opener(urllib.request.ProxyHandler({})).open(request, timeout=20) as answer:
            manifest: dict[str, Any] = json.loads(answer.read())
    except (urllib.error.URLError, TimeoutError) as error:
        raise BenchError(f"no {host}/{repository}:{reference}: {error}\n  fix: see whether the push worked") from None
    found = parts(manifest)
    for child in manifest.get("manifests", []):
        found |= blobs(host, repository, child["digest"])
    return found


def parts(manifest: Mapping[str, Any]) -> dict[str, int]:
    """What a manifest or index names itself, by digest (OCI image specification 1.1)."""
    named = [*manifest.get("manifests", []), *manifest.get("layers", [])]
    if "config" in manifest:
        named.append(manifest["config"])
    return {one["digest"]: int(one["size"]) for one in named}


def sent(now: Mapping[str, int], before: Mapping[str, int]) -> int:
    """Bytes of what was not there before."""
    return sum(size for digest, size in now.items() if digest not in before)
