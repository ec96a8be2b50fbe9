"""The URL path of a static chunk of the app, by which a test can see whether the assets are served."""

import posixpath
import re

from ci.intool.common.failure import Failure
from ci.intool.common.json_reader import object_in
from ci.intool.common.layout import DOCUMENT_LIMIT
from ci.intool.common.tarball import reading
from ci.intool.oci.contents import LayerFile

_CHUNK = re.compile(r"(?P<root>.+?)/static/(?P<name>chunks/\S+\.js)")


def static_chunk(static: LayerFile, server: LayerFile | None) -> str:
    """The URL path of the first chunk of an app.

    Args:
        static: layer with the assets.
        server: layer with what Next.js wrote about the build; None for none.

    Returns:
        The path, below the ``basePath`` of the build; empty if there is no chunk.

    Raises:
        Failure: a layer is damaged, or the build's own description is not in the form of Next.js.
    """
    with reading(static.path, static.compression) as archive:
        found = next((match for member in archive if (match := _CHUNK.fullmatch(member.name))), None)
    if not found:
        return ""
    root = found["root"]
    manifests = [f"{root}/routes-manifest.json"]
    if posixpath.basename(root) == "_next":  # a static export, whose server has its settings beside the files
        manifests.append(posixpath.normpath(f"{root}/../../static.json"))
    base = _base_path(server, manifests) if server else ""
    return f"{base}/_next/static/{found['name']}"


def _base_path(server: LayerFile, manifests: list[str]) -> str:
    with reading(server.path, server.compression) as archive:
        for member in archive:
            content = archive.extractfile(member) if member.name in manifests and member.isreg() else None
            if content:
                return _read(member.name, content.read(DOCUMENT_LIMIT))
    return ""


def _read(name: str, data: bytes) -> str:
    document = object_in(data)
    path = document.get("basePath", "") if document is not None else None
    if isinstance(path, str) and path[:1] in ("", "/"):
        return path
    raise Failure(f"{name} of the image has no valid basePath of the build", "build the image again")
