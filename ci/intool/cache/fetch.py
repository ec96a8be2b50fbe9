"""An artifact is fetched and unpacked, or nothing is."""

import tempfile
from collections.abc import Iterator, Sequence
from concurrent.futures import ThreadPoolExecutor
from pathlib import Path
from typing import Any

from ci.intool.cache.artifact import Artifact, tag_of, unusable
from ci.intool.cache.manifest import parse
from ci.intool.cache.stored import config, read
from ci.intool.cache.unpack import unpack
from ci.intool.common.failure import Failure
from ci.intool.common.text import human, plain
from ci.intool.registry.client import Repository
from ci.intool.registry.push import SIDE_BY_SIDE

UNPACKED = 8 << 30
"""Bytes that the tar files of an artifact may have."""


def fetch(repository: Repository, kind: str, key: str, into: Path, limit: int, *, fallback: bool) -> dict[str, Any]:
    """Fetch an artifact; see `ci.intool.cache.cache.cache_fetch`."""
    warnings: list[str] = []
    try:
        tag, tags = tag_of(kind, key), repository.tags()
        for candidate in _candidates(repository, kind, tag, tags, fallback=fallback):
            try:
                found = _taken(repository, candidate, into, limit)
            except Failure as failure:
                warnings.append(failure.what)
            else:
                return {"hit": "exact" if candidate == tag else "fallback", **found, "warning": "; ".join(warnings)}
    except Failure as failure:
        warnings.append(failure.what)
    return {"hit": "", "key": "", "bytes": 0, "names": [], "warning": "; ".join(warnings)}


def _candidates(repository: Repository, kind: str, tag: str, tags: Sequence[str], *, fallback: bool) -> Iterator[str]:
    """The tag itself where it is there, then the newest of its kind."""
    if tag in tags:
        yield tag
    if fallback:
        yield from [artifact.tag for artifact in read(repository, tags, kind) if artifact.tag != tag][:1]


def _taken(repository: Repository, tag: str, into: Path, limit: int) -> dict[str, Any]:
    try:
        artifact = parse(tag, repository.manifest(tag))
        key = config(repository, artifact)["key"]
        _bring(repository, artifact, into, limit)
    except Failure as failure:
        raise unusable(f"{tag} is ignored: {failure.what}") from None
    except Exception as error:  # noqa: BLE001  damaged data makes the libraries raise anything
        raise unusable(f"{tag} is ignored: it cannot be unpacked: {plain(error) or type(error).__name__}") from None
    layers = artifact.layers
    return {"key": key, "bytes": sum(one.size for one in layers), "names": [one.name for one in layers]}


def _bring(repository: Repository, artifact: Artifact, into: Path, limit: int) -> None:
    """Download and unpack all layers beside their places, and move them there when all is good."""
    if artifact.size > limit:
        raise unusable(f"it has {human(artifact.size)}, more than {human(limit)}")
    names = [layer.name for layer in artifact.layers]
    into.mkdir(parents=True, exist_ok=True)
    if there := {one.name for one in into.iterdir()}.intersection(names):
        raise unusable(f"{into / min(there)} is there already")
    modes: dict[str, int] = {}
    with tempfile.TemporaryDirectory(dir=into, prefix=".cache-") as scratch, ThreadPoolExecutor(SIDE_BY_SIDE) as pool:
        blobs, tree = Path(scratch, "blobs"), Path(scratch, "tree")
        blobs.mkdir()
        tree.mkdir()
        files = [blobs / name for name in names]
        coming = pool.map(lambda layer, file: repository.download(layer.digest, file), artifact.layers, files)
        for layer, file, _ in zip(artifact.layers, files, coming, strict=True):
            size, found = unpack(file, layer, tree, limit)
            file.unlink()
            limit -= size
            modes |= found
        for name in names:
            (tree / name).rename(into / name)
    # Last, and the lower ones first: a directory without permissions can neither be moved nor entered.
    for name, mode in reversed(modes.items()):
        (into / name).chmod(mode)
