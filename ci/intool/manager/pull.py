"""Fetch an image as an archive."""

import tempfile
from pathlib import Path
from typing import Any

from ci.intool.common.failure import Failure
from ci.intool.common.text import human, plain
from ci.intool.manager.archive import check, pack
from ci.intool.registry.client import Repository
from ci.intool.registry.image import ResolvedReference, find
from ci.intool.registry.refusals import failure
from ci.intool.registry.regctl import call

KINDS = ("oci", "docker")


def pull(reference: str, archive: str | Path, platform: str = "", kind: str = "oci") -> dict[str, Any]:
    """Write an image to a tar archive, and check it.

    Args:
        reference: ``HOST/REPOSITORY:TAG`` or ``HOST/REPOSITORY@DIGEST``.
        archive: the file to write.
        platform: such as ``linux/arm64``. By default an OCI archive has all platforms and what refers to the image,
            such as signatures, and a Docker archive has linux/amd64 or, if there is none, the first.
        kind: ``oci`` for an image layout, which skopeo, podman, containerd and Docker with its containerd store read;
            ``docker`` for one platform that every `docker load` reads, and which is an image layout, too.

    Returns:
        "digest" of what was fetched, "name" that `docker load` gives it, "blobs" and "bytes" of the archive, "text" for
        people.

    Raises:
        Failure: the image does not exist, or the archive does not match its digests.
    """
    if kind not in KINDS:
        raise Failure(f"`{kind}` is not a kind of archive", f"choose one of {', '.join(KINDS)}")
    found = find(reference)
    whole = kind == "oci" and not platform
    digest = found.manifest.digest if whole else found.image(platform).manifest.digest
    file = Path(archive)
    name = _name(found)
    if kind == "docker":
        _run(found.repository, "image", "export", "--name", name, found.repository.at(digest), str(file))
    else:
        with tempfile.TemporaryDirectory(dir=file.parent) as directory:
            tag = name.rpartition(":")[2]
            more = ["--referrers", "--digest-tags"] if whole else []
            _run(found.repository, "image", "copy", *more, found.repository.at(digest), f"ocidir://{directory}:{tag}")
            pack(Path(directory), file)
    tops, blobs = check(file)
    if digest not in tops:
        raise Failure(f"{file.name} does not have {digest}", "pull it again")
    text = f"{plain(reference)}  {digest}\n  {len(blobs)} blobs, {human(sum(blobs.values()))}, all match their digests"
    facts = {"reference": found.repository.at(found.reference), "digest": digest, "name": name}
    return {**facts, "kind": kind, "blobs": len(blobs), "bytes": sum(blobs.values()), "text": text}


def _name(found: ResolvedReference) -> str:
    """The image's name after loading; an image that is named by digest gets the digest's start as tag."""
    tag = found.reference
    return found.repository.at(tag.partition(":")[2][:12] if ":" in tag else tag)


def _run(repository: Repository, *arguments: str) -> None:
    done = call(arguments)
    if done.code:
        raise failure(f"pull {repository.name}", repository.name, done.stderr)
