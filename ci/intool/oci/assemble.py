"""Assembly of a multi-platform image: payloads on base images, the same bytes for the same input."""

import os
from concurrent.futures import ThreadPoolExecutor
from pathlib import Path
from tempfile import TemporaryDirectory
from typing import Any

from ci.intool.oci.base import image_for, opened
from ci.intool.oci.config import config
from ci.intool.oci.packing import Takeover, pack
from ci.intool.oci.spec import Spec, base_annotations
from ci.intool.oci.tar import Entry
from ci.intool.oci.tree import layered, owned, scan, timed
from ci.intool.oci.write import Parts, prepared, write


def assemble(spec: Spec, out: Path) -> dict[str, Any]:
    """Write the image as a layout.

    Args:
        spec: what it is made of.
        out: directory of the layout; absent or empty.

    Returns:
        The report of ``write``.

    Raises:
        Failure: a base image or a payload is invalid, or ``out`` is not empty.
    """
    place = prepared(out)
    annotations = {**base_annotations(spec.base), **spec.annotations}
    # Inside `out`, so that blobs can be linked instead of copied.
    with TemporaryDirectory(dir=out, prefix=".") as scratch, ThreadPoolExecutor(os.cpu_count()) as pool:
        trees = {platform: _layers(spec, source.payload) for platform, source in spec.platforms.items()}
        own = pack(trees, spec.compression, spec.level, place, pool)
        takeover = Takeover(place, pool)
        below = {}
        for number, (platform, source) in enumerate(spec.platforms.items()):
            layout = opened(source.base, Path(scratch, str(number)))
            base = image_for(layout, platform)
            below[platform] = base.config, takeover.layers(layout, base)
        images = {}
        for platform, (base_config, base_layers) in below.items():
            top = [work.result() for work in own[platform]]
            named = [(layer.name, layer.diff_id) for layer in top]
            images[platform] = Parts(
                config=config(base_config, spec.config, spec.created, named),
                layers=[*(work.result() for work in base_layers), *top],
                annotations=annotations,
            )
    return write(images, annotations, out)


def _layers(spec: Spec, payload: Path) -> dict[str, list[Entry]]:
    tree = owned(scan(payload), spec.writable, spec.user)
    layers = layered(tree, prefix=spec.prefix, app=spec.app, dist=spec.dist)
    return {
        name: [timed(entry) for entry in entries] if name == "public" else entries for name, entries in layers.items()
    }
