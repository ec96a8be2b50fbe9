"""The index of a layout: the facts of the layers that gates need, so that each layer is read once for all gates.

What an index has of a layer depends on its bytes alone. So layers that seldom change can be read apart from the layout,
and once for all images that have them.
"""

import base64
import json
import os
from collections.abc import Container, Mapping, Sequence
from concurrent.futures import ThreadPoolExecutor
from dataclasses import asdict, fields
from pathlib import Path
from typing import Any

from ci.intool.common.blob import check_digest
from ci.intool.common.compress import kind_of
from ci.intool.common.failure import Failure
from ci.intool.common.layout import Layout
from ci.intool.common.media import COMPRESSIONS, LAYERS
from ci.intool.rootfs.content import GATES
from ci.intool.rootfs.elf import Elf
from ci.intool.rootfs.entry import Entry
from ci.intool.rootfs.layer import Layer, read

_DEFAULTS = {field.name: field.default for field in fields(Entry)}


def blobs(directory: str, out: str) -> dict[str, Any]:
    """Read layers that are in no layout, and write an index of them.

    Args:
        directory: of their files, each named by its sha256 in hex. Those that are not compressed are left out.
        out: file to write.

    Returns:
        As ``index``.

    Raises:
        Failure: a file is not what its name says, or no layer.
    """
    paths = [path for path in sorted(Path(directory).iterdir()) if kind_of(path)]
    with ThreadPoolExecutor(os.cpu_count()) as pool:
        reads = {f"sha256:{path.name}": pool.submit(_alone, path) for path in paths}
        return _put({digest: _written(one.result()) for digest, one in reads.items()}, out)


def _alone(path: Path) -> Layer:
    check_digest(path)
    return read(path, LAYERS[kind_of(path)], GATES)


def index(layout: str, out: str, known: Sequence[str] = ()) -> dict[str, Any]:
    """Read each layer of a layout once, and write the facts that gates need to a file.

    Args:
        layout: directory of the image layout.
        out: file to write.
        known: indexes of some of its layers, which are not read again.

    Returns:
        ``layers`` and ``entries``: how many there are.

    Raises:
        Failure: the layout or a layer is malformed, or altered.
    """
    opened = Layout(Path(layout))
    there = {digest: one for path in known for digest, one in _document(path).items()}
    there = {
        digest: there[digest]
        for digest, one in _digests(opened).items()
        if digest in there and kind_of(opened.blob(one)) == COMPRESSIONS.get(one["mediaType"])
    }
    read_now = {digest: _written(layer) for digest, layer in _read(opened, there).items()}
    return _put({digest: there.get(digest) or read_now[digest] for digest in _digests(opened)}, out)


def _put(document: Mapping[str, Any], out: str) -> dict[str, Any]:
    Path(out).write_text(json.dumps(document), "utf-8")
    return {"layers": len(document), "entries": sum(len(layer["entries"]) for layer in document.values())}


def layers(layout: Layout, index: str = "") -> Mapping[str, Layer]:
    """Digest of each layer's blob to the layer.

    Args:
        layout: that has them.
        index: file that ``index`` wrote for this layout; empty to read the layers themselves.

    Raises:
        Failure: a layer is malformed or altered; or the index belongs to another layout, or cannot be read.
    """
    if not index:
        return _read(layout)
    try:
        found = {digest: _layer(one) for digest, one in _document(index).items()}
    except (ValueError, KeyError, TypeError, AttributeError) as error:
        raise _unreadable(index, error) from None
    if missing := _digests(layout).keys() - found.keys():
        raise Failure(f"the index {index} has no layer {min(missing)}", "write the index of this layout again")
    return found


def _document(index: str) -> dict[str, Any]:
    try:
        return dict(json.loads(Path(index).read_bytes()).items())
    except (OSError, ValueError, AttributeError) as error:
        raise _unreadable(index, error) from None


def _unreadable(index: str, error: Exception) -> Failure:
    return Failure(f"the index {index} cannot be read: {error}", "write the index of this layout again")


def _read(layout: Layout, but: Container[str] = ()) -> dict[str, Layer]:
    wanted = {digest: one for digest, one in _digests(layout).items() if digest not in but}
    with ThreadPoolExecutor(os.cpu_count()) as pool:
        reads = {digest: pool.submit(_from_blob, layout, one) for digest, one in wanted.items()}
        return {digest: one.result() for digest, one in reads.items()}


def _from_blob(layout: Layout, descriptor: Mapping[str, Any]) -> Layer:
    return read(layout.blob(descriptor), str(descriptor["mediaType"]), GATES)


def _digests(layout: Layout) -> dict[str, dict[str, Any]]:
    """Digest of each layer to its descriptor; what several images share is there once."""
    return {one["digest"]: one for image in layout.images() for one in image.manifest["layers"]}


def _written(layer: Layer) -> dict[str, Any]:
    return {
        "entries": [_fields(entry) for entry in layer.entries.values()],
        "removed": sorted(layer.removed),
        "emptied": sorted(layer.emptied),
        "whiteouts": layer.whiteouts,
    }


def _fields(entry: Entry) -> dict[str, Any]:
    """Fields that differ from their default, as JSON."""
    given = {name: getattr(entry, name) for name, default in _DEFAULTS.items() if getattr(entry, name) != default}
    given |= {name: base64.b64encode(given[name]).decode() for name in ("type", "text") if name in given}
    return given | ({"elf": asdict(entry.elf)} if entry.elf else {})


def _layer(written: Mapping[str, Any]) -> Layer:
    entries = [_entry(one) for one in written["entries"]]
    return Layer(
        entries={entry.path: entry for entry in entries},
        removed=frozenset(written["removed"]),
        emptied=frozenset(written["emptied"]),
        whiteouts=tuple(written["whiteouts"]),
    )


def _entry(written: Mapping[str, Any]) -> Entry:
    given = {**written}
    given |= {name: base64.b64decode(given[name]) for name in ("type", "text") if name in given}
    if "elf" in given:
        lists = {name: tuple(value) for name, value in given["elf"].items() if isinstance(value, list)}
        given["elf"] = Elf(**{**given["elf"], **lists})
    if "built_at" in given:
        given["built_at"] = tuple(given["built_at"])
    return Entry(**given)
