"""Rebase: a new base image below the layers of an app, the same bytes as if the app was assembled on that base."""

import os
import re
from collections.abc import Mapping, Sequence
from concurrent.futures import ThreadPoolExecutor
from pathlib import Path
from tempfile import TemporaryDirectory
from typing import Any

from ci.intool.common.failure import Failure
from ci.intool.common.layout import Layout, LayoutImage
from ci.intool.common.media import COMPRESSIONS
from ci.intool.oci.base import image_for, opened
from ci.intool.oci.chunk import static_chunk
from ci.intool.oci.config import config
from ci.intool.oci.contents import LayerFile
from ci.intool.oci.over import over, renewed
from ci.intool.oci.packing import Layer, Takeover
from ci.intool.oci.published import App, Published, published
from ci.intool.oci.rebase_spec import Rebase
from ci.intool.oci.write import Parts, prepared, write

_NODE = re.compile(r"nodejs(\d+)")


def rebase(spec: Rebase, out: Path) -> dict[str, Any]:
    """Write the image on its new base as a layout.

    Args:
        spec: image and base.
        out: directory of the layout; absent or empty.

    Returns:
        The report of ``write`` on the new image; ``old``, the digest of the image's index; ``from``, that of the base
        image that was below it; ``reused``, compressed bytes of the app's layers; ``chunk``, the URL path of a static
        chunk; ``command``, the arguments of the entry point.

    Raises:
        Failure: this pipeline did not make the image, it does not fit the base, a layout is broken, or ``out`` holds
            something.
    """
    image = published(Layout(spec.image))
    _refuse(spec, image)
    place = prepared(out)
    # Inside `out`, so that blobs can be linked instead of copied.
    with TemporaryDirectory(dir=out, prefix=".") as scratch, ThreadPoolExecutor(os.cpu_count()) as pool:
        takeover = Takeover(place, pool)
        configs, below, own = {}, {}, {}
        for platform, app in image.apps.items():
            layout = opened(spec.bases[platform], Path(scratch, "new", platform))
            base = image_for(layout, platform)
            old = _old(spec, platform, app, Path(scratch, "old", platform))
            configs[platform] = _config(spec, app, base, old)
            below[platform] = takeover.layers(layout, base)
            own[platform] = takeover.layers(image.layout, app.image, above=app.below)
        images = {
            platform: Parts(
                config=configs[platform],
                layers=[work.result() for work in (*below[platform], *own[platform])],
                annotations=renewed(app.annotations, spec.base, spec.created),
            )
            for platform, app in image.apps.items()
        }
        kept = {work.result().digest: work.result() for works in own.values() for work in works}
    platform, first = next(iter(images.items()))
    return {
        **write(images, renewed(image.annotations, spec.base, spec.created), out),
        "old": image.digest,
        "from": image.base["digest"],
        "reused": sum(layer.size for layer in kept.values()),
        "chunk": _chunk(place, [work.result() for work in own[platform]]),
        "command": first.config["config"].get("Cmd", []),
    }


def _refuse(spec: Rebase, image: Published) -> None:
    """Refuse a rebase that spec and image already show to be impossible."""
    if missing := [platform for platform in image.apps if platform not in spec.bases]:
        raise Failure(
            f"{image.layout.name}: the image is for {', '.join(image.apps)}, and no new base is given for "
            f"{', '.join(missing)}",
            "give a base image for every platform of the image",
        )
    ours, theirs = (_NODE.search(name) for name in (image.base["name"], spec.base["name"]))
    if ours and theirs and ours[1] != theirs[1] and not spec.force:
        raise Failure(
            f"{image.layout.name}: the app was built for Node.js {ours[1]}, and the new base has Node.js {theirs[1]}",
            "build again, since dependencies may hold machine code for one major version",
        )


def _old(spec: Rebase, platform: str, app: App, scratch: Path) -> Mapping[str, Any] | None:
    """``config`` of the old base; None if that base is not given."""
    if platform not in spec.old:
        return None
    layout = opened(spec.old[platform], scratch)
    old = image_for(layout, platform).config
    if old["rootfs"]["diff_ids"] != app.image.config["rootfs"]["diff_ids"][: app.below]:
        raise Failure(
            f"{layout.name}: its layers are not the ones below the app for {platform}",
            "give the base that the image's annotations name as the old one, or none",
        )
    return old.get("config") or {}


def _config(spec: Rebase, app: App, base: LayoutImage, old: Mapping[str, Any] | None) -> dict[str, Any]:
    given = over(app.image.config.get("config") or {}, base.config.get("config") or {}, old)
    given["Labels"] = renewed(given["Labels"], spec.base, spec.created)
    return config(base.config, given, spec.created or app.created, app.layers)


def _chunk(place: Path, layers: Sequence[Layer]) -> str:
    files = {
        layer.name: LayerFile(place.parent.joinpath(*layer.digest.split(":")), COMPRESSIONS[layer.media_type])
        for layer in layers
    }
    return static_chunk(files["static"], files.get("server")) if "static" in files else ""
