"""Layers of an image: new ones compressed side by side, those of other images taken over as they are."""

import filecmp
from collections.abc import Mapping, Sequence
from concurrent.futures import Executor, Future
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from ci.intool.common.blob import adopted, compressed
from ci.intool.common.compress import compressor
from ci.intool.common.failure import Failure
from ci.intool.common.layout import Layout, LayoutImage
from ci.intool.common.media import COMPRESSIONS, LAYERS
from ci.intool.common.tarball import measured
from ci.intool.oci.config import layer_names
from ci.intool.oci.tar import Entry, Kind, stream


@dataclass(frozen=True, kw_only=True)
class Layer:
    """A layer of the result.

    Attributes:
        name: ``base``, or what the app's layer is called.
        media_type: OCI's.
        digest: of the blob.
        diff_id: of the tar file in it.
        size: bytes of the blob.
        bytes: of the tar file.
        files: how many it holds, directories excepted.
    """

    name: str
    media_type: str
    digest: str
    diff_id: str
    size: int
    bytes: int
    files: int


def pack(
    trees: Mapping[str, Mapping[str, Sequence[Entry]]], compression: str, level: int, place: Path, pool: Executor
) -> dict[str, list[Future[Layer]]]:
    """Write the own layers of all platforms; those that several platforms have in common are written once.

    Args:
        trees: platform to layers, each a name and its entries.
        compression: ``gzip`` or ``zstd``.
        level: of it.
        place: directory of the blobs.
        pool: what works, largest layer first.
    """
    distinct: list[tuple[str, Sequence[Entry]]] = []
    chosen: dict[str, list[int]] = {platform: [] for platform in trees}
    for platform, layers in trees.items():
        for name, entries in layers.items():
            known = (i for i, (other, theirs) in enumerate(distinct) if other == name and _alike(entries, theirs))
            number = next(known, len(distinct))
            if number == len(distinct):
                distinct.append((name, entries))
            chosen[platform].append(number)

    def write(name: str, entries: Sequence[Entry]) -> Layer:
        blob = compressed(stream(entries), compressor(compression, level), place)
        files = sum(entry.kind is not Kind.DIRECTORY for entry in entries)
        return Layer(
            name=name,
            media_type=LAYERS[compression],
            digest=blob.digest,
            diff_id=blob.diff_id,
            size=blob.size,
            bytes=blob.bytes,
            files=files,
        )

    largest_first = sorted(range(len(distinct)), key=lambda i: -sum(entry.size for entry in distinct[i][1]))
    work = {number: pool.submit(write, *distinct[number]) for number in largest_first}
    return {platform: [work[number] for number in numbers] for platform, numbers in chosen.items()}


class Takeover:
    """Puts layers of other layouts into the result, byte by byte and each once though several platforms share it.

    Args:
        place: directory of the blobs.
        pool: what works.
    """

    def __init__(self, place: Path, pool: Executor) -> None:
        self._place, self._pool = place, pool
        self._known: dict[tuple[str, str, str], Future[Layer]] = {}

    def layers(self, layout: Layout, image: LayoutImage, above: int = 0) -> list[Future[Layer]]:
        """Take an image's layers over, lowest first.

        Args:
            layout: what the image is in.
            image: its layers are named as its history does.
            above: how many of the lowest are left out.

        Raises:
            Failure: a layer is of a kind that OCI images do not hold, or (when it is waited for) damaged.
        """
        parts = zip(
            image.manifest["layers"], image.config["rootfs"]["diff_ids"], layer_names(image.config), strict=True
        )
        return [self._layer(layout, *part) for part in list(parts)[above:]]

    def _layer(self, layout: Layout, descriptor: Mapping[str, Any], diff_id: str, name: str) -> Future[Layer]:
        if descriptor["mediaType"] not in COMPRESSIONS:
            raise Failure(
                f"{layout.name}: a layer is {descriptor['mediaType']}, neither gzip nor zstd",
                "export the image with compressed layers",
            )
        key = (str(descriptor["digest"]), diff_id, name)
        if key not in self._known:
            self._known[key] = self._pool.submit(_taken, layout, descriptor, diff_id, name, self._place)
        return self._known[key]


def _taken(layout: Layout, descriptor: Mapping[str, Any], diff_id: str, name: str, place: Path) -> Layer:
    kind = COMPRESSIONS[descriptor["mediaType"]]
    blob = layout.blob(descriptor)
    measure = measured(blob, kind)
    if measure.diff_id != diff_id:
        raise Failure(f"{layout.name}: layer {descriptor['digest']} is not the one of its config", "export it again")
    adopted(blob, place)
    return Layer(
        name=name,
        media_type=LAYERS[kind],
        digest=descriptor["digest"],
        diff_id=diff_id,
        size=descriptor["size"],
        bytes=measure.bytes,
        files=measure.files,
    )


def _alike(ours: Sequence[Entry], theirs: Sequence[Entry]) -> bool:
    """Whether two layers are the same bytes; content is read only where all headers are equal."""
    return list(ours) == list(theirs) and all(
        filecmp.cmp(one.source, other.source, shallow=False)
        for one, other in zip(ours, theirs, strict=True)
        if one.kind is Kind.FILE
    )
