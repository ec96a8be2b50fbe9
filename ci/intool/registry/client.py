"""One repository of a registry, reached by `regctl`."""

import hashlib
import itertools
import re
import time
from collections.abc import Callable, Mapping
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from ci.intool.common.failure import Failure
from ci.intool.common.form import check_descriptor, check_manifest
from ci.intool.common.json_reader import parsed
from ci.intool.registry.refusals import Kind, failure, kind_of
from ci.intool.registry.regctl import Done, call, ended_well
from ci.intool.registry.retry import Retry, Retrying

FIX = "check that the reference names an image; if it does, push it again with a tool that writes OCI images"
"""The next step for a document that is malformed."""

_FORMAT = '{{println .GetDescriptor.MediaType}}{{printf "%s" .RawBody}}'


@dataclass(frozen=True, kw_only=True)
class Manifest:
    """A manifest or an index.

    Attributes:
        body: the bytes as the registry has them.
        digest: computed from `body`.
        media_type: as the registry named it.
        content: the parsed JSON object.
    """

    body: bytes
    digest: str
    media_type: str
    content: Mapping[str, Any]


class Repository:
    """One repository of a registry.

    How its host is reached (plain HTTP, another address, a login) is `regctl`'s configuration: REGCTL_CONFIG.
    Calls that may succeed a moment later (429, 5xx, broken connections) are repeated; anything else, and what keeps
    failing, raises Failure. One object may be used by several threads.

    Attributes:
        name: such as "127.0.0.1:5000/app".
    """

    def __init__(self, name: str, retry: Retry | None = None) -> None:
        """Name the repository, without tag and digest; nothing is sent yet."""
        self.name = name
        self._retrying = Retrying(name, retry or Retry())

    @property
    def retries(self) -> int:
        """Calls that were repeated so far."""
        return self._retrying.retries

    def tags(self) -> list[str]:
        """All tags; none where the repository does not exist."""
        return (self._run(f"list the tags of {self.name}", "tag", "ls", self.name) or b"").decode().split()

    def resolve(self, reference: str) -> str | None:
        """Digest that a tag or a digest names; None if it is absent."""
        where = self.at(reference)
        out = self._run(f"look up {where}", "manifest", "head", "--require-digest", where)
        return None if out is None else out.decode().strip()

    def manifest(self, reference: str) -> Manifest:
        """The manifest of a tag or a digest.

        Raises:
            Failure: it is absent, not a JSON object, does not match the digest, or names a blob that cannot be fetched.
        """
        where = self.at(reference)
        out = self._run(f"read {where}", "manifest", "get", "--format", _FORMAT, where)
        if out is None:
            raise self._absent(f"read {where}")
        media_type, _, body = out.partition(b"\n")
        digest = digest_of(body, reference)
        if ":" in reference and digest != reference:
            raise _corrupt(where, digest)
        content = parsed(body, where, FIX)
        check_manifest(content)
        return Manifest(body=body, digest=digest, media_type=media_type.decode(errors="replace"), content=content.value)

    def put_manifest(self, body: bytes, media_type: str, reference: str = "") -> str:
        """Store a manifest byte for byte.

        Args:
            body: its bytes.
            media_type: its type.
            reference: the tag to set; stored by digest alone where it is empty.

        Returns:
            The digest.
        """
        digest = digest_of(body)
        where = self.at(reference or digest)
        arguments = ("manifest", "put", "--content-type", media_type, where)
        if self._retrying(f"write {where}", lambda: call(arguments, body=body)) is None:
            raise self._absent(f"write {where}")
        return digest

    def claim(self, tag: str, manifest: Manifest, within: float) -> None:
        """Set a tag that no image has; if another client sets it first, that client's image keeps it.

        Registries have no conditional writes. A claim that is looked at again `within` seconds later or more, and still
        stands, cannot be overwritten by another claim (Fischer's mutual exclusion).

        Args:
            tag: the tag.
            manifest: what it is to name.
            within: seconds from the look at the tag to the end of writing it; a slower write is begun anew.
        """

        def attempt() -> Done:
            until = time.monotonic() + within
            present = call(("manifest", "head", self.at(tag)), until=until)
            if present.kind is not Kind.ABSENT:
                return present
            arguments = ("manifest", "put", "--content-type", manifest.media_type, self.at(tag))
            return call(arguments, body=manifest.body, until=until)

        if self._retrying(f"write {self.at(tag)}", attempt) is None:
            raise self._absent(f"write {self.at(tag)}")

    def copy(self, source: str, digest: str) -> None:
        """Copy an image of another repository to here, by digest, with all that refers to it (signatures and such)."""
        action = f"copy {source}@{digest} to {self.name}"
        # A registry may answer 404 for the tags of a repository that has none: regctl would fail.
        options = ("--referrers", *(("--digest-tags",) if Repository(source).tags() else ()))
        if self._run(action, "image", "copy", *options, f"{source}@{digest}", self.at(digest)) is None:
            raise self._absent(action)

    def has_blob(self, digest: str) -> bool:
        """Whether the repository has this blob."""
        return self.blob_size(digest) is not None

    def blob_size(self, digest: str) -> int | None:
        """Size of a blob in bytes as the registry reports it (-1 if it does not report it); None if it is absent."""
        arguments = ("blob", "head", "--format", "raw-headers", self.name, digest)
        out = self._run(f"look up {self.at(digest)}", *arguments)
        if out is None:
            return None
        found = re.search(r"(?im)^content-length: (\d+)", out.decode())
        return int(found[1]) if found else -1

    def blob(self, digest: str) -> bytes:
        """A small blob, such as a config; verified."""
        out = self._run(f"read {self.at(digest)}", "blob", "get", self.name, digest)
        if out is None:
            raise self._absent(f"read {self.at(digest)}")
        if digest_of(out, digest) != digest:
            raise _corrupt(self.at(digest), digest_of(out, digest))
        return out

    def download(self, digest: str, path: Path) -> None:
        """Write a blob to a file, verified; the file appears when it is complete."""
        partial = path.with_name(f"{path.name}.partial")

        def attempt() -> Done:
            with partial.open("wb") as file:
                return call(("blob", "get", self.name, digest), receive=file)

        try:
            if self._retrying(f"download {self.at(digest)}", attempt) is None:
                raise self._absent(f"download {self.at(digest)}")
            with partial.open("rb") as file:
                found = hashlib.file_digest(file, digest.partition(":")[0]).hexdigest()
            if found != digest.partition(":")[2]:
                raise _corrupt(self.at(digest), found)
            partial.rename(path)
        finally:
            partial.unlink(missing_ok=True)

    def upload(self, path: Path, digest: str, progress: Callable[[int], None] | None = None) -> None:
        """Send a blob's file.

        Args:
            path: the file.
            digest: of its bytes.
            progress: called about every second with the number of bytes that are sent.
        """
        calls = itertools.count()

        def attempt() -> Done:
            if next(calls):
                # The answer may have been lost, not the blob.
                there = call(("blob", "head", self.name, digest))
                if there.kind is not Kind.ABSENT:
                    return there
            with path.open("rb") as file:
                arguments = ("--verbosity", "trace", "blob", "put", "--digest", digest, self.name)
                return call(arguments, send=file, progress=progress)

        if self._retrying(f"push a layer to {self.name}", attempt) is None:
            raise self._absent(f"push a layer to {self.name}")

    def mount(self, digest: str, source: str) -> bool:
        """Mount a blob from another repository of the same registry; returns whether it is there now.

        `regctl` would send the blob through this machine if the registry does not mount; this is prevented.
        """
        if not Repository(source).has_blob(digest):
            return False
        return ended_well(("blob", "copy", source, self.name, digest), "Failed to mount blob")

    def delete(self, digest: str) -> None:
        """Delete a manifest; one that is absent is no error."""
        self._run(f"delete {self.at(digest)}", "manifest", "delete", self.at(digest))

    def delete_tag(self, tag: str) -> None:
        """Delete a tag and leave its manifest; one that is absent is no error."""
        self._run(f"delete {self.at(tag)}", "tag", "delete", self.at(tag))

    def referrers(self, digest: str) -> list[dict[str, Any]]:
        """Descriptors of the manifests with this subject (OCI distribution specification 1.1, "Listing Referrers")."""
        arguments = ("--verbosity", "trace", "artifact", "list", "--format", "{{json .Descriptors}}", self.at(digest))
        out = self._retrying(f"list the referrers of {self.at(digest)}", lambda: _certain(call(arguments)))
        where = f"the list of referrers of {self.at(digest)}"
        found = parsed(b'{"manifests": %s}' % (out or b"null"), where, FIX).objects("manifests")
        for descriptor in found:
            check_descriptor(descriptor)
        return [descriptor.value for descriptor in found]

    def at(self, reference: str) -> str:
        """The full reference of a tag or a digest here."""
        return f"{self.name}{'@' if ':' in reference else ':'}{reference}"

    def _run(self, action: str, *arguments: str) -> bytes | None:
        return self._retrying(action, lambda: call(arguments))

    def _absent(self, action: str) -> Failure:
        return failure(action, self.name, "not found [http 404]")


def digest_of(body: bytes, like: str = "sha256") -> str:
    """Digest of bytes by another digest's algorithm, else by sha256 (OCI image specification 1.1, "Digests")."""
    algorithm = like.partition(":")[0] if ":" in like else "sha256"
    return f"{algorithm}:{hashlib.new(algorithm, body).hexdigest()}"


def _corrupt(where: str, found: str) -> Failure:
    return Failure(
        f"{where} does not match its digest: {found}",
        "the registry's storage is damaged: remove the image there, then push it again",
    )


def _certain(done: Done) -> Done:
    # After any error of the referrers API regctl asks the tag scheme: a short failure would look like no referrers.
    answers = re.findall(r'/referrers/sha\S+ .*resp-status="(\d{3})', done.stderr)
    problem = f"[http {answers[-1]}]" if answers else "EOF"
    if done.kind is None and kind_of(problem).passes:
        return Done(code=1, out=b"", stderr=problem)
    return done
