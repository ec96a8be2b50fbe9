"""Asking the npm registry which packages carry the fonts of an app, where nothing pins them."""

import json
from collections.abc import Mapping, Sequence

from ci.build.base import Access, asking, trusting
from ci.decide.pins import ImageRef, Package
from ci.decide.plan.fonts import candidates
from ci.engine.containers import finished, image, run
from ci.messages import message

REPORT = "/tmp/newest.json"  # noqa: S108  a path inside the container


async def newest(
    access: Access, node: ImageRef, registry: str, day: str, names: Sequence[str]
) -> Mapping[str, Package]:
    """The newest packages of fonts.

    Args:
        access: how the registry is reached.
        node: image with npm.
        registry: URL of the npm registry; empty for the public one.
        day: on which is asked; the answer is kept for as long.
        names: of the fonts, as the source imports them.

    Returns:
        Name to package; a font that has none is left out.

    Raises:
        BuildError: the registry cannot be reached.
    """
    container = (await trusting(image(node), access.ca)).with_env_variable("NEXT_DISTROLESS_DAY", day)
    wanted = {name: candidates(name) for name in names}
    done = await finished(
        run(asking(container, registry, access.npmrc), "newest", wanted, REPORT), message("build.fetch-failed")
    )
    found = json.loads(await done.file(REPORT).contents())
    return {name: Package(**package) for name, package in found.items()}
