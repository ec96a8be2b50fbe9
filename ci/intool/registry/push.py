"""Push an image layout to a registry by digest: no tag is changed."""

import time
from collections import Counter
from collections.abc import Callable, Sequence
from concurrent.futures import ThreadPoolExecutor
from pathlib import Path
from typing import Any, Literal

from ci.intool.common.layout import Layout
from ci.intool.common.reference import host_of, same
from ci.intool.registry import parts
from ci.intool.registry.client import Repository
from ci.intool.registry.parts import Part
from ci.intool.registry.retry import Retry

SIDE_BY_SIDE = 4
"""Blobs that are sent at once."""

Outcome = Literal["sent", "mounted", "there"]


def push(layout: str | Path, repository: str, mounts: Sequence[str] = (), retry: Retry | None = None) -> dict[str, Any]:
    """Push an image: blobs first, then the manifests that name them, so that each manifest is complete.

    Args:
        layout: directory of an image layout with one image index.
        repository: with its host, such as "ghcr.io/acme/app".
        mounts: repositories whose blobs are mounted instead of sent; those of other registries are left out.
        retry: how long calls that failed are repeated.

    Returns:
        `ref` and `digest` of the index; bytes `sent`, `mounted` and `there`; how many `blobs` of each; `retries`;
        `seconds`.

    Raises:
        Failure: the layout is damaged, or the registry refused for good.
    """
    started = time.monotonic()
    image = Layout(Path(layout))
    manifests, blobs = parts.manifests(image), parts.blobs(image)
    target = Repository(repository, retry)
    sources = tuple(name for name in mounts if not same(name, repository) and host_of(name) == host_of(repository))
    with ThreadPoolExecutor(SIDE_BY_SIDE) as pool:
        labels = [f"layer {number}/{len(blobs)}" for number in range(1, len(blobs) + 1)]
        outcomes = list(pool.map(lambda part, label: _blob(target, part, sources, _progress(label)), blobs, labels))
    size: Counter[Outcome] = Counter()
    for part, outcome in zip(blobs, outcomes, strict=True):
        size[outcome] += part.size
    for part in manifests:
        size[_manifest(target, part)] += part.size
    digest = manifests[-1].digest
    count = Counter(outcomes)
    return {
        "ref": target.at(digest),
        "digest": digest,
        **{outcome: size[outcome] for outcome in ("sent", "mounted", "there")},
        "blobs": {outcome: count[outcome] for outcome in ("sent", "mounted", "there")},
        "retries": target.retries,
        "seconds": round(time.monotonic() - started, 1),
    }


def _blob(target: Repository, part: Part, sources: Sequence[str], progress: Callable[[int], None]) -> Outcome:
    if target.has_blob(part.digest):
        return "there"
    if any(target.mount(part.digest, source) for source in sources):
        return "mounted"
    target.upload(part.path, part.digest, progress)
    return "sent"


def _manifest(target: Repository, part: Part) -> Outcome:
    if target.resolve(part.digest):
        return "there"
    target.put_manifest(part.path.read_bytes(), part.media_type)
    return "sent"


def _progress(label: str) -> Callable[[int], None]:
    return lambda sent: print(f"{label} {sent / 1e6:.1f} MB sent", flush=True)
