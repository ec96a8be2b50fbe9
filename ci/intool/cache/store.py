"""Content is packed and sent as an artifact."""

import tempfile
from collections.abc import Mapping
from dataclasses import dataclass
from datetime import UTC, datetime
from pathlib import Path
from typing import Any

from ci.intool.cache.artifact import Artifact
from ci.intool.cache.manifest import manifest, parse
from ci.intool.cache.pack import pack
from ci.intool.cache.stored import prune, read
from ci.intool.common.failure import Failure
from ci.intool.common.json_reader import parsed
from ci.intool.common.media import MANIFEST, canonical, digest_of
from ci.intool.common.text import human
from ci.intool.registry.client import Manifest, Repository


@dataclass(frozen=True, kw_only=True)
class Packed:
    """An artifact on disk.

    Attributes:
        artifact: what it is.
        body: its manifest.
        files: digest of each blob to its file.
    """

    artifact: Artifact
    body: bytes
    files: Mapping[str, Path]


def packed(tag: str, facts: Mapping[str, Any], content: Mapping[str, str | Path], into: Path) -> Packed:
    """Pack content.

    Args:
        tag: of the artifact.
        facts: "kind", "key" and "inputs".
        content: name to a file or a directory.
        into: directory for the blobs.

    Raises:
        Failure: a name is invalid, or a link leads out of its tree.
        OSError: the content cannot be read.
        ValueError: the inputs cannot be written as JSON.
    """
    files = {name: into / f"{number}" for number, name in enumerate(content)}
    layers = [pack(Path(source), name, files[name]) for name, source in content.items()]
    created = datetime.now(UTC).isoformat()
    config = canonical({**facts, "created": created})
    (into / "config").write_bytes(config)
    body = manifest(config, created, layers)
    found = Manifest(body=body, digest=digest_of(body), media_type=MANIFEST, content=parsed(body, tag).value)
    blobs = {layer.digest: files[layer.name] for layer in layers}
    return Packed(artifact=parse(tag, found), body=body, files={**blobs, digest_of(config): into / "config"})


def send(repository: Repository, packed: Packed) -> int:
    """Send what the repository lacks, the manifest last; returns the bytes of the blobs sent."""
    sent = 0
    for digest, file in packed.files.items():
        if not repository.has_blob(digest):
            repository.upload(file, digest)
            sent += file.stat().st_size
    repository.put_manifest(packed.body, MANIFEST, packed.artifact.tag)
    return sent


def store(
    repository: Repository,
    tag: str,
    facts: Mapping[str, Any],
    content: Mapping[str, str | Path],
    limit: int,
    *,
    replace: bool,
) -> dict[str, Any]:
    """Store content; see `ci.intool.cache.cache.cache_store`.

    Raises:
        Failure: the registry refused, or see `packed`.
        OSError: see `packed`.
        ValueError: see `packed`.
    """
    tags = repository.tags()
    if tag in tags and not replace:
        return outcome(reason=f"{tag} is there already")
    with tempfile.TemporaryDirectory() as scratch:
        made = packed(tag, facts, content, Path(scratch))
        size = made.artifact.size
        if size > limit:
            reason = f"{tag} has {human(size)}, and the cache of {repository.name} may have {human(limit)}"
            return outcome(bytes=size, reason=reason)
        superseded = (repository.resolve(tag) or "") if tag in tags else ""
        sent = send(repository, made)
    try:
        others = read(repository, [other for other in tags if other != tag])
        pruned = prune(repository, made.artifact, others, limit, superseded)
    except Failure as failure:
        return outcome(stored=True, bytes=size, sent=sent, warning=f"old artifacts stay: {failure.what}")
    return outcome(stored=True, bytes=size, sent=sent, pruned=pruned)


def outcome(**found: Any) -> dict[str, Any]:
    """The result of `ci.intool.cache.cache.cache_store`; what is not given is empty."""
    return {"stored": False, "bytes": 0, "sent": 0, "reason": "", "pruned": [], "warning": "", **found}
