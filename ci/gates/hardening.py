"""Gate `hardening`: configuration, files and layers of the image, by the table of checks (``ci/intool/checks``)."""

import posixpath
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import Any

from ci.build.assemble import LAYOUT, Assembled, base
from ci.build.payload import Payload
from ci.decide.plan.model import APP, Plan
from ci.decide.plan.release import EPOCH, PREFIX
from ci.engine import tool
from ci.engine.concurrent import gather
from ci.engine.registries import Registry
from ci.errors import PublishError
from ci.gates.index import INDEX, with_index
from ci.intool.policy import GateResult

BASES = "/bases"


@dataclass(frozen=True, kw_only=True)
class Hardened:
    """What the checks found.

    Attributes:
        gate: the result.
        files: bytes by layer and npm package of each platform (``ci.intool.checks.contents``).
    """

    gate: GateResult
    files: Mapping[str, Sequence[Mapping[str, Any]]]


async def hardening(
    plan: Plan, image: Assembled, packed: Payload | None, registry: Registry, *, seeded: bool
) -> Hardened:
    """Check the image of every platform.

    Args:
        plan: what the image should be.
        image: as layout.
        packed: what is in it; None where the app was built by another run.
        registry: how the base image is reached.
        seeded: whether Next.js' keys follow from a secret of the caller.

    Raises:
        PublishError: the layout is damaged.
    """
    container = tool.python(plan.tools, "checks")
    bases = await gather(*(base(plan.tools, plan.image.base, p, registry) for p in plan.image.platforms))
    places = {platform: f"{BASES}/{platform.replace('/', '-')}" for platform in plan.image.platforms}
    for place, directory in zip(places.values(), bases, strict=True):
        container = container.with_mounted_directory(place, directory)
    arguments = {
        "layout": LAYOUT,
        "index": INDEX,
        "bases": places,
        "expected": expected(plan, packed, seeded=seeded),
        **plan.trust.accepting(),
    }
    container = await with_index(container, plan, image)
    done = await tool.run_operation(container, "checks", "check", arguments, PublishError)
    found = await tool.report_of(done)
    return Hardened(gate=GateResult.from_json(found["result"]), files=found["files"])


def expected(plan: Plan, packed: Payload | None, *, seeded: bool) -> Mapping[str, Any]:
    """What the checks compare the image with. Pure."""
    image, harden = plan.image, plan.trust.harden
    root = APP.strip("/")
    app = f"{root}/{packed.app}".removesuffix("/.") if packed else ""
    return {
        "user": image.user,
        "env": dict(image.env),
        "writable": sorted(packed.writable if packed else {path.rstrip("/") for path in image.writable}),
        "app": app,
        "dist": packed.dist if packed else "",
        "serve": image.serve,
        "source_maps": image.source_maps,
        "created": plan.release.created if plan.release.created != EPOCH else "",
        "revision": image.labels.get(f"{PREFIX}revision", ""),
        "labels": sorted(image.labels),
        "base": {"name": image.base.name, "digest": image.base.digest},
        "dev_packages": list(plan.trust.dev),
        "loaded_packages": list(packed.loaded if packed else ()),
        "budget_mb": harden.budget,
        "platforms": list(image.platforms),
        "memory_mb": harden.memory,
        "files": [*image.files, *([] if image.slim else [posixpath.relpath(root, app or root)])],
        "seeded": seeded,
    }
