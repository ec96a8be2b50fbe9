"""The index of an image's layers: they are read once, for hardening and SBOM."""

import dagger

from ci.build.assemble import LAYOUT, Assembled
from ci.decide.plan.model import Plan
from ci.engine import tool
from ci.errors import PublishError

INDEX = "/index.json"


async def with_index(container: dagger.Container, plan: Plan, image: Assembled) -> dagger.Container:
    """Mount the layout at ``LAYOUT`` and its index at ``INDEX``.

    The engine knows the index by the layout's content, so of several gates that ask for it, one waits for the other.

    Args:
        container: of a gate.
        plan: the tools.
        image: as layout.

    Raises:
        PublishError: the layout is damaged.
    """
    reader = tool.python(plan.tools, "rootfs").with_mounted_directory(LAYOUT, image.layout)
    written = await tool.run_operation(reader, "rootfs", "index", {"layout": LAYOUT, "out": INDEX}, PublishError)
    return container.with_mounted_directory(LAYOUT, image.layout).with_mounted_file(INDEX, written.file(INDEX))
