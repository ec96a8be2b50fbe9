"""The index of an image's layers: they are read once, for hardening and SBOM."""

import dagger

from ci.build.assemble import LAYOUT, Assembled
from ci.decide.plan.model import Plan
from ci.engine import tool
from ci.engine.concurrent import gather
from ci.errors import PublishError
from ci.gates.layers import BLOBS, apart, with_blobs

INDEX = "/index.json"
PARTS = "/parts"


async def with_index(container: dagger.Container, plan: Plan, image: Assembled) -> dagger.Container:
    """Mount the layout at ``LAYOUT`` and its index at ``INDEX``.

    Of several gates that ask for it, one waits for the other, because the engine runs equal operations once.

    Args:
        container: of a gate.
        plan: the tools.
        image: as layout.

    Raises:
        PublishError: the layout is damaged.
    """
    parts = await gather(*(_part(plan, image, names) for names in apart(image)))
    reader = tool.python(plan.tools, "rootfs").with_mounted_directory(LAYOUT, image.layout)
    known = [f"{PARTS}/{number}.json" for number in range(len(parts))]
    for place, part in zip(known, parts, strict=True):
        reader = reader.with_mounted_file(place, part)
    arguments = {"layout": LAYOUT, "out": INDEX, "known": known}
    written = await tool.run_operation(reader, "rootfs", "index", arguments, PublishError)
    return container.with_mounted_directory(LAYOUT, image.layout).with_mounted_file(INDEX, written.file(INDEX))


async def _part(plan: Plan, image: Assembled, names: tuple[str, ...]) -> dagger.File:
    reader = with_blobs(tool.python(plan.tools, "rootfs"), image, names)
    arguments = {"directory": BLOBS, "out": INDEX}
    return (await tool.run_operation(reader, "rootfs", "blobs", arguments, PublishError)).file(INDEX)
