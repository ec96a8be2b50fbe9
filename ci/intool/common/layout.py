"""Reading image layouts (OCI image specification 1.1, "image layout"); everything is checked before it is used."""

import hashlib
import re
from collections.abc import Iterator, Mapping
from pathlib import Path
from typing import Any, NamedTuple

from ci.intool.common.failure import Failure
from ci.intool.common.form import check_config, check_descriptor, check_manifest
from ci.intool.common.json_reader import Json, parsed
from ci.intool.common.media import CONFIGS, INDEXES, MANIFESTS, digest_of, is_digest, platform_name

DOCUMENT_LIMIT = 4 << 20
"""Bytes of the largest JSON document that is read: what registries take (OCI distribution specification 1.1)."""

DEPTH_LIMIT = 8
"""How deep indexes may be nested."""

MOST = 1000
"""Manifests and indexes that are followed: a few that name each other repeatedly could stand for very many."""

_PLATFORM = re.compile(r"[a-z0-9]+/[a-z0-9_]+(/[a-z0-9._]+)?")
"""Form of a platform, which is used in names of files and in messages."""

_FIX = "make the layout again: it was changed or cut off after it was written"


class LayoutImage(NamedTuple):
    """The image of one platform.

    Attributes:
        platform: such as ``linux/arm64``.
        digest: of the manifest.
        manifest: its content; ``config`` and ``layers`` are descriptors that were checked for their form.
        config: its content; as many ``rootfs.diff_ids`` as layers.
    """

    platform: str
    digest: str
    manifest: dict[str, Any]
    config: dict[str, Any]


class Layout:
    """A layout in a directory.

    Args:
        path: the directory.
        name: what messages call it; empty for the path.

    Raises:
        Failure: it is not a layout. Every method raises one for content that is missing, altered or malformed.
    """

    def __init__(self, path: Path, name: str = "") -> None:
        self.root = path
        self.name = name or f"image layout {path}"
        if self._parsed("oci-layout", self._bytes("oci-layout")).get("imageLayoutVersion") != "1.0.0":
            raise self._broken("oci-layout", "does not have imageLayoutVersion 1.0.0")
        self._top = self._bytes("index.json")
        self._descriptors("index.json", self._parsed("index.json", self._top), "manifests")

    def index(self) -> tuple[str, dict[str, Any]]:
        """Digest and content of the image index; of ``index.json`` itself where it does not name exactly one index."""
        top = self._parsed("index.json", self._top)
        descriptors = self._descriptors("index.json", top, "manifests")
        if len(descriptors) == 1 and descriptors[0]["mediaType"] in INDEXES:
            return str(descriptors[0]["digest"]), self._document(descriptors[0])
        return digest_of(self._top), top

    def indexes(self) -> dict[str, dict[str, Any]]:
        """The image indexes that ``index.json`` names: digest to content."""
        named = self._descriptors("index.json", self._parsed("index.json", self._top), "manifests")
        found = {one["digest"]: one for one in named if one["mediaType"] in INDEXES}
        indexes = {digest: self._document(one) for digest, one in found.items()}
        for digest, index in indexes.items():
            self._descriptors(digest, index, "manifests")
        return indexes

    def path(self, digest: str) -> Path:
        """The file of a blob, which exists; its content is not checked."""
        if not is_digest(digest):
            raise self._broken("a descriptor", f"has an invalid digest: {str(digest)[:100]!r}")
        algorithm, _, name = digest.partition(":")
        path = self._file(f"blobs/{algorithm}/{name}")
        if not path:
            raise self._broken(f"blob {digest}", "is missing")
        return path

    def json(self, digest: str) -> dict[str, Any]:
        """A document, its digest checked."""
        path = self.path(digest)
        data = self._bytes(str(path.relative_to(self.root)))
        self._check(digest, hashlib.new(digest.partition(":")[0], data).hexdigest())
        return self._parsed(digest, data)

    def manifest(self, descriptor: Mapping[str, Any]) -> dict[str, Any]:
        """A manifest or an index, size and digest checked, and the form of what it has."""
        manifest = self._document(descriptor)
        check_manifest(self._json(str(descriptor["digest"]), manifest))
        return manifest

    def blob(self, descriptor: Mapping[str, Any]) -> Path:
        """The file of a blob, size and digest checked."""
        path = self._sized(descriptor)
        digest = str(descriptor["digest"])
        with path.open("rb") as file:
            self._check(digest, hashlib.file_digest(file, digest.partition(":")[0]).hexdigest())
        return path

    def images(self, index: str = "") -> list[LayoutImage]:
        """The images of all platforms in the order of the index, nested indexes included.

        Everything else is left out: attestations of BuildKit, which are for the platform ``unknown``, and artifacts.

        Args:
            index: digest of the index; empty for ``index.json`` and so for all that the layout holds.
        """
        top = self.json(index) if index else self._parsed("index.json", self._top)
        return list(self._images(index or "index.json", top, DEPTH_LIMIT, iter(range(MOST))))

    def _images(self, where: str, index: dict[str, Any], depth: int, left: Iterator[int]) -> Iterator[LayoutImage]:
        if not depth:
            raise self._broken(where, f"is nested deeper than {DEPTH_LIMIT} indexes")
        for descriptor in self._descriptors(where, index, "manifests"):
            if next(left, None) is None:
                raise self._broken(where, f"and the other indexes name more than {MOST} manifests")
            if descriptor["mediaType"] in INDEXES:
                yield from self._images(descriptor["digest"], self._document(descriptor), depth - 1, left)
            elif descriptor["mediaType"] in MANIFESTS:
                yield from self._image(descriptor)

    def _image(self, descriptor: dict[str, Any]) -> Iterator[LayoutImage]:
        digest = descriptor["digest"]
        manifest = self._document(descriptor)
        named = self._config(digest, manifest)
        listed_for = descriptor.get("platform")
        listed_for = listed_for if isinstance(listed_for, dict) else {}
        if named["mediaType"] not in CONFIGS or listed_for.get("os") == "unknown":
            return
        layers = self._descriptors(digest, manifest, "layers")
        config = self._document(named)
        check_config(self._json(f"config {named['digest']}", config), len(layers))
        platform = platform_name(
            *(str(listed_for.get(key) or config.get(key) or "") for key in ("os", "architecture", "variant"))
        )
        if not _PLATFORM.fullmatch(platform):
            raise self._broken(digest, f"is for an invalid platform: {platform[:100]!r}")
        yield LayoutImage(platform, digest, manifest, config)

    def _document(self, descriptor: Mapping[str, Any]) -> dict[str, Any]:
        self._sized(descriptor)
        return self.json(str(descriptor["digest"]))

    def _sized(self, descriptor: Mapping[str, Any]) -> Path:
        path = self.path(str(descriptor["digest"]))
        size = path.stat().st_size
        if size != descriptor["size"]:
            raise self._broken(f"blob {descriptor['digest']}", f"has {size} bytes instead of {descriptor['size']}")
        return path

    def _descriptors(self, where: str, document: dict[str, Any], key: str) -> list[dict[str, Any]]:
        found = self._json(where, document)
        found.required(key)
        listed = found.objects(key)
        for one in listed:
            check_descriptor(one)
        return [one.value for one in listed]

    def _config(self, where: str, manifest: dict[str, Any]) -> dict[str, Any]:
        found = self._json(where, manifest).object("config")
        check_descriptor(found)
        return dict(found.value)

    def _json(self, where: str, document: dict[str, Any]) -> Json:
        return Json(f"{self.name}: {where}", document, _FIX)

    def _file(self, name: str) -> Path | None:
        """The content of a file of the layout; a link, a pipe or a directory in its place is refused."""
        path = self.root / name
        return path if path.is_file() and path.resolve() == self.root.resolve() / name else None

    def _bytes(self, name: str) -> bytes:
        path = self._file(name)
        if not path:
            raise self._broken(name, "cannot be read (it is missing, or no file)")
        try:
            with path.open("rb") as file:
                data = file.read(DOCUMENT_LIMIT + 1)
        except OSError as error:
            raise self._broken(name, f"cannot be read ({error.strerror})") from None
        if len(data) > DOCUMENT_LIMIT:
            raise self._broken(name, f"is larger than {DOCUMENT_LIMIT} bytes")
        return data

    def _parsed(self, name: str, data: bytes) -> dict[str, Any]:
        value: dict[str, Any] = parsed(data, f"{self.name}: {name}", _FIX).value
        return value

    def _check(self, digest: str, found: str) -> None:
        if digest.partition(":")[2] != found:
            raise self._broken(f"blob {digest}", "does not match its digest")

    def _broken(self, where: str, what: str) -> Failure:
        return Failure(f"{self.name}: {where} {what}", _FIX)
