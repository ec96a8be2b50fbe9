"""FS-13, FS-19 and LAY-07: the output of ``next build``, as Next.js 13 to 16 write it."""

import re
from collections.abc import Iterator, Mapping
from typing import Any
from urllib.parse import unquote

from ci.intool.checks.definition import Fault, check, remark
from ci.intool.checks.image import CheckedImage
from ci.intool.common.json_reader import inside

_CHUNKS = ("build-manifest.json", "app-build-manifest.json")
_KEYS = {"previewModeId": 32, "previewModeSigningKey": 64, "previewModeEncryptionKey": 64}
"""Key of preview mode to its hexadecimal digits."""

_ACTIONS = re.compile(r"[A-Za-z0-9+/]{22}==|[A-Za-z0-9+/]{32}|[A-Za-z0-9+/]{43}=")
"""Base64 of 16, 24 or 32 bytes, the keys of AES."""

FEW = 6
"""Random keys have more different digits than this."""


@check("FS-13")
def build(image: CheckedImage) -> Iterator[Fault]:
    """The server, the build's id, its static files, and every chunk that a manifest names are there."""
    static = image.expected.serve == "static"
    served = f"{image.dist}/{'_next/static' if static else 'static'}"
    for path in [f"{image.app}/server.js", *([] if static else [f"{image.dist}/BUILD_ID"])]:
        node = image.files.resolve(path)
        if not node or node.kind != "file":
            yield path, "is missing"
    for place in (served, *([f"{image.app}/public"] if image.expected.public and not static else [])):
        if not any(node.kind == "file" for node in image.files.below(place)):
            yield place, "has no files"
    for name in () if static else _CHUNKS:
        yield from _chunks(image, f"{image.dist}/{name}", required=name == _CHUNKS[0])


@check("FS-19")
def paths(image: CheckedImage) -> Iterator[Fault]:
    """No script of the app names a path of the builder's machine."""
    for node in image.own:
        for path in node.built_at[:1]:
            yield node.path, f"names {path}"


@check("LAY-07")
def keys(image: CheckedImage) -> Iterator[Fault]:
    """Keys of preview mode and of server actions have the right length, and are not placeholders."""
    for path, preview in _previews(image):
        for name, digits in _KEYS.items():
            value = preview.get(name)
            if not re.fullmatch(f"[0-9a-f]{{{digits}}}", str(value)) or len(set(str(value))) <= FEW:
                yield path, f"has a placeholder, or no key, as {name}"
        if len({str(preview.get(name)) for name in _KEYS}) < len(_KEYS):
            yield path, "has one key for two uses"
    for path, value in _actions(image):
        if not _ACTIONS.fullmatch(value) or len(set(value)) <= FEW:
            yield path, "has a placeholder, or no key, as encryptionKey"


@remark("LAY-07", "keys-without-seed", "medium")
def derived(image: CheckedImage) -> Iterator[Fault]:
    """Keys that are derived without a secret can be computed by anyone with the source."""
    if not image.expected.seeded:
        for path in [*(path for path, _ in _previews(image)), *(path for path, _ in _actions(image))][:1]:
            yield path, "has keys derived from the source alone: set a secret seed if others have the source"


def _chunks(image: CheckedImage, path: str, *, required: bool) -> Iterator[Fault]:
    manifest = image.object(path)
    if manifest is None:
        if required or image.files.get(path):
            yield path, "is missing, or not a JSON object"
        return
    for name in sorted(set(_static(manifest))):
        if not image.files.resolve(f"{image.dist}/{name}"):
            yield f"{image.dist}/{name}", f"is missing, and {path} names it"


def _static(value: Any) -> Iterator[str]:
    """The static files that a manifest names, wherever in it."""
    waiting = [value]
    while waiting:
        one = waiting.pop()
        if isinstance(one, str) and one.startswith("static/"):
            yield unquote(one.partition("?")[0])
        elif isinstance(one, list):
            waiting += one
        elif isinstance(one, dict):
            waiting += one.values()


def _previews(image: CheckedImage) -> Iterator[tuple[str, Mapping[str, Any]]]:
    for name, inner in (("prerender-manifest.json", True), ("server/preview-props.json", False)):
        path = f"{image.dist}/{name}"
        document = image.object(path)
        preview = inside(document, "preview") if inner else document
        if isinstance(preview, dict) and "previewModeId" in preview:
            yield path, preview


def _actions(image: CheckedImage) -> Iterator[tuple[str, str]]:
    path = f"{image.dist}/server/server-reference-manifest.json"
    manifest = image.object(path)
    if manifest and "encryptionKey" in manifest:
        yield path, str(manifest["encryptionKey"])
