"""Assembling an image: its layers for every platform, side by side, then the layout."""

import shutil
from collections.abc import Callable
from concurrent.futures import ThreadPoolExecutor
from pathlib import Path
from uuid import uuid4

from offline.images import layout
from offline.images.catalogue import Image
from offline.images.keys import key
from offline.images.layer import Layer
from offline.images.platforms import PLATFORMS
from offline.images.steps import Workshop, layers

WORKERS = 2
"""Platforms that are worked on at a time."""


def assemble(entry: Image, workdir: Path, log: Callable[[str], None], *, programs: Path, stand_ins: str = "") -> Path:
    """Assemble an image, unless its layout is there already.

    Layers, packages and lists are kept below ``workdir`` and shared between images, which are
    assembled there one at a time.
    Nothing of the image is executed, whatever its architecture.

    Args:
        entry: the recipe.
        workdir: directory to work in, the same one for all images.
        log: gets a line about each layer that is made.
        programs: directory of the programs of this installation.
        stand_ins: what ``standins.pins`` gave for all other images; used by an entry that carries the list.

    Returns:
        An OCI image layout whose index.json has the image's index once per tag.

    Raises:
        OfflineError: a package cannot be had or used; says which, and the next step.
    """
    name = key(entry, stand_ins)
    done = workdir / "layouts" / f"{entry.name.rpartition('/')[2]}-{entry.tags[0]}-{name[:16]}"
    if done.exists():
        return done
    workdir.mkdir(parents=True, exist_ok=True)

    def of_platform(platform: str) -> list[Layer]:
        shop = Workshop(home=workdir, programs=programs, platform=PLATFORMS[platform], log=log)
        return layers(entry, shop, stand_ins)

    with ThreadPoolExecutor(WORKERS) as pool:
        made = dict(zip(entry.platforms, pool.map(of_platform, entry.platforms), strict=True))
    part = done.with_name(f"{uuid4()}.part")
    try:
        layout.write(entry, name, made, workdir / "blobs", part)
        part.rename(done)
    finally:
        shutil.rmtree(part, ignore_errors=True)
    return done
