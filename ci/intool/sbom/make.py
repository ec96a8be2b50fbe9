"""Makes the documents of an image."""

import re
from collections.abc import Sequence
from dataclasses import replace
from pathlib import Path
from typing import Any

from ci.intool.common.failure import Failure
from ci.intool.common.layout import Layout
from ci.intool.common.media import canonical
from ci.intool.rootfs.index import layers as indexed
from ci.intool.sbom.formats import FORMATS
from ci.intool.sbom.inventory import inventory
from ci.intool.sbom.locked import Lock
from ci.intool.sbom.subject import Subject

_TIME = re.compile(r"\d{4}-\d\d-\d\dT\d\d:\d\d:\d\dZ")


def make(
    layout: str, directory: str, name: str, created: str, locked: Sequence[Sequence[str]], *, index: str = ""
) -> dict[str, Any]:
    """Write both documents of each platform; the same image gives the same bytes.

    Args:
        layout: path of the image layout.
        directory: where to write.
        name: of the image, without tag.
        created: the commit's time, RFC 3339 in UTC and whole seconds.
        locked: name, version and integrity of each package of the lockfile.
        index: of the layout (``ci.intool.rootfs.index``); empty to read its layers.

    Returns:
        ``documents``, each with ``platform``, ``digest`` of the platform's manifest, ``format``, ``predicate`` (type of
        its attestation), ``path`` and the number of ``components``.

    Raises:
        Failure: the layout is broken, or the time of another form.
    """
    if not _TIME.fullmatch(created):
        raise Failure(f"created is `{created}`, not a time such as 2026-01-31T12:00:00Z", "give it in this form")
    opened, lock = Layout(Path(layout)), Lock(locked)
    Path(directory).mkdir(parents=True, exist_ok=True)
    layers = indexed(opened, index)
    documents = []
    for image in opened.images():
        found = inventory(image, layers)
        components = [one if one.hashes or one.parent else replace(one, hashes=lock.hashes(one)) for one in found]
        subject = Subject(name=name, platform=image.platform, digest=image.digest, created=created)
        for kind, form in FORMATS.items():
            path = Path(directory, f"{image.platform.replace('/', '-')}.{form.SUFFIX}")
            path.write_bytes(canonical(form.write(subject, components)) + b"\n")
            documents.append(
                {
                    "platform": image.platform,
                    "digest": image.digest,
                    "format": kind,
                    "predicate": form.PREDICATE,
                    "path": str(path),
                    "components": len(components),
                }
            )
    return {"documents": documents}
